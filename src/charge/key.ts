import type { IdempotencyKey } from '../domain/ids.ts';
import type { IntentKind } from './intent.ts';

export type Sha256Hex = (text: string) => string;

/**
 * The deterministic idempotency key (charging.md, "The key"): the same need gives the same key in every process and
 * after every loss of state, until a credit lands. The amount stays out, so that two replicas with different configs
 * cannot mint two keys.
 * @param identity what the provider knows the account by (its e-mail), not the alias of the config
 * @param anchor newest card-funding credit, or subscription and period
 * @param attempt proven declines and absences under this anchor
 */
export function idempotencyKey(
  need: {
    readonly identity: string;
    readonly kind: IntentKind;
    readonly anchor: string;
    readonly attempt: number;
  },
  sha256Hex: Sha256Hex,
): IdempotencyKey {
  const text = JSON.stringify([need.identity, need.kind, need.anchor, need.attempt]);
  return `purser-1-${sha256Hex(text).slice(0, 40)}` as IdempotencyKey; // the only place that makes one
}
