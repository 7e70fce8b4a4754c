import type { Intent } from '../charge/intent.ts';
import type {
  AccountHold,
  AccountMemory,
  ArmRequest,
  ArmResult,
  ChargedAs,
  ChargeTotal,
  CreditIntake,
  CreditsSorted,
  HistoryQuery,
  IntentChange,
  IntentFilter,
  Journal,
  JournalEntry,
  Parting,
  Refund,
  Stake,
  StandingHold,
} from '../charge/journal.ts';
import { RENEWING_KINDS } from '../charge/late-list.ts';
import type { CapScope, CapUsage } from '../domain/caps.ts';
import type { ChargeHistory, Watch } from '../domain/history.ts';
import type { AccountName, GroupName, IntentId, PaymentIntentId } from '../domain/ids.ts';
import type { IncidentChange } from '../domain/incident.ts';
import { STAMP_SLACK_MS } from '../domain/ledger.ts';
import type { Cents } from '../domain/money.ts';
import type { LedgerCredit } from '../domain/observation.ts';
import { type EpochMs, epochMs } from '../domain/time.ts';
import { NOTHING_KNOWN, readMemory, writeMemory } from './account-memory.ts';
import { armInTransaction } from './arming.ts';
import { readAttempts } from './attempts.ts';
import { Books } from './books.ts';
import { CardRecords } from './card-records.ts';
import { Credits } from './credits.ts';
import type { Database } from './database.ts';
import { Exposure } from './exposure.ts';
import { Holds } from './holds.ts';
import type { Incidents } from './incidents.ts';
import { chargeTotals, type DeclineTotal, declineTotals, findIntents, storyOf } from './intent-queries.ts';
import {
  amendIntent,
  appendSend,
  appendTransition,
  namePayment,
  readIntent,
  updateIntent,
} from './intent-rows.ts';
import { letGoOfSettled } from './let-go-rows.ts';
import { Remembered } from './remembered.ts';
import { atStake, chargedAs, namesOf, renameAccount } from './renames.ts';
import type { JournalWatch } from './watch.ts';

const SETTLED_FUNDS = { kinds: ['fund', 'fund_link'], states: ['settled'], limit: 1 } as const;
/** More are not made within the time that a list may be late. */
const SETTLED_RENEWALS = { kinds: RENEWING_KINDS, states: ['settled'], limit: 16 } as const;

/** The journal on SQLite. Every rule that must hold in one transaction lives in the parts that this class composes. */
export class SqliteJournal implements Journal {
  readonly #database: Database;
  readonly #incidents: Incidents;
  readonly #exposure: Exposure;
  readonly #cards: CardRecords;
  readonly #credits: Credits;
  readonly #books: Books;
  readonly #watch: JournalWatch;
  readonly #open: Remembered<AccountName, readonly Intent[]>;
  readonly #holds: Holds;
  readonly #memories: Remembered<AccountName, AccountMemory>;
  readonly #lastRenewals: Remembered<AccountName, readonly Intent[]>;
  readonly #lastFunds: Remembered<AccountName, { readonly intent: Intent | null }>;

