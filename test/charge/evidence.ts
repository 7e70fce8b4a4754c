import type { Intent } from '../../src/charge/intent.ts';
import type { Outcome } from '../../src/charge/outcome.ts';
import type { LedgerCredit } from '../../src/domain/observation.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';

/** What really happened around an intent, in order: written down by the test, never read from the intent. */
export type Fact =
  | { readonly kind: 'post'; readonly at: EpochMs; readonly answer: Outcome | 'lost' }
  | {
      readonly kind: 'look';
      readonly at: EpochMs;
      readonly credits: readonly LedgerCredit[];
      readonly claimed: ReadonlySet<string>;
      readonly isComplete: boolean;
      readonly isNeeded: boolean;
    }
  | { readonly kind: 'payment'; readonly at: EpochMs; readonly status: 'succeeded' | 'pending' | 'failed' }
  | {
      readonly kind: 'subscription';
      readonly at: EpochMs;
      readonly isReached: boolean;
      readonly isNeeded: boolean;
    }
  | { readonly kind: 'operator'; readonly at: EpochMs; readonly verdict: 'charged' | 'not_charged' };

/**
 * The evidence that charging.md asks for before an intent may close (I6), as a rule over facts: what is missing for
 * the state that the intent is in, or `null` where nothing is. The last fact is the one that closed it.
 */
export function missingEvidence(intent: Intent, facts: readonly Fact[]): string | null {
  const { state } = intent;
  const last = facts.at(-1);
  if (last === undefined) return 'nothing happened';
  switch (state.kind) {
    case 'settled':
      switch (state.by) {
        case 'ledger':
          return last.kind === 'look' && last.credits.some((row) => `${row.id}` === `${state.credit}` && row.amountCents === state.amountCents && isOurs(intent, facts, last, row)) ? null : 'a credit of ours, at its own amount';
        case 'payment_status':
          return intent.kind === 'fund' && saysPaid(last) && facts.filter(saysPaid).length >= 2 ? null : 'two words that it was paid';
        case 'subscription_status':
          return intent.kind !== 'fund' && wasReachedTwice(facts) ? null : 'the subscription read twice as wanted';
        case 'answer':
          return isAnswer(last, 'charged') ? null : 'an answer that it was done';
        case 'operator':
          return last.kind === 'operator' && last.verdict === 'charged' ? null : "a person's word";
      }
      break;
    case 'rejected':
      return isAnswer(last, 'rejected') && !hasDoubt(facts.slice(0, -1)) ? null : 'a refusal and no doubt before it';
    case 'released':
      switch (state.because) {
        case 'operator':
          return last.kind === 'operator' && last.verdict === 'not_charged' ? null : "a person's word";
        case 'refused':
          return facts.every((fact) => fact.kind !== 'post' || isCertainlyNothing(fact)) && (hasNoNeed(last) || last.at - intent.armedAt >= 22.5 * HOUR_MS) ? null : 'every POST unheard, and no need left or no key to send it with';
        case 'expired':
          return 'a page past its end, which none of these intents is';
        case 'absent':
          return intent.kind === 'fund' && wasAbsentTwice(intent, facts) ? null : 'two complete looks without a credit';
        case 'declined': {
          const isDecline = facts.some((fact) => isAnswer(fact, 'declined') || isAnswer(fact, 'action'));
          const status = facts.findLast((fact) => fact.kind === 'payment')?.status;
          const isFailed = paymentOf(facts) === null ? facts.some((fact) => isAnswer(fact, 'declined')) : status === 'failed';
          const isClear = !hasDoubt(facts) || wasAbsentTwice(intent, facts) || wasNotReachedLate(intent, facts);
          return isDecline && isFailed && isClear ? null : 'a decline that is proven for every POST';
        }
      }
      break;
    case 'armed':
    case 'in_doubt':
    case 'charged':
    case 'action':
    case 'link_open':
    case 'declined':
      return null;
  }
} // biome-ignore format: a rule for each way to close

function isAnswer(fact: Fact, kind: Outcome['kind']): boolean {
  return fact.kind === 'post' && fact.answer !== 'lost' && fact.answer.kind === kind;
}

function isCertainlyNothing(fact: Fact & { kind: 'post' }): boolean {
  return fact.answer !== 'lost' && fact.answer.kind === 'no_effect' && fact.answer.isCertain;
}

