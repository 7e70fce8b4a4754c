import { STAMP_SLACK_MS } from '../domain/ledger.ts';
import { type Cents, cents } from '../domain/money.ts';
import { addMs, type EpochMs } from '../domain/time.ts';
import type { AuditFinding } from './audit.ts';
import { payoutOf } from './call.ts';
import { type Intent, isOpen } from './intent.ts';

/** A row of type `debit` that takes back nothing: what was used, or paid out. */
export type LedgerDebit = {
  readonly id: string;
  readonly amountCents: Cents;
  readonly createdAt: EpochMs;
  /** It calls itself a withdrawal. How those are named is not documented (API sheet #20), so others may be some too. */
  readonly isPayout: boolean;
};

export type PayoutMatch = {
  readonly intent: Intent;
  readonly debit: LedgerDebit;
  readonly amountCents: Cents;
};

/** Withdrawals of the journal against the debits of the ledger: nothing but amount and time says what belongs together. */
export function auditPayouts(books: {
  readonly intents: readonly Intent[];
  readonly debits: readonly LedgerDebit[];
  readonly within: (at: EpochMs) => boolean;
}): { readonly payouts: readonly PayoutMatch[]; readonly findings: readonly AuditFinding[] } {
  const { debits, within } = books;
  const taken = new Set<string>();
  const payouts: PayoutMatch[] = [];
  const findings: AuditFinding[] = [];
  const ours = books.intents.filter(
    (intent) => intent.kind === 'withdraw' && (intent.state.kind === 'settled' || isOpen(intent)),
  );
  for (const intent of ours.toSorted((one, other) => one.armedAt - other.armedAt)) {
    const amountCents = payoutOf(intent.body) ?? cents(0);
    const own = likelyDebit(intent, amountCents, debits, taken);
    if (own !== null) taken.add(own.id);
    if (isOpen(intent) || !within(intent.armedAt)) continue;
    if (own !== null) payouts.push({ intent, debit: own, amountCents });
    else findings.push(missing(intent, amountCents));
  }
  for (const debit of debits) {
    if (debit.isPayout && !taken.has(debit.id) && within(debit.createdAt)) findings.push(foreign(debit));
  }
  return { payouts, findings };
}

/** Of those that call themselves one, the first that was there after the order; else a debit of about that time. */
function likelyDebit(
  { armedAt }: Intent,
  amountCents: Cents,
  debits: readonly LedgerDebit[],
  taken: ReadonlySet<string>,
): LedgerDebit | null {
  const earliest = addMs(armedAt, -STAMP_SLACK_MS);
  const latest = addMs(armedAt, STAMP_SLACK_MS);
  const [first] = debits
    .filter((debit) => !taken.has(debit.id) && debit.amountCents === amountCents)
    .filter(({ createdAt, isPayout }) => createdAt >= earliest && (isPayout || createdAt <= latest))
    .toSorted(
      (one, other) => Number(other.isPayout) - Number(one.isPayout) || one.createdAt - other.createdAt,
    );
  return first ?? null;
}

function missing(intent: Intent, bookedCents: Cents): AuditFinding {
  const { armedAt: at } = intent;
  return { kind: 'payout_missing', at, intent, credit: null, bookedCents, ledgerCents: null };
}

function foreign({ id, amountCents, createdAt: at }: LedgerDebit): AuditFinding {
  const about = { at, intent: null, credit: id };
  return { kind: 'payout_foreign', ...about, bookedCents: null, ledgerCents: amountCents };
}