  constructor(database: Database, incidents: Incidents, watch: JournalWatch) {
    this.#database = database;
    this.#incidents = incidents;
    this.#watch = watch;
    this.#exposure = new Exposure(database);
    this.#cards = new CardRecords(database);
    this.#credits = new Credits(database, this.#exposure);
    this.#books = new Books({ exposure: this.#exposure, cards: this.#cards, credits: this.#credits });
    this.#open = new Remembered(database, (account) =>
      database.all('SELECT doc FROM intent WHERE account = ? AND is_open = 1', account).map(readIntent),
    );
    this.#holds = new Holds(database);
    this.#memories = new Remembered(database, (account) => readMemory(database, account));
    this.#lastFunds = new Remembered(database, (account) => {
      const [intent = null] = findIntents(database, { account, ...SETTLED_FUNDS });
      return { intent };
    });
    this.#lastRenewals = new Remembered(database, (account) =>
      findIntents(database, { account, ...SETTLED_RENEWALS }),
    );
  }

  arm(request: ArmRequest): Promise<ArmResult> {
    return this.#database.write(() => {
      const { account } = request.intent;
      const watch = this.#watch.read(account, request.now);
      const parts = { database: this.#database, exposure: this.#exposure, cards: this.#cards, watch };
      const result = armInTransaction(parts, request);
      this.#forgetIntents(account);
      if (result.kind === 'armed') this.#incidents.apply(request.incidents, request.now);
      return result;
    });
  }

  recordSend(intent: Intent, now: EpochMs): Promise<Intent> {
    const sends = intent.sends + 1;
    const next: Intent = { ...intent, sends, lastSendAt: now, retryAt: null, absentLookAt: null };
    return this.#database.write(() => {
      updateIntent(this.#database, intent, next, now);
      appendSend(this.#database, next);
      this.#forgetIntents(intent.account);
      return next;
    });
  }

  record(change: IntentChange): Promise<void> {
    const { before, after, now } = change;
    return this.#database.write(() => {
      updateIntent(this.#database, before, after, now);
      this.#forgetIntents(after.account);
      if (before.state.kind !== after.state.kind) {
        appendTransition(this.#database, { before, after, why: change.why, at: now });
        this.#books.follow(before, after, now);
      } else this.#books.putOff(before, after);
      if (change.freeze !== null)
        this.#holds.set({
          account: after.account,
          kind: 'freeze',
          reason: change.freeze,
          since: now,
          intent: after.id,
        });
      this.#incidents.apply(change.incidents, now);
    });
  }

  namePayment(intent: Intent, payment: PaymentIntentId): Promise<void> {
    return this.#database.write(() => {
      namePayment(this.#database, intent.id, payment);
      this.#forgetIntents(intent.account);
    });
  }

  amend(before: Intent, after: Intent): Promise<void> {
    return this.#database.write(() => {
      amendIntent(this.#database, before, after);
      this.#books.amend(before, after);
      this.#forgetIntents(after.account);
    });
  }

  async openIntents(account: AccountName): Promise<readonly Intent[]> {
    return this.#open.read(account);
  }

  async allOpenIntents(): Promise<readonly Intent[]> {
    return this.#database.all('SELECT doc FROM intent WHERE is_open = 1 ORDER BY armed_at').map(readIntent);
  }

  async intent(id: IntentId): Promise<Intent | null> {
    const row = this.#database.get('SELECT doc FROM intent WHERE id = ?', id);
    return row === undefined ? null : readIntent(row);
  }

  async intents(filter: IntentFilter): Promise<readonly Intent[]> {
    return findIntents(this.#database, filter);
  }

  async lastSettledFund(account: AccountName): Promise<Intent | null> {
    return this.#lastFunds.read(account).intent;
  }

  async lastRenewals(account: AccountName): Promise<readonly Intent[]> {
    return this.#lastRenewals.read(account);
  }

  async story(id: IntentId): Promise<readonly JournalEntry[]> {
    return storyOf(this.#database, id);
  }

  async totals(): Promise<readonly ChargeTotal[]> {
    return chargeTotals(this.#database);
  }

  async declineTotals(): Promise<readonly DeclineTotal[]> {
    return declineTotals(this.#database);
  }

  async lastMoneyAt(account: AccountName): Promise<EpochMs | null> {
    const row = this.#database.get(
      `SELECT max(at) AS at FROM (
         SELECT max(taken_at) AS at FROM credit WHERE account = ?1 AND created_at > taken_at - ?2
         UNION ALL SELECT max(changed_at) FROM intent
           WHERE account = ?1 AND kind IN ('fund', 'fund_link') AND state IN ('charged', 'settled'))`,
      account,
      STAMP_SLACK_MS, // the first scan takes the past in
    );
    return row?.['at'] == null ? null : (Number(row['at']) as EpochMs); // our own columns
  }

  async history(query: HistoryQuery): Promise<ChargeHistory> {
    const { account, now } = query;
    const memory = this.#memories.read(account);
    return {
      highestAnchor: memory.highestAnchor,
      ...readAttempts(this.#database, query),
      cards: new Map(query.cardIdentities.map((card) => [card, this.#cards.read(card, now)])),
      usage: this.#usage(query.scopes, now),
    };
  }

  async usage(
    scopes: readonly CapScope[],
    now: EpochMs,
  ): Promise<readonly { scope: CapScope; usage: CapUsage }[]> {
    return this.#usage(scopes, now);
  }

  async fitsBy(scopes: readonly CapScope[], amountCents: Cents, now: EpochMs): Promise<EpochMs | null> {
    const times = scopes.map((scope) => this.#exposure.fitsBy(scope, amountCents, now));
    const known = times.filter((at) => at !== null);
    return known.length < times.length ? null : epochMs(Math.max(now, ...known));
  }

  async memory(account: AccountName): Promise<AccountMemory> {
    return this.#memories.read(account);
  }

  remember(account: AccountName, change: Partial<AccountMemory>): Promise<void> {
    return this.#database.write(() => this.#writeMemory(account, change));
  }

  async namesOf(identity: string): Promise<readonly AccountName[]> {
    return namesOf(this.#database, identity);
  }

  async atStake(since: EpochMs): Promise<readonly Stake[]> {
    return atStake(this.#database, since);
  }

  rename(from: AccountName, to: AccountName, parting?: Parting): Promise<void> {
    return this.#database.write(() => {
      if (parting?.isUnfrozen === true) this.#holds.lift(from, 'freeze');
      const pause = parting === undefined ? null : this.#holds.unconfirmedPauseOf(from);
      renameAccount(this.#database, from, to);
      if (pause !== null) this.#holds.set(pause);
      this.#database.forgetRemembered();
    });
  }

  regroup(
    members: ReadonlyMap<AccountName, GroupName>,
    groups: ReadonlySet<GroupName>,
    now: EpochMs,
  ): Promise<void> {
    return this.#database.write(() => this.#exposure.regroup(members, groups, now));
  }

  async sortCredits(
    account: AccountName,
    credits: readonly LedgerCredit[],
    armedAt: EpochMs | null,
  ): Promise<CreditsSorted> {
    return this.#credits.sort(account, credits, armedAt);
  }

  absorb(intake: CreditIntake): Promise<void> {
    return this.#database.write(() => {
      this.#credits.absorb(intake);
      this.#forgetIntents(intake.account);
      const change = intake.scannedAt === null ? {} : { scannedAt: intake.scannedAt };
      const { creditedMicroUsd, usedMicroUsd } = intake.totals;
      const totals = { highestAnchor: intake.anchor, creditedMicroUsd, usedMicroUsd };
      this.#writeMemory(intake.account, { ...totals, ...change });
      this.#incidents.apply(intake.incidents, intake.now);
    });
  }

  async ownPayments(
    account: AccountName,
    payments: readonly PaymentIntentId[],
  ): Promise<ReadonlyMap<PaymentIntentId, IntentId>> {
    const owned = payments.map((payment) => {
      const owner = this.#credits.ownerOf(account, payment) ?? this.#credits.mayBeOf(account, payment);
      return [payment, owner] as const;
    });
    return new Map(owned.filter((pair): pair is [PaymentIntentId, IntentId] => pair[1] !== null));
  }

  async chargedAs(question: ChargedAs): Promise<AccountName | null> {
    return chargedAs(this.#database, question);
  }

  noteRefund({ incidents, ...refund }: Refund): Promise<boolean> {
    const { account, rowId, intent, now } = refund;
    return this.#database.write(() => {
      if (!this.#credits.noteRefund(refund)) return false;
      this.#holds.freezeForRefund({ account, rowId, intent, now });
      this.#incidents.apply(incidents, now);
      return true;
    });
  }

  async holds(account: AccountName): Promise<readonly StandingHold[]> {
    return this.#holds.read(account);
  }

  confirmPause(pause: AccountHold): Promise<void> {
    return this.#database.write(() => this.#holds.confirmPause(pause));
  }

  async unconfirmedPauses(): Promise<readonly AccountName[]> {
    return this.#holds.unconfirmedPauses();
  }

  setHold(hold: AccountHold, incidents: readonly IncidentChange[]): Promise<void> {
    return this.#database.write(() => {
      this.#holds.set(hold);
      this.#incidents.apply(incidents, hold.since);
    });
  }

  liftHold(
    account: AccountName,
    kind: AccountHold['kind'],
    incidents: readonly IncidentChange[],
    now: EpochMs,
  ): Promise<boolean> {
    return this.#database.write(() => {
      const lifted = this.#holds.lift(account, kind);
      this.#incidents.apply(incidents, now);
      return lifted;
    });
  }

  letGo(freeze: AccountHold, incidents: readonly IncidentChange[], now: EpochMs): Promise<boolean> {
    const { account } = freeze;
    return this.#database.write(() => {
      if (!this.#holds.liftFreeze(freeze)) return false;
      letGoOfSettled(this.#database, account, this.#memories.read(account).identity);
      this.#writeMemory(account, { ...NOTHING_KNOWN, letGoAt: now });
      this.#incidents.apply(incidents, now);
      return true;
    });
  }

  endFreezeOver(intent: Intent, incidents: readonly IncidentChange[], now: EpochMs): Promise<void> {
    return this.#database.write(() => {
      if (this.#holds.endFreezeOver(intent)) this.#incidents.apply(incidents, now);
    });
  }

  forgiveCards(account: AccountName, cards: readonly string[]): Promise<number> {
    return this.#database.write(() => this.#cards.forgive(account, cards));
  }

  async watch(account: AccountName, now: EpochMs): Promise<Watch> {
    return this.#watch.read(account, now);
  }

  adopt(incidents: readonly IncidentChange[], now: EpochMs): Promise<void> {
    return this.#database.write(() => {
      this.#watch.adopt(now);
      this.#incidents.apply(incidents, now);
    });
  }

  tell(incidents: readonly IncidentChange[], now: EpochMs): Promise<void> {
    return this.#database.write(() => this.#incidents.apply(incidents, now));
  }

  #forgetIntents(account: AccountName): void {
    this.#open.forget(account);
    this.#lastFunds.forget(account);
    this.#lastRenewals.forget(account);
  }

  #writeMemory(account: AccountName, change: Partial<AccountMemory>): void {
    writeMemory(this.#database, account, change);
    this.#memories.forget(account);
  }

  #usage(scopes: readonly CapScope[], now: EpochMs): readonly { scope: CapScope; usage: CapUsage }[] {
    return scopes.map((scope) => ({ scope, usage: this.#exposure.usage(scope, now) }));
  }
}
