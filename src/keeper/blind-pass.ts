import { fingerprint } from '../alerts/fingerprint.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { blindFacts } from './decision-facts.ts';
import { MAY_BE_NEEDED, openFacts } from './open-facts.ts';
import { refused } from './order-desk.ts';
import type { Pass } from './reconcile.ts';
import type { TokenAnswer } from './token-source.ts';

/** A token that was refused is not offered again at every poll. */
const REFUSED_PAUSE_MS = 5 * MINUTE_MS;
const REFUSALS_TOLD = 2;
/** What others charged on an account that was not seen for so long is waited for once, as after a start. */
const MISSED_AFTER_MS = 2 * MINUTE_MS;
const UNREACHABLE = fingerprint('purser.degraded', 'provider', 'unreachable');

/**
 * The end of a pass that could not see the account: nothing was decided, so nothing is done but to tell it. Where only its
 * subscription could not be seen, what was charged on it is counted (`isCounted`), and nobody has to wait for it.
 */
export async function blindPass(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  why: Exclude<TokenAnswer, { kind: 'token' }>,
  isCounted = false,
): Promise<Pass> {
  const now = context.clock.now();
  runtime.failingSince ??= now;
  runtime.failures += 1;
  if (isCounted) runtime.isMissed = false;
  else if (!runtime.isMissed && now - runtime.failingSince > MISSED_AFTER_MS) {
    runtime.lookedAtMs = null;
    runtime.isMissed = context.firstRound.missed(account.name, context.clock.monotonicMs());
  }
  const { requestId } = why;
  const isRefused = why.kind === 'refused';
  const reason = isRefused ? 'the provider refuses the credentials' : why.reason;
  // Once may be the provider's hiccup, or a login's token that has ended: the next pass logs in.
  const isTold = isRefused && runtime.failures >= REFUSALS_TOLD;
  if (isTold)
    runtime.desk.refuseAll({ ...refused('credentials_refused', `${reason}. ${why.mend}`), requestId });
  else runtime.desk.waitFor({ reason: 'provider_unreachable', sentence: reason, requestId });
  const isNews = runtime.failingSince === now;
  context.log[isNews ? 'warn' : 'debug']('account.not_seen', { account: account.name, reason });
  context.view.unseen(account.name, isRefused ? `${reason}. ${why.mend}` : reason);
  const open = await context.journal.openIntents(account.name);
  const blind = blindFacts({
    account: account.name,
    since: runtime.failingSince,
    now,
    reason,
    refusedMend: isTold ? why.mend : null,
    isProviderUnreachable: context.incidents.isFiring(UNREACHABLE),
  });
  const opens = openFacts(open, moneyNow(context), null);
  const mayBe = openFacts(open, moneyNow(context), MAY_BE_NEEDED);
  await context.incidents.sync(account.name, [...blind, ...opens], {
    extent: isTold ? 'known' : 'more',
    keep: mayBe.map((fact) => fact.fingerprint),
  });
  const until = isTold ? addMs(moneyNow(context), REFUSED_PAUSE_MS) : null;
  return {
    until,
    sawProvider: isRefused,
    isUnfinished: true,
    isCounted: isTold || isCounted,
    waitsForOthers: false,
  };
}
