import { HOUR_MS } from '../../src/domain/time.ts';
import { START_MS } from '../sandbox/manual-clock.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';

/** One try at a card, as the imitated card processor keeps it, whatever became of it. */
export type CardAttempt = { readonly card: string; readonly status: string; readonly atMs: number };

/**
 * Every try at the cards of an account since the test began, oldest first (docs/sandbox.md: the newest 50 are shown),
 * but for what the provider charges by itself.
 */
export async function cardAttempts(
  client: SandboxClient,
  account = 'agent-0001',
): Promise<readonly CardAttempt[]> {
  const { body } = await client.control(`/accounts/${account}`);
  const rows: readonly unknown[] = body.payment_intents;
  return (rows as readonly { card: string; status: string; kind: string; created_at: string }[]) // docs/sandbox.md, "Control"
    .filter(({ kind }) => kind !== 'renewal' && kind !== 'auto_recharge')
    .map(({ card, status, created_at }) => ({ card, status, atMs: Date.parse(created_at) }))
    .filter(({ atMs }) => atMs >= START_MS);
}

/** When they were made, in whole hours after the first. */
export function hoursAfterFirst(attempts: readonly CardAttempt[]): readonly number[] {
  const firstMs = attempts[0]?.atMs ?? 0;
  return attempts.map(({ atMs }) => Math.round((atMs - firstMs) / HOUR_MS));
}

/** The most of these instants that any window of that length holds. */
export function mostWithin(windowMs: number, instants: readonly number[]): number {
  const counts = instants.map((end) => instants.filter((at) => at > end - windowMs && at <= end).length);
  return Math.max(0, ...counts);
}
