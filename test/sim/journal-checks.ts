import type { Machine } from './machine.ts';
import type { OwnCharge } from './own-charge.ts';
import { checkRest } from './rest-checks.ts';
import type { Run } from './run.ts';
import { checkMessages } from './told-checks.ts';

/** How long before its arming a row may be stamped and still be taken for the intent's. */
const LOOKALIKE_MS = 36 * 3_600_000;

type IntentRow = {
  readonly id: string;
  readonly account: string;
  readonly key: string;
  /** Another intent went out under its key later: only what was asked before it was closed can be its own. */
  readonly isKeyTakenUp: boolean;
  readonly kind: string;
  readonly state: string;
  readonly amountCents: number;
  readonly settledCents: number;
  readonly payment: string | null;
  readonly armedAtMs: number;
  readonly closedAtMs: number;
  readonly state_doc: { readonly by?: string; readonly because?: string };
};

/** What must be true when everything has come to rest: I6, I7, I9, I11. */
export function checkBooks(run: Run): void {
  for (const machine of run.machines) {
    checkIntents(run, machine);
    if (!machine.isRetired) checkMessages(run, machine);
  }
  checkRest(run);
}

function checkIntents(run: Run, machine: Machine): void {
  const { oracle } = run;
  for (const intent of intentsOf(machine)) {
    const { key, account, id, state } = intent;
    if (intent.state_doc.by === 'operator' || intent.state_doc.because === 'operator') continue;
    const charges = oracle.charges.filter(
      (charge) => charge.key === key && (!intent.isKeyTakenUp || charge.askedAtMs <= intent.closedAtMs),
    );
    const before = charges.filter(
      (charge) =>
        (isBy(run, machine, intent, charge) && !(charge.isUnheard && charge.atMs > intent.closedAtMs)) ||
        (!isOfOwn(intent) &&
          charge.atMs <= intent.closedAtMs &&
          !wasInBooks(run, machine, charge, intent.armedAtMs) &&
          // Of another amount it is nobody's that this one knows of, and told and counted as that.
          !(charge.cents !== intent.amountCents && wasInBooks(run, machine, charge, intent.closedAtMs))),
    );
    const isFree = ['resume', 'pause', 'change_plan'].includes(intent.kind); // changes are to the cheapest
    if (state === 'settled' && charges.length === 0 && isDoneByAnother(run, machine, intent))
      oracle.concede('done_by_another', account, `${id} is settled, and another database did it`);
    else if (state === 'settled' && charges.length === 0 && !isFree && !hasLookalike(run, machine, intent))
      oracle.accuse(
        'I6',
        account,
        `${id} is settled (${intent.state_doc.by ?? '?'}), and nothing was charged under ${key}`,
      );
    const isHidden = ({ length: count }: readonly OwnCharge[]): boolean =>
      count > 0 && before.every((one) => oracle.isHidden(machine.lineages, one, intent.closedAtMs));
    if ((state === 'released' || state === 'rejected') && before.length > 0 && !isHidden(before)) {
      const sentence = `${id} is ${state} (${intent.state_doc.because ?? '?'}), and ${key} was charged`;
      if (isRepairBehindCopy(run, machine, intent, before))
        oracle.concede('repair_behind_copy', account, sentence);
      else if (isOfAnotherPayment(run, machine, intent, before))
        oracle.concede('payment_of_another_copy', account, sentence);
      else oracle.accuse('I6', account, sentence);
    }
    const [only] = charges;
    const isOther = charges.length === 1 && only?.cents !== intent.settledCents;
    // What is left of a period is known to the provider alone: a dearer plan is booked with its whole price.
    const isWithin = intent.kind === 'change_plan' && (only?.cents ?? 0) <= intent.settledCents;
    if (state === 'settled' && only !== undefined && isOther && !isWithin) {
      const sentence = `${id} is booked with ${intent.settledCents} cents, ${only.cents} were charged`;
      // What another store charged under the key is of an amount of its own, of which nobody tells this one.
      if (!isBy(run, machine, intent, only) && hasLookalike(run, machine, intent))
        oracle.concede('amount_of_another_store', account, sentence);
      else oracle.accuse('I9', account, sentence);
    }
  }
  // A charge of this very database must be in its books, open or settled.
  for (const charge of oracle.charges.filter((one) => one.lineage === machine.lineage)) {
    const [row] = machine.durable('SELECT id FROM intent WHERE key = ?', charge.key);
    if (row === undefined && !run.wasRestored(machine))
      oracle.accuse('I9', charge.account, `${charge.key} was charged and no journal has it`);
  }
}

/** "Refused" and "declined" are said of its own POSTs alone; "absent" of whatever had been charged by then. */
function isOfOwn({ state, state_doc: { because } }: IntentRow): boolean {
  return state === 'rejected' || because === 'refused' || because === 'declined';
}

/**
 * The limit of charging.md for a repair: an old copy was put back, in whose journal every POST of it was answered "nothing
 * done", and a later POST, which only the database before it had, was charged. That this cannot be known:
 *
 * 1. Of purser's own doing a database knows what is in its journal. The POST that charged is not in this one: it left after
 *    the copy was made (`Copies`). What is in it is true as well in a world where purser then stood still.
 * 2. Of the provider's doing it knows what it was answered since. A repair makes no row in the ledger of the wallet; it shows
 *    as a subscription that is as wanted, which names no payment and nobody who paid, and is the same where a person
 *    repaired it meanwhile. No answer told it of this payment (`isTold`).
 * 3. To ask with the same key would be to charge, where that person had not been and the key is forgotten; and it is not
 *    sent for what nobody needs any more.
 *
 * So both worlds look alike, to the byte. Taken for the person's, a repair is missing from journal and caps ("repairs of
 * subscriptions are not known", docs/faq.md), and no money is lost: no second one may follow, or it is no limit. A top-up is
 * never let off here: its row is in the ledger.
 */