/** Some POST's effect is unknown, and no replayed answer came after it to tell. */
function hasDoubt(facts: readonly Fact[]): boolean {
  return facts.some((fact, index) => {
    if (fact.kind !== 'post') return false;
    const isUnclear =
      fact.answer === 'lost' ||
      fact.answer.kind === 'unclear' ||
      (fact.answer.kind === 'no_effect' && !fact.answer.isCertain);
    return isUnclear && !facts.slice(index).some(isReplayed);
  });
}

function isReplayed(fact: Fact): boolean {
  return fact.kind === 'post' && fact.answer !== 'lost' && 'isReplay' in fact.answer && fact.answer.isReplay;
}

function saysPaid(fact: Fact): boolean {
  return isAnswer(fact, 'charged') || (fact.kind === 'payment' && fact.status === 'succeeded');
}

function hasNoNeed(fact: Fact): boolean {
  return (fact.kind === 'look' || fact.kind === 'subscription') && (!fact.isNeeded || ('isReached' in fact && fact.isReached));
} // biome-ignore format: one claim

function wasReachedTwice(facts: readonly Fact[]): boolean {
  const reads = facts.filter((fact) => fact.kind === 'subscription');
  const away = reads.findLastIndex((fact) => !fact.isReached);
  const [first] = reads.slice(away + 1);
  const last = facts.at(-1);
  return first !== undefined && last?.kind === 'subscription' && last.at - first.at >= 2 * SECOND_MS;
}

function wasNotReachedLate(intent: Intent, facts: readonly Fact[]): boolean {
  const lastPost = facts.findLast((fact) => fact.kind === 'post')?.at ?? intent.armedAt;
  return facts.some((fact) => fact.kind === 'subscription' && !fact.isReached && fact.at >= lastPost + 2 * HOUR_MS);
} // biome-ignore format: one claim

/** Two complete looks, ten minutes apart, both after the quiet period of the last POST, neither with a credit of ours. */
function wasAbsentTwice(intent: Intent, facts: readonly Fact[]): boolean {
  const lastPost = facts.findLast((fact) => fact.kind === 'post')?.at ?? intent.armedAt;
  const empty = facts.filter(
    (fact) =>
      fact.kind === 'look' &&
      fact.isComplete &&
      fact.at >= lastPost + 2 * HOUR_MS &&
      !fact.credits.some((row) => couldBeOurs(intent, facts, fact, row)),
  );
  return empty.some((first) => empty.some((second) => second.at - first.at >= 10 * MINUTE_MS));
}

function paymentOf(facts: readonly Fact[]): string | null {
  const named = facts.map((fact) =>
    fact.kind === 'post' && fact.answer !== 'lost' && 'paymentIntent' in fact.answer ? fact.answer.paymentIntent : null,
  );
  return named.findLast((payment) => payment !== null) ?? null;
} // biome-ignore format: one claim

/** A row of any status that nobody has claimed, newer than the anchor, of wallet funding, whose payment is not known to be another. */
function couldBeOurs(intent: Intent, facts: readonly Fact[], look: Fact & { kind: 'look' }, row: LedgerCredit): boolean {
  const payment = paymentOf(facts.slice(0, facts.indexOf(look)));
  if (payment !== null && row.paymentIntentId !== null) return payment === row.paymentIntentId;
  const anchor = look.credits.find(({ id }) => id === intent.anchor);
  const isAbove =
    anchor === undefined ||
    row.createdAt > anchor.createdAt ||
    (row.createdAt === anchor.createdAt && Number(row.id) > Number(anchor.id));
  const isNew = isAbove && row.createdAt >= intent.armedAt - 36 * HOUR_MS;
  return isNew && row.id !== intent.anchor && !look.claimed.has(row.id) && ['', 'wallet_funding'].includes(row.usecase);
} // biome-ignore format: one claim

function isOurs(intent: Intent, facts: readonly Fact[], look: Fact & { kind: 'look' }, row: LedgerCredit): boolean {
  const payment = paymentOf(facts);
  if (payment !== null && row.paymentIntentId === payment) return row.isSuccessful;
  const hasOtherBody = facts.some((fact) => fact.kind === 'post' && fact.answer !== 'lost' && fact.answer.kind === 'unclear' && fact.answer.isKeyConflict);
  return row.isSuccessful && couldBeOurs(intent, facts, look, row) && (row.amountCents === intent.amountCents || hasOtherBody);
} // biome-ignore format: one claim
