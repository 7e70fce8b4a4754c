import type { Intent } from '../charge/intent.ts';
import type { Standing } from '../domain/history.ts';
import type { IncidentFact, IncidentType } from '../domain/incident.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { AskedOfPeople } from './asked-of-people.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Verdict } from './decide-account.ts';
import { levelFacts } from './decision-facts.ts';
import { type Subject, subjectOf } from './open-facts.ts';

/** So long the proof of what is charged may take. */
const PROOF_MAX_MS = 10 * MINUTE_MS;
const ENDS_WITH_MONEY: ReadonlySet<IncidentType> = new Set(['wallet.low', 'payment.action_required']);

/** A pass, after it has acted. */
type Done = {
  readonly verdict: Verdict;
  readonly standing: Standing;
  /** Why a decided charge was not armed after all. */
  readonly refusal: string | null;
  readonly open: readonly Intent[];
  readonly hasClosed: boolean;
  readonly asked: AskedOfPeople;
};

/** Whether what a pass closed was paid for the wallet: the provider's pages may show it later. */
export async function notePaid(
  context: KeeperContext,
  runtime: AccountRuntime,
  closed: readonly Intent[],
): Promise<void> {
  for (const { id } of closed.filter((one) => subjectOf(one) === 'wallet')) {
    const intent = await context.journal.intent(id);
    if (intent?.state.kind === 'settled') runtime.paidAt = moneyNow(context);
  }
}

/**
 * What is wrong with the account. No alarm begins over a need that may have been paid since the pass looked: the next one,
 * at once where something was closed, sees whether it was.
 */
export function amissFacts(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  done: Done,
): readonly IncidentFact[] {
  const { verdict, standing, refusal, asked } = done;
  const isOpenTold = { wallet: asked.isWalletTold, subscription: asked.facts.subscription.length > 0 };
  const isObserving = context.spec().mode === 'observe';
  const amiss = levelFacts({ ...verdict, account, standing, refusal, isOpenTold, isObserving });
  const due = (subject: Subject): readonly IncidentFact[] =>
    mayBePaid(context, runtime, subject, done)
      ? amiss[subject].filter(
          ({ type, fingerprint }) => !ENDS_WITH_MONEY.has(type) || context.incidents.isFiring(fingerprint),
        )
      : amiss[subject];
  return [...amiss.account, ...due('wallet'), ...due('subscription')];
}

function mayBePaid(
  context: KeeperContext,
  { lowSince }: AccountRuntime,
  subject: Subject,
  { hasClosed, open, verdict }: Done,
): boolean {
  if (hasClosed) return true;
  const now = moneyNow(context);
  const isFresh = (since: EpochMs): boolean => now - since < PROOF_MAX_MS;
  // What a card pays while the wallet is emptied is used up before it is proven.
  const isEmptied = subject === 'wallet' && verdict.isLowAgain && lowSince !== null && isFresh(lowSince);
  return open.some(
    ({ kind, state }) =>
      subjectOf({ kind }) === subject &&
      state.kind === 'charged' &&
      isFresh(state.since) &&
      (kind === 'fund_link' || !isEmptied),
  );
}
