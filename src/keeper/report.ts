import type { Intent } from '../charge/intent.ts';
import { OPEN_STATES } from '../charge/intent.ts';
import type { CapScope, CapUsage } from '../domain/caps.ts';
import type { Standing } from '../domain/history.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { runwayMs } from '../policy/burn.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import type { Verdict } from './decide-account.ts';
import { humanNeeds } from './human-needs.ts';
import type { Sight } from './observe.ts';

/** The end of a pass: metrics, the read model, and one log line where a decision changed. */
export function report(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  seen: {
    sight: Sight;
    standing: Standing;
    verdict: Verdict;
    open: readonly Intent[];
    usage: readonly { scope: CapScope; usage: CapUsage }[];
    asksToConfirm: boolean;
  },
): void {
  const { sight, standing, verdict, open, asksToConfirm } = seen;
  const { metrics, clock } = context;
  const now = clock.now();
  const { balanceMicroUsd } = verdict;
  const runway = balanceMicroUsd === null ? null : runwayMs(balanceMicroUsd, verdict.burnPerSecond);
  if (balanceMicroUsd !== null) {
    metrics.wallet.observed({
      account: account.name,
      at: now,
      balanceMicroUsd,
      burnMicroUsdPerSecond: verdict.burnPerSecond,
      runwayMs: runway,
    });
  }
  const tokenEndsAt = runtime.tokens.expiresAt;
  if (tokenEndsAt !== null) metrics.wallet.tokenSeen(account.name, tokenEndsAt);
  if (sight.subscriptions !== null) metrics.subscription.seen(account.name, sight.subscriptions);
  const waits = humanNeeds({ decisions: verdict.decisions, standing, asksToConfirm });
  metrics.account.needsHuman(account.name, waits, hasSeenAll(sight, verdict) ? 'all' : 'more');
  metrics.charges.openIntents(account.name, summarise(open));
  for (const decision of verdict.decisions) {
    if (decision.kind === 'hold' && decision.amountCents !== null)
      metrics.caps.blocked(account.name, decision.reason);
  }
  for (const { scope, usage } of seen.usage) {
    const { kind, name } = scope;
    metrics.caps.committed({ scope: kind, name, window: 'day', cents: usage.dayCents });
    metrics.caps.committed({ scope: kind, name, window: 'week', cents: usage.weekCents });
    metrics.caps.committed({ scope: kind, name, window: 'month', cents: usage.monthCents });
  }
  if (sight.failure === null) metrics.daemon.reconciled(account.name, now);
  logChange(context, account, runtime, verdict);
  context.view.seen({
    account,
    at: now,
    balanceMicroUsd,
    burnPerSecond: verdict.burnPerSecond,
    runwayMs: runway,
    subscriptions: sight.subscriptions ?? runtime.subscriptions,
    cards: runtime.cards,
    wallet: verdict.wallet,
    subscription: verdict.subscription,
    standing,
    open,
    asksToConfirm,
    failure: sight.failure?.message ?? null,
  });
}

/** False where silence about a need means nothing. */
function hasSeenAll(sight: Sight, { decisions }: Verdict): boolean {
  return sight.failure === null && decisions.every(({ reason }) => reason !== 'provider_unreachable');
}

/** A line where a decision is another than before; what acts is logged where it acts. */
function logChange(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  verdict: Verdict,
): void {
  for (const subject of ['wallet', 'subscription'] as const) {
    const decision = verdict[subject];
    if (decision === null) continue;
    const words = `${decision.kind} ${decision.reason}`;
    if (words === runtime.decided[subject]) continue;
    runtime.decided[subject] = words;
    const isObserved = context.spec().mode === 'observe';
    if (decision.kind === 'charge' && !isObserved) continue; // told where it is armed
    const level = decision.kind === 'needs_human' || decision.kind === 'freeze' ? 'warn' : 'info';
    const mode = decision.kind === 'charge' ? { mode: 'observe' } : {};
    const { kind, reason, sentence } = decision;
    context.log[level]('decision', { account: account.name, subject, kind, reason, sentence, ...mode });
  }
}

function summarise(open: readonly Intent[]) {
  if (open.length === 0) return [];
  return OPEN_STATES.flatMap((state) => {
    const those = open.filter((intent) => intent.state.kind === state);
    const [oldest] = those.toSorted((one, other) => one.armedAt - other.armedAt);
    return oldest === undefined ? [] : [{ state, count: those.length, oldestAt: oldest.armedAt }];
  });
}
