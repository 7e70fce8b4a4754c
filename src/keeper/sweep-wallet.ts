import type { IntentKind } from '../charge/intent.ts';
import type { EnsureOrder } from '../domain/hand-order.ts';
import type { Standing } from '../domain/history.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { sweep } from '../policy/sweep.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Sight } from './observe.ts';

/** What cannot be decided within so long is decided another day. */
const PATIENCE_MS = 5 * MINUTE_MS;
/** However the last one ended: an order on the desk means a pass every few seconds. */
const PLACED_EVERY_MS = HOUR_MS;
const PROMISE_TASK = 'promised_balance';
/** Any number may ask at once. */
const NOTED_EVERY_MS = MINUTE_MS;

/**
 * Puts the withdrawal of what lies above `max_balance` on the account's own desk: the next pass decides it like any
 * order, on a fresh and consistent look, and nobody waits for the answer.
 */
export async function sweepWallet(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, standing }: { readonly sight: Sight; readonly standing: Standing },
): Promise<void> {
  const { wallet } = account.policy;
  const balanceMicroUsd = sight.look?.balanceMicroUsd ?? sight.balanceMicroUsd;
  const { sweep: waiting } = runtime;
  if (waiting !== null && context.clock.monotonicMs() - waiting.placedAtMs > PATIENCE_MS) waiting.withdraw();
  if (wallet === null || wallet.maxBalanceCents === null || balanceMicroUsd === null) return;
  const isHeld =
    standing.frozenBecause !== null || standing.pausedBecause !== null || standing.watch.kind !== 'clear';
  if (isHeld || context.spec().mode === 'observe' || !runtime.desk.isEmpty) return;
  const nowMs = context.clock.monotonicMs();
  if (runtime.sweptAtMs !== null && nowMs - runtime.sweptAtMs < PLACED_EVERY_MS) return;
  const order = sweep(wallet, {
    balanceMicroUsd,
    lastChargeAt: await lastChargeAt(context, account),
    lastSweepAt: await lastAt(context, account, ['withdraw']),
    lastPromiseAt: context.upkeep.read(account.name, PROMISE_TASK)?.at ?? null,
    at: moneyNow(context),
  });
  if (order === null) return;
  const { answered, withdraw } = runtime.desk.place(order);
  runtime.sweep = { withdraw, placedAtMs: nowMs };
  runtime.sweptAtMs = nowMs;
  void answered.then(({ outcome, sentence }) => {
    runtime.sweep = null;
    context.log.info('wallet.swept', { account: account.name, outcome, sentence });
  });
}

/** Before somebody is told that a balance is there: no sweep takes it to less. */
export async function notePromise(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { targetCents }: EnsureOrder,
): Promise<void> {
  const maxCents = account.policy.wallet?.maxBalanceCents ?? null;
  if (maxCents === null || targetCents <= maxCents) return;
  runtime.sweep?.withdraw();
  const now = moneyNow(context);
  const notedAt = context.upkeep.read(account.name, PROMISE_TASK)?.at ?? null;
  if (notedAt !== null && Math.abs(now - notedAt) < NOTED_EVERY_MS) return;
  const record = { digest: String(targetCents), result: 'done', detail: '', at: now } as const;
  await context.upkeep.write(account.name, PROMISE_TASK, record);
}

/** Whoever charged: the newest card credit counts, also of the provider's own recharge or of a person. */
async function lastChargeAt(context: KeeperContext, account: AccountSpec): Promise<EpochMs | null> {
  const own = await lastAt(context, account, ['fund', 'fund_link']);
  const credited = (await context.journal.memory(account.name)).highestAnchor?.at ?? null;
  return own === null || (credited !== null && credited > own) ? credited : own;
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
