import type { Intent } from '../charge/intent.ts';
import type { Standing } from '../domain/history.ts';
import type { IncidentFact, IncidentType } from '../domain/incident.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';
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

/**
 * What is wrong with the account. No alarm begins over a need that may have been paid since the pass looked: the next one,
 * at once where something was closed, sees whether it was.
 */
export function amissFacts(
  context: KeeperContext,
  account: AccountSpec,
  done: Done,
): readonly IncidentFact[] {
  const { verdict, standing, refusal, asked } = done;
  const isOpenTold = { wallet: asked.isWalletTold, subscription: asked.facts.subscription.length > 0 };
  const isObserving = context.spec().mode === 'observe';
  const amiss = levelFacts({ ...verdict, account, standing, refusal, isOpenTold, isObserving });
  const due = (subject: Subject): readonly IncidentFact[] =>
    mayBePaid(context, subject, done)
      ? amiss[subject].filter(
          ({ type, fingerprint }) => !ENDS_WITH_MONEY.has(type) || context.incidents.isFiring(fingerprint),
        )
      : amiss[subject];
  return [...amiss.account, ...due('wallet'), ...due('subscription')];
}

function mayBePaid(context: KeeperContext, subject: Subject, { hasClosed, open, verdict }: Done): boolean {
  if (hasClosed) return true;
  // What is charged is used up before it is proven.
  if (subject === 'wallet' && verdict.isLowAgain) return false;
  const now = moneyNow(context);
  return open.some(
    (one) =>
      subjectOf(one) === subject && one.state.kind === 'charged' && now - one.state.since < PROOF_MAX_MS,
  );
}
