import type { CreditId, PaymentIntentId } from '../domain/ids.ts';
import { cardCredits, isNativeRecharge, STAMP_SLACK_MS } from '../domain/ledger.ts';
import { type Cents, cents } from '../domain/money.ts';
import type { LedgerCredit } from '../domain/observation.ts';
import type { EpochMs } from '../domain/time.ts';
import { auditPayouts, type LedgerDebit, type PayoutMatch } from './audit-payouts.ts';
import { payoutOf } from './call.ts';
import { evidenceOf, type Intent, isOpen } from './intent.ts';

/** A row of type `debit` that takes back what a payment had paid (seed: the ledger shows "deposits, charges, refunds"). */
export type LedgerRefund = {
  readonly id: string;
  readonly amountCents: Cents;
  readonly createdAt: EpochMs;
  readonly paymentIntentId: PaymentIntentId | null;
};

export type AuditFinding = {
  readonly kind: /** Settled by us, and the ledger has no such credit. */
    | 'missing'
    /** The ledger shows another amount than was booked. */
    | 'differs'
    /** One payment, several credits. */
    | 'duplicate'
    /** A card credit that no charge of ours explains. */
    | 'foreign'
    /** The provider's own recharge. */
    | 'auto_funding'
    /** Taken back. */
    | 'refunded'
    /** Withdrawn by us, and the ledger has no such debit. */
    | 'payout_missing'
    /** A withdrawal that no order of ours explains. */
    | 'payout_foreign'
    /** Not closed yet. */
    | 'open';
  readonly at: EpochMs;
  readonly intent: Intent | null;
  /** The row of the ledger; of a withdrawal, a debit. */
  readonly credit: CreditId | string | null;
  /** As booked in the journal; `null` where the journal has nothing. */
  readonly bookedCents: Cents | null;
  /** As the ledger shows it; `null` where it shows nothing. */
  readonly ledgerCents: Cents | null;
};

export type AuditMatch = {
  readonly intent: Intent;
  readonly credit: LedgerCredit;
  readonly amountCents: Cents;
};

export type Audit = {
  readonly matches: readonly AuditMatch[];
  readonly matchedCents: Cents;
  readonly findings: readonly AuditFinding[];
  readonly payouts: readonly PayoutMatch[];
  readonly paidOutCents: Cents;
  /** Settled, and not compared: what was paid for subscriptions, which no wallet ledger shows. */
  readonly elsewhere: readonly Intent[];
};

/** Findings that somebody has to look at. */
export const NEEDS_ATTENTION: readonly AuditFinding['kind'][] = [
  'missing',
  'differs',
  'duplicate',
  'foreign',
  'refunded',
  'payout_missing',
  'payout_foreign',
];

/**
 * The journal against the complete wallet ledger of one account. Charges count by when they were armed, foreign rows by
 * their own stamp; a row is looked for in the whole ledger, so that stamps in another zone make nothing missing.
 */
export function audit(books: {
  readonly intents: readonly Intent[];
  readonly credits: readonly LedgerCredit[];
  readonly refunds: readonly LedgerRefund[];
  readonly debits: readonly LedgerDebit[];
  readonly since: EpochMs;
  readonly until: EpochMs;
}): Audit {
  const { credits, refunds, debits, since, until } = books;
  const within = (at: EpochMs): boolean => at >= since && at <= until;
  const taken = new Set<string>();
  const matches: AuditMatch[] = [];
  const findings: AuditFinding[] = [];
  const elsewhere: Intent[] = [];
  for (const intent of books.intents.toSorted((one, other) => one.armedAt - other.armedAt)) {
    const isAsked = within(intent.armedAt);
    // A doubt that lasts is shown however old it is.
    if (isOpen(intent) && intent.armedAt <= until) findings.push(openFinding(intent));
    if (intent.state.kind !== 'settled') continue;
    if (evidenceOf(intent.kind) !== 'ledger') {
      if (isAsked && intent.kind !== 'withdraw') elsewhere.push(intent);
      continue;
    }
    const free = credits.filter((credit) => !taken.has(credit.id));
    const named = creditsOf(intent, free);
    const own = named.length > 0 ? named : likelyCredit(intent, free);
    for (const credit of own) taken.add(credit.id);
    if (isAsked) judge(intent, own, { matches, findings });
  }
  for (const credit of cardCredits(credits)) {
    if (taken.has(credit.id) || !within(credit.createdAt)) continue;
    findings.push(foreignFinding(credit));
  }
  findings.push(...refundFindings(books.intents, refunds, within));
  const paidOut = auditPayouts({ intents: books.intents, debits, within });
  findings.push(...paidOut.findings);
  return {
    matches,
    matchedCents: sumOf(matches),
    findings: findings.toSorted((one, other) => one.at - other.at),
    payouts: paidOut.payouts,
    paidOutCents: sumOf(paidOut.payouts),
    elsewhere,
  };
}

