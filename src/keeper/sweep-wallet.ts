import type { IntentKind } from '../charge/intent.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { sweep } from '../policy/sweep.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Sight } from './observe.ts';

/** What cannot be decided within so long is decided another day. */
const PATIENCE_MS = 5 * MINUTE_MS;

/**
 * Puts the withdrawal of what lies above `max_balance` on the account's own desk: the next pass decides it like any
 * order, on a fresh and consistent look, and nobody waits for the answer.
 */
export async function sweepWallet(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  sight: Sight,
): Promise<void> {
  const { wallet } = account.policy;
  const balanceMicroUsd = sight.look?.balanceMicroUsd ?? sight.balanceMicroUsd;
  const { sweep: waiting } = runtime;
  if (waiting !== null && context.clock.monotonicMs() - waiting.placedAtMs > PATIENCE_MS) waiting.withdraw();
  const isOff = wallet === null || wallet.maxBalanceCents === null || context.spec().mode === 'observe';
  if (isOff || balanceMicroUsd === null || !runtime.desk.isEmpty) return;
  const order = sweep(wallet, {
    balanceMicroUsd,
    lastChargeAt: await lastChargeAt(context, account),
    lastSweepAt: await lastAt(context, account, ['withdraw']),
    at: moneyNow(context),
  });
  if (order === null) return;
  const { answered, withdraw } = runtime.desk.place(order);
  runtime.sweep = { withdraw, placedAtMs: context.clock.monotonicMs() };
  void answered.then(({ outcome, sentence }) => {
    runtime.sweep = null;
    context.log.info('wallet.swept', { account: account.name, outcome, sentence });
  });
}

/** By purser, or by whomever the ledger shows: the provider's own recharge and people charge cards too. */
async function lastChargeAt(context: KeeperContext, account: AccountSpec): Promise<EpochMs | null> {
  const own = await lastAt(context, account, ['fund', 'fund_link']);
  const { highestAnchor } = await context.journal.memory(account.name);
  const seen = highestAnchor?.at ?? null;
  return own === null || (seen !== null && seen > own) ? seen : own;
}

/** Of any end: one that was refused is not tried again within the day either. */
async function lastAt(
  context: KeeperContext,
  { name }: AccountSpec,
  kinds: readonly IntentKind[],
): Promise<EpochMs | null> {
  const [last] = await context.journal.intents({ account: name, kinds, limit: 1 });
  return last?.armedAt ?? null;
}