function isRepairBehindCopy(
  run: Run,
  machine: Machine,
  intent: IntentRow,
  before: readonly OwnCharge[],
): boolean {
  const { account, kind, state_doc } = intent;
  if (kind !== 'fix_payment' || state_doc.because !== 'refused') return false;
  const { oracle, copies } = run;
  const isUnknown = (one: OwnCharge): boolean =>
    !copies.holdsPost(machine.lineage, one) && !oracle.isTold(machine.lineage, one);
  const others = oracle.charges.filter((one) => one.account === account && one.kind === 'fix_payment');
  return (
    before.every(isUnknown) && others.every((one) => before.includes(one) || one.atMs < intent.armedAtMs)
  );
}

/**
 * What was declined names its payment, and that one failed; another copy of the database, which had lost this intent, charged
 * under the same key for another payment. Its row is a stranger's here: told, and counted against the caps.
 */
function isOfAnotherPayment(
  run: Run,
  machine: Machine,
  { state_doc, payment, armedAtMs }: IntentRow,
  before: readonly OwnCharge[],
): boolean {
  return (
    state_doc.because === 'declined' &&
    payment !== null &&
    before.every(
      (one) =>
        one.payment !== payment &&
        one.askedAtMs > armedAtMs &&
        !run.copies.holdsPost(machine.lineage, one) &&
        wasInBooks(run, machine, one, run.timeline.nowMs),
    )
  );
}

/**
 * A repair and a purchase show as a subscription that is as wanted, whoever did it: it counts against the caps of all who had
 * begun one.
 */
function isDoneByAnother(
  run: Run,
  machine: Machine,
  { account, kind, armedAtMs, closedAtMs }: IntentRow,
): boolean {
  const isSeenByNobody = (one: OwnCharge): boolean =>
    one.account === account &&
    one.kind === kind &&
    one.atMs >= armedAtMs &&
    one.atMs <= closedAtMs &&
    !run.copies.holdsPost(machine.lineage, one);
  return ['fix_payment', 'subscribe'].includes(kind) && run.oracle.charges.some(isSeenByNobody);
}

/** A charge by another database, whose row this one had taken in by then. */
function wasInBooks(run: Run, machine: Machine, charge: OwnCharge, byMs: number): boolean {
  const rows = run.world.accounts[charge.account]?.rows ?? [];
  const row = rows.find(({ transactionId }) => transactionId === charge.payment);
  const taken = machine.durable(
    'SELECT taken_at FROM credit WHERE account = ? AND id = ?',
    charge.account,
    String(row?.id),
  );
  return taken.some((one) => Number(one['taken_at']) <= byMs);
}

/** Another database on the same machine, of which this one is a copy, may have used the key, for another intent of its own. */
function isBy(run: Run, machine: Machine, intent: IntentRow, charge: OwnCharge): boolean {
  const isOfCopy = run.wasRestored(machine) && charge.lineage.startsWith(machine.name);
  const isWhileOpen = charge.atMs >= intent.armedAtMs && charge.askedAtMs <= intent.closedAtMs;
  return charge.lineage === machine.lineage || (isOfCopy && isWhileOpen);
}

/**
 * A person, or a database that is gone, paid the very amount, and this one had not seen it when it was not known what became
 * of ours: taken for ours, which charges nobody and counts against the caps all the same.
 */
function hasLookalike(run: Run, machine: Machine, intent: IntentRow): boolean {
  const { account, settledCents, armedAtMs } = intent;
  const { rows = [] } = run.world.accounts[account] ?? {};
  // A payment that waited for its holder, of which no answer told, is a stranger's to its own journal.
  const known = run.oracle.charges.filter(
    (charge) =>
      (run.copies.holdsPost(machine.lineage, charge) && !charge.isUnheard) ||
      wasInBooks(run, machine, charge, intent.armedAtMs),
  );
  const own = new Set(known.map(({ payment }) => payment));
  const taken = machine.durable(
    'SELECT id FROM credit WHERE account = ? AND taken_at <= ?',
    account,
    String(armedAtMs),
  );
  const seen = new Set(taken.map(({ id }) => String(id)));
  return rows.some(
    (row) =>
      row.type === 'credit' &&
      !own.has(String(row.transactionId)) &&
      !seen.has(String(row.id)) &&
      row.createdAt <= intent.closedAtMs &&
      row.source === 'stripe' &&
      row.amountMicroUsd === settledCents * 10_000 &&
      row.createdAt >= armedAtMs - LOOKALIKE_MS,
  );
}

function intentsOf(machine: Machine): readonly IntentRow[] {
  return machine
    .durable(
      `SELECT id, account, key, kind, state, amount_cents, settled_cents, armed_at, changed_at, json_extract(doc, '$.key') AS own_key, json_extract(doc, '$.paymentIntent') AS payment,
         json_extract(doc, '$.state') AS s FROM intent`,
    )
    .map((row) => ({
      id: String(row['id']),
      account: String(row['account']),
      key: String(row['own_key']),
      isKeyTakenUp: row['key'] !== row['own_key'],
      kind: String(row['kind']),
      state: String(row['state']),
      amountCents: Number(row['amount_cents']),
      settledCents: Number(row['settled_cents']),
      payment: row['payment'] === null ? null : String(row['payment']),
      armedAtMs: Number(row['armed_at']),
      closedAtMs: Number(row['changed_at']),
      state_doc: JSON.parse(String(row['s'])) as IntentRow['state_doc'],
    }));
}