function sumOf(matches: readonly { readonly amountCents: Cents }[]): Cents {
  return cents(matches.reduce((sum, { amountCents }) => sum + amountCents, 0));
}

function judge(
  intent: Intent,
  own: readonly LedgerCredit[],
  out: { readonly matches: AuditMatch[]; readonly findings: AuditFinding[] },
): void {
  const booked = intent.state.kind === 'settled' ? intent.state.amountCents : cents(0);
  const [credit, ...more] = own;
  const about = { at: intent.armedAt, intent, bookedCents: booked };
  if (credit === undefined) {
    out.findings.push({ kind: 'missing', ...about, credit: null, ledgerCents: null });
    return;
  }
  const shown = { ...about, credit: credit.id, ledgerCents: credit.amountCents };
  if (credit.isReversed) out.findings.push({ kind: 'refunded', ...shown });
  else if (!credit.isSuccessful) out.findings.push({ kind: 'missing', ...shown });
  else if (credit.amountCents !== booked) out.findings.push({ kind: 'differs', ...shown });
  else out.matches.push({ intent, credit, amountCents: booked });
  for (const { id, amountCents } of more)
    out.findings.push({ kind: 'duplicate', ...about, credit: id, ledgerCents: amountCents });
}

/** By the row that settled it, and by its payment: one payment should have one row. */
function creditsOf(intent: Intent, credits: readonly LedgerCredit[]): readonly LedgerCredit[] {
  const settledBy = intent.state.kind === 'settled' ? intent.state.credit : null;
  const payment =
    intent.paymentIntent ?? credits.find((credit) => credit.id === settledBy)?.paymentIntentId ?? null;
  return credits.filter(
    (credit) => credit.id === settledBy || (payment !== null && credit.paymentIntentId === payment),
  );
}

/** Settled by its payment, and no row names that: the first new row of its amount is its own, as in the journal. */
function likelyCredit(intent: Intent, credits: readonly LedgerCredit[]): readonly LedgerCredit[] {
  const { state, armedAt } = intent;
  if (state.kind !== 'settled' || state.by !== 'payment_status' || state.credit !== null) return [];
  const first = credits
    .filter((credit) => credit.paymentIntentId === null && credit.amountCents === state.amountCents)
    .filter((credit) => credit.isSuccessful && credit.createdAt > armedAt - STAMP_SLACK_MS)
    .toSorted((one, other) => one.createdAt - other.createdAt)[0];
  return first === undefined ? [] : [first];
}

function openFinding(intent: Intent): AuditFinding {
  return {
    kind: 'open',
    at: intent.armedAt,
    intent,
    credit: null,
    bookedCents: intent.kind === 'withdraw' ? payoutOf(intent.body) : intent.amountCents,
    ledgerCents: null,
  };
}

function foreignFinding(credit: LedgerCredit): AuditFinding {
  const { id, amountCents, createdAt } = credit;
  return {
    kind: isNativeRecharge(credit) ? 'auto_funding' : 'foreign',
    at: createdAt,
    intent: null,
    credit: id,
    bookedCents: null,
    ledgerCents: amountCents,
  };
}

function refundFindings(
  intents: readonly Intent[],
  refunds: readonly LedgerRefund[],
  within: (at: EpochMs) => boolean,
): readonly AuditFinding[] {
  return refunds
    .filter(({ createdAt }) => within(createdAt))
    .map(({ id, amountCents, createdAt, paymentIntentId }) => {
      const intent = intents.find(
        (one) => one.paymentIntent !== null && one.paymentIntent === paymentIntentId,
      );
      const bookedCents = intent?.state.kind === 'settled' ? intent.state.amountCents : null;
      const about = { at: createdAt, intent: intent ?? null, credit: id };
      return { kind: 'refunded', ...about, bookedCents, ledgerCents: amountCents };
    });
}
