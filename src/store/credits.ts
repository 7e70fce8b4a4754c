import type { CreditIntake, CreditsSorted, Refund } from '../charge/journal.ts';
import type { AccountName, IntentId, PaymentIntentId } from '../domain/ids.ts';
import { isNativeRecharge, STAMP_SLACK_MS } from '../domain/ledger.ts';
import type { LedgerCredit } from '../domain/observation.ts';
import { type EpochMs, HOUR_MS } from '../domain/time.ts';
import type { Database } from './database.ts';
import type { Exposure } from './exposure.ts';
import { namePayment } from './intent-rows.ts';

/** A POST has reached the provider by then, however late, and the two clocks are no further apart. */
const SENT_BEFORE_MAX_MS = HOUR_MS;
/** What was taken back stands beside the rows under a name of its own. */
const REFUND = 'refund/';

/** The provider's ledger as far as it was seen, each row tied to the intent that explains it. */
export class Credits {
  readonly #database: Database;
  readonly #exposure: Exposure;

  constructor(database: Database, exposure: Exposure) {
    this.#database = database;
    this.#exposure = exposure;
  }

  sort(account: AccountName, credits: readonly LedgerCredit[], armedAt: EpochMs | null): CreditsSorted {
    const unknown: { credit: LedgerCredit; intent: IntentId | null }[] = [];
    const refunded: { credit: LedgerCredit; intent: IntentId }[] = [];
    const untold: LedgerCredit[] = [];
    const unsettled: LedgerCredit[] = [];
    const claimed = new Set<string>();
    const owners = new Set<IntentId>(); // of this look: one row each
    const ownerOf = (credit: LedgerCredit, takenAt: number | null): IntentId | null => {
      const owner = this.#owner(account, credit, { takenAt, except: owners });
      if (owner !== null) owners.add(owner);
      return owner;
    };
    for (const credit of credits) {
      const payment = credit.paymentIntentId;
      if (payment !== null && this.ownerOf(account, payment) !== null) claimed.add(credit.id);
      const row = this.#database.get(
        'SELECT intent, taken_at, is_told FROM credit WHERE account = ? AND id = ?',
        account,
        credit.id,
      );
      if (row === undefined) {
        const seenAt = this.#seenAt(account, credit.id);
        if (seenAt !== null && (armedAt === null || seenAt <= armedAt)) claimed.add(credit.id);
        if (credit.isSuccessful) unknown.push({ credit, intent: ownerOf(credit, null) });
        else if (seenAt === null) unsettled.push(credit);
        continue;
      }
      const intent = row['intent'] as IntentId | null; // our own column
      // Taken in while its intent was in doubt, whose payment is known by now: it belongs there after all.
      const takenAt = Number(row['taken_at']);
      const owner = intent === null && credit.isSuccessful ? ownerOf(credit, takenAt) : null;
      if (owner !== null) {
        unknown.push({ credit, intent: owner });
        continue;
      }
      const wasBefore = armedAt === null || takenAt < armedAt;
      if (intent !== null || wasBefore) claimed.add(credit.id);
      if (intent === null && row['is_told'] === 0) untold.push(credit);
      if (intent !== null && credit.isReversed) refunded.push({ credit, intent });
    }
    return { unknown, claimed, refunded, untold, unsettled };
  }

  /** Call inside a write transaction. */
  absorb(intake: CreditIntake): void {
    const { account, group, now } = intake;
    for (const { credit, intent, isTold, countsFrom } of intake.credits) {
      const isNameless = credit.paymentIntentId === null && !isNativeRecharge(credit);
      this.claim(account, credit, { intent, takenAt: now, isTold, isNameless });
      if (intent === null) this.#exposure.countForeign({ account, group }, credit, countsFrom);
      else {
        this.#exposure.correct({ account, group, intent }, credit, countsFrom);
        // A refund will name the payment alone.
        if (credit.paymentIntentId !== null) namePayment(this.#database, intent, credit.paymentIntentId);
      }
    }
    for (const { id } of intake.unsettled) {
      this.#database.run(
        'INSERT INTO seen_row (account, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        account,
        id,
        now,
      );
    }
    for (const { id } of intake.told) {
      this.#database.run('UPDATE credit SET is_told = 1 WHERE account = ? AND id = ?', account, id);
    }
  }

  /** Call inside a write transaction. */
  claim(
    account: AccountName,
    credit: {
      readonly id: string;
      readonly amountCents: number;
      readonly createdAt: EpochMs;
      readonly paymentIntentId?: PaymentIntentId | null;
    },
    to: {
      readonly intent: IntentId | null;
      readonly takenAt: EpochMs;
      readonly isTold: boolean;
      readonly isNameless?: boolean;
    },
  ): void {
    if (to.intent !== null) this.#exposure.uncountForeign(account, credit.id);
    this.#database.run(
      `INSERT INTO credit (account, id, amount_cents, created_at, taken_at, is_told, intent, is_nameless, payment)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (account, id) DO UPDATE SET intent = excluded.intent`,
      account,
      credit.id,
      credit.amountCents,
      credit.createdAt,
      to.takenAt,
      to.isTold ? 1 : 0,
      to.intent,
      to.isNameless === true ? 1 : 0,
      credit.paymentIntentId ?? null,
    );
  }

  /** Call inside a write transaction. False where it was noted before. */
  noteRefund({ account, rowId, payment, intent, now }: Omit<Refund, 'incidents'>): boolean {
    const id = `${REFUND}${rowId}`;
    if (this.#database.get('SELECT 1 FROM credit WHERE account = ? AND id = ?', account, id) !== undefined)
      return false;
    const row = { id, amountCents: 0, createdAt: now, paymentIntentId: payment };
    this.claim(account, row, { intent, takenAt: now, isTold: true });
    return true;
  }

  /** The intent whose charge a PaymentIntent is; `null` where it is not ours. */
  ownerOf(account: AccountName, payment: PaymentIntentId): IntentId | null {
    const row = this.#database.get(
      'SELECT id FROM intent WHERE payment_intent = ? AND account = ? LIMIT 1',
      payment,
      account,
    );
    return row === undefined ? null : (row['id'] as IntentId); // our own column
  }

  /**
   * The charge that a person called charged while this payment's row, of its amount, stood there as nobody's: it may be its
   * own, so that what takes the payment back may take back that one, once. `null` where there is none.
   */
  mayBeOf(account: AccountName, payment: PaymentIntentId): IntentId | null {
    const row = this.#database.get(
      `SELECT intent.id FROM credit JOIN intent ON intent.account = credit.account
       WHERE credit.account = ? AND credit.payment = ? AND credit.intent IS NULL
         AND intent.kind = 'fund' AND intent.state = 'settled' AND intent.payment_intent IS NULL
         AND json_extract(doc, '$.state.by') = 'operator' AND settled_cents = credit.amount_cents
         AND credit.taken_at BETWEEN armed_at AND changed_at
         AND NOT EXISTS (SELECT 1 FROM credit AS taken WHERE taken.account = intent.account AND taken.payment = credit.payment
           AND taken.intent = intent.id)
       ORDER BY armed_at LIMIT 1`,
      account,
      payment,
    );
    return row === undefined ? null : (row['id'] as IntentId); // our own column
  }

  #seenAt(account: AccountName, id: string): number | null {
    const row = this.#database.get('SELECT at FROM seen_row WHERE account = ? AND id = ?', account, id);
    return row === undefined ? null : Number(row['at']);
  }

  #owner(
    account: AccountName,
    credit: LedgerCredit,
    among: {
      /** When the row was taken in as nobody's; `null` for a new one. */
      readonly takenAt: number | null;
      readonly except: ReadonlySet<IntentId>;
    },
  ): IntentId | null {
    const payment = credit.paymentIntentId;
    const named = payment === null ? null : this.ownerOf(account, payment);
    if (named !== null || isNativeRecharge(credit)) return named;
    // A row that a person saw when asked was in question then: which of several it is, nobody said.
    if (payment !== null && among.takenAt !== null) return null;
    // Settled by its payment, and its row names none; or by a person's word, and no answer named its payment, but its row
    // does: the first new row of its amount is its own, unless others stood there before that word, and it is stamped long
    // after anything was sent.
    const row = this.#database.get(
      `SELECT id FROM intent WHERE account = ? AND kind IN ('fund', 'fund_link') AND state = 'settled' AND settled_cents = ?
         AND (? IS NULL OR (kind = 'fund' AND payment_intent IS NULL AND (json_extract(doc, '$.lastSendAt') > ? OR NOT EXISTS (
           SELECT 1 FROM credit AS shown WHERE shown.account = intent.account AND shown.intent IS NULL
             AND shown.amount_cents = settled_cents AND shown.taken_at BETWEEN armed_at AND changed_at))))
         AND armed_at > ? AND armed_at < ? AND armed_at < ? AND json_extract(doc, '$.state.credit') IS NULL
         AND NOT EXISTS (SELECT 1 FROM credit WHERE credit.account = intent.account AND credit.intent = intent.id)
         AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY armed_at LIMIT 1`,
      account,
      credit.amountCents,
      payment,
      credit.createdAt - (credit.isStampExact === true ? SENT_BEFORE_MAX_MS : STAMP_SLACK_MS),
      credit.createdAt - STAMP_SLACK_MS,
      credit.createdAt + STAMP_SLACK_MS,
      among.takenAt ?? Number.MAX_SAFE_INTEGER,
      JSON.stringify([...among.except]),
    );
    return row === undefined ? null : (row['id'] as IntentId); // our own column
  }
}
