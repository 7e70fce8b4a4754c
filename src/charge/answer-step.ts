import { assert } from '../domain/assert.ts';
import { type MicroUsd, microFromCents, microUsd } from '../domain/money.ts';
import { addMs, type EpochMs } from '../domain/time.ts';
import { type CheckoutLink, evidenceOf, type Intent, isOpen } from './intent.ts';
import type { Outcome } from './outcome.ts';
import { calm, doubt, enter, release, type Step } from './transitions.ts';

/*
 * The part of the step function that takes in what a POST was answered, or that nothing was (charging.md, "States of an
 * intent").
 */

const RETRY_DEFAULT_MS = 5_000;

export function onAnswer(intent: Intent, outcome: Outcome, now: EpochMs): Step {
  assert(isOpen(intent), `an answer for the closed intent ${intent.id}`);
  const isReplay = 'isReplay' in outcome && outcome.isReplay;
  const known: Intent = {
    ...intent,
    paymentIntent: ('paymentIntent' in outcome ? outcome.paymentIntent : null) ?? intent.paymentIntent,
    // A replayed answer is the answer to the earlier POST: the doubt about that one ends with it.
    hasUnclearSend: intent.hasUnclearSend && !isReplay,
  };
  const isTwin = isReplay && intent.sends === 1;
  switch (outcome.kind) {
    case 'charged':
      return { intent: onCharged(withTold(known, outcome.balanceMicroUsd), now), freeze: null, isTwin };
    case 'link':
      return {
        intent: enter(known, {
          kind: 'link_open',
          since: now,
          ...(isTwin ? { isOlder: true } : {}),
          ...outcome.link,
          expiresAt: endOf(outcome.link, now),
        }),
        freeze: null,
        isTwin,
      };
    case 'action':
      return { intent: enter(known, { kind: 'action', since: now }), freeze: null, isTwin };
    case 'declined': {
      const declined = enter(known, { kind: 'declined', since: now, code: outcome.code });
      const isProven = declined.paymentIntent === null && !declined.hasUnclearSend;
      return {
        intent: isProven ? release(declined, 'declined', outcome.code, now) : declined,
        freeze: null,
        isTwin,
      };
    }
    case 'no_effect':
      return calm({
        ...known,
        retryAt: addMs(now, outcome.retryAfterMs ?? RETRY_DEFAULT_MS),
        hasUnclearSend: known.hasUnclearSend || !outcome.isCertain,
      });
    case 'rejected':
      return onRejection(known, outcome.code, now);
    case 'unclear': {
      const doubted = {
        ...known,
        hasUnclearSend: true,
        canReplay: known.canReplay && !outcome.isKeyConflict,
      };
      return { ...calm(doubt(doubted, outcome.why, now)), isTwin: outcome.isKeyConflict };
    }
  }
}

/**
 * A balance that an answer tells holds all that had come by then, also what was charged twice: `total_credited` was no less
 * than it and what had been used before.
 */
function withTold(intent: Intent, balanceMicroUsd: MicroUsd | null): Intent {
  const { creditedThenMicroUsd = null, usedThenMicroUsd = null, amountCents } = intent;
  if (evidenceOf(intent.kind) !== 'ledger' || balanceMicroUsd === null) return intent;
  if (creditedThenMicroUsd === null || usedThenMicroUsd === null) return intent;
  const told = balanceMicroUsd + usedThenMicroUsd - microFromCents(amountCents);
  return { ...intent, creditedThenMicroUsd: microUsd(Math.max(creditedThenMicroUsd, told)) };
}

/** An end that is over before it began is no instant that we can read. */
function endOf({ expiresAt }: CheckoutLink, now: EpochMs): EpochMs | null {
  return expiresAt !== null && expiresAt > now ? expiresAt : null;
}

/** Where nothing but the answer shows what was done, the answer is the evidence; a payment that it names is asked. */
function onCharged(intent: Intent, now: EpochMs): Intent {
  const isProof = evidenceOf(intent.kind) === 'answer' && intent.paymentIntent === null;
  if (!isProof) return enter(intent, { kind: 'charged', since: now });
  const { amountCents } = intent;
  return enter(intent, { kind: 'settled', at: now, amountCents, credit: null, by: 'answer' });
}

/** A refusal of the request itself. After an unclear POST it proves nothing about that one: only evidence will. */
function onRejection(intent: Intent, code: string, now: EpochMs): Step {
  const sentence = `the provider refused the request: ${code}`;
  const next = intent.hasUnclearSend
    ? { ...doubt(intent, `then_refused_${code}`, now), canReplay: false }
    : enter(intent, { kind: 'rejected', at: now, code });
  // A person who asked for something impossible is told so; the account has nothing to do with it.
  // So is a coupon that is worth nothing: the next top-up goes without it.
  const isAside = intent.origin === 'hand' || intent.endpoint === 'redeemCoupon';
  const isHarmless = isAside && !intent.hasUnclearSend;
  return { intent: next, freeze: isHarmless ? null : sentence, isTwin: false };
}

/** A certain refusal of what a person was faster with: nothing was done, and nothing is wrong with the account. */
export function onMootRefusal(intent: Intent, code: string, now: EpochMs): Step {
  assert(
    isOpen(intent) && !intent.hasUnclearSend,
    `a refusal of ${intent.id} is no proof of what was sent before`,
  );
  return calm(release(intent, 'refused', code, now));
}

/** After a crash or an aborted wait: a journalled POST that no answer is known of. */
export function onLostAnswer(intent: Intent, now: EpochMs): Intent {
  assert(isOpen(intent), `a lost answer for the closed intent ${intent.id}`);
  return doubt({ ...intent, hasUnclearSend: true }, 'no_answer_recorded', now);
}
