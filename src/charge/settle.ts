import { isNewer } from '../domain/ledger.ts';
import type { LedgerCredit, LedgerLook } from '../domain/observation.ts';
import { addMs, MINUTE_MS } from '../domain/time.ts';
import { type Intent, isLedgerKind } from './intent.ts';

/**
 * What a ledger look says about an intent:
 * - `match`: this credit is this charge;
 * - `candidate`: a new credit that may be, so neither a replay nor "absent" is safe;
 * - `none`: nothing there.
 */
export type CreditMatch =
  | { readonly kind: 'match'; readonly credit: LedgerCredit }
  | { readonly kind: 'candidate' }
  | { readonly kind: 'none' };

/** How far the provider's clock may lag behind ours when rows are compared with the arming. */
const CLOCK_SLACK_MS = 5 * MINUTE_MS;

/**
 * Settlement on evidence: the PaymentIntent id decides where both sides name one. Otherwise a new, unclaimed credit of
 * exactly our amount is ours; a new credit of another amount is ours only where another body holds our key.
 */
export function matchCredit(intent: Intent, look: LedgerLook, claimed: ReadonlySet<string>): CreditMatch {
  if (!isLedgerKind(intent.kind)) return { kind: 'none' };
  const byPayment = look.credits.find(
    (credit) =>
      credit.isSuccessful && intent.paymentIntent !== null && credit.paymentIntentId === intent.paymentIntent,
  );
  if (byPayment !== undefined) return { kind: 'match', credit: byPayment };
  const anchor = look.credits.find((credit) => credit.id === intent.anchor);
  const fresh = look.credits.filter(
    // The anchor was the newest when the intent was armed: what stands below it was there before.
    (credit) => couldBe(intent, credit, claimed) && (anchor === undefined || isNewer(credit, anchor)),
  );
  if (fresh.length === 0) return { kind: 'none' };
  const sameAmount = fresh.filter((credit) => credit.amountCents === intent.amountCents);
  const [only] = sameAmount;
  if (sameAmount.length === 1 && only !== undefined && canMatchByAmount(intent))
    return { kind: 'match', credit: only };
  const [first] = fresh;
  const isTwins = intent.state.kind === 'in_doubt' && intent.state.why === 'key_used_with_another_body';
  if (isTwins && fresh.length === 1 && first !== undefined) return { kind: 'match', credit: first };
  return { kind: 'candidate' };
}

function couldBe(intent: Intent, credit: LedgerCredit, claimed: ReadonlySet<string>): boolean {
  return (
    credit.isSuccessful &&
    !claimed.has(credit.id) &&
    credit.id !== intent.anchor &&
    credit.createdAt >= addMs(intent.armedAt, -CLOCK_SLACK_MS) &&
    isFundingRow(credit) &&
    (intent.paymentIntent === null || credit.paymentIntentId === null)
  );
}

/** Where the provider names the use, only wallet funding is ours: its own recharge has another name. */
function isFundingRow(credit: LedgerCredit): boolean {
  return credit.usecase === '' || credit.usecase === 'wallet_funding';
}

/** A declined or waiting payment is known by its PaymentIntent; a sum that happens to be equal is not it. */
function canMatchByAmount(intent: Intent): boolean {
  return intent.state.kind === 'armed' || intent.state.kind === 'in_doubt' || intent.state.kind === 'charged';
}
