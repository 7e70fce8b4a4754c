import { type Cents, parseCents } from '../domain/money.ts';
import type { Problems } from './config-problem.ts';
import { AMOUNT_MAX_DOLLARS } from './leaf-schemas.ts';
import { type Spot, spotAt } from './spot.ts';

/** A number with digits on both sides of its point; 010 is none, for it is eight to YAML 1.1. */
const PLAIN = /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * The amount at a key as cents, from its text, never through a float; `null` where it is absent, or at fault and
 * reported: here, or before by the schema.
 */
export function readAmount(parent: Spot, key: string, problems: Problems): Cents | null {
  const spot = spotAt(parent, key);
  if (spot.node?.kind !== 'scalar' || !isInRange(spot.node.value)) return null;
  const isPlain = PLAIN.test(spot.node.text);
  const cents = isPlain ? parseCents(spot.node.text) : null;
  if (cents !== null) return cents;
  const found = spot.node.isInterpolated ? 'the amount' : spot.node.text;
  if (isPlain) {
    problems.error(spot, `${found} is finer than a cent`, 'write at most two decimals');
  } else {
    problems.error(spot, `${found} is not a plain decimal number`, 'write it like 20 or 20.10');
  }
  return null;
}

/** What the schema lets pass. */
function isInRange(value: unknown): boolean {
  return typeof value === 'number' && value >= 0.01 && value <= AMOUNT_MAX_DOLLARS;
}
