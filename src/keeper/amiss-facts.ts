import type { Intent } from '../charge/intent.ts';
import { isWalletWork, type Standing } from '../domain/history.ts';
import type { IncidentFact } from '../domain/incident.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { AskedOfPeople } from './asked-of-people.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Verdict } from './decide-account.ts';
import { levelFacts } from './decision-facts.ts';

/** So long the proof of what is charged may take. */
const PROOF_MAX_MS = 10 * MINUTE_MS;

/** A pass, after it has acted. */
type Done = {
  readonly verdict: Verdict;
  readonly standing: Standing;
  /** Why a decided charge was not armed after all. */
  readonly refusal: string | null;
  readonly open: readonly Intent[];
  readonly hasClosed: boolean;
  readonly asked: AskedOfPeople['facts'];
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
  const { verdict, standing, refusal, open, asked } = done;
  const facts = levelFacts({
    ...verdict,
    account,
    standing,
    refusal,
    isOpenTold: {
      // What somebody ordered may be little, and is told without a word of the wallet.
      wallet: asked.wallet.length > 0 && open.some(isForWallet),
      subscription: asked.subscription.length > 0,
    },
    isObserving: context.spec().mode === 'observe',
  });
  return facts.filter(
    (fact) => context.incidents.isFiring(fact.fingerprint) || !mayBePaid(context, fact, done),
  );
}

function isForWallet({ kind, origin }: Intent): boolean {
  return isWalletWork({ kind }) && origin === 'policy';
}

function mayBePaid(context: KeeperContext, { type }: IncidentFact, done: Done): boolean {
  const { hasClosed, open, verdict } = done;
  if (type !== 'wallet.low' && type !== 'payment.action_required') return false;
  if (hasClosed) return true;
  // What is charged is used up before it is proven.
  if (type === 'wallet.low' && verdict.isLowAgain) return false;
  const now = moneyNow(context);
  return open.some(
    (one) =>
      isWalletWork(one) === (type === 'wallet.low') &&
      one.state.kind === 'charged' &&
      now - one.state.since < PROOF_MAX_MS,
  );
}
