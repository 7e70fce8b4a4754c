import type { CapRefusal, CapScope, CapUsage } from '../domain/caps.ts';
import type { ChargeHistory, Watch } from '../domain/history.ts';
import type { AccountName, GroupName, IntentId, PaymentIntentId, SubscriptionId } from '../domain/ids.ts';
import type { IncidentChange } from '../domain/incident.ts';
import type { Anchor } from '../domain/ledger.ts';
import type { Cents, MicroUsd } from '../domain/money.ts';
import type { LedgerCredit } from '../domain/observation.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Intent, IntentKind, IntentStateName } from './intent.ts';

export type Stake = { readonly account: AccountName; readonly identity: string };

/**
 * The journal of everything that moved money, or may have. It speaks in whole transactions: each method that changes
 * something is one, durable (full fsync) when its promise resolves. A rejected promise means that nothing was written.
 */
export interface Journal {
  /** Checks caps, holds, the open slot and the key again inside the transaction, then writes intent and first send. */
  arm(request: ArmRequest): Promise<ArmResult>;
  /** One more POST of an open intent under the same key; written before the bytes leave. */
  recordSend(intent: Intent, now: EpochMs): Promise<Intent>;
  /** What an answer or a piece of evidence did to an intent, with the alert that goes with it. */
  record(change: IntentChange): Promise<void>;
  /** The payment of a closed intent of which none was known: its row is its own from now on, and counted once. */
  namePayment(intent: Intent, payment: PaymentIntentId): Promise<void>;

  /** What a later look tells of a settled intent: its amount, and the period that it began. */
  amend(before: Intent, after: Intent): Promise<void>;

  openIntents(account: AccountName): Promise<readonly Intent[]>;
  /** Every open intent, of accounts that left the config too. */
  allOpenIntents(): Promise<readonly Intent[]>;
  intent(id: IntentId): Promise<Intent | null>;
  intents(filter: IntentFilter): Promise<readonly Intent[]>;
  /** The newest top-up that is settled, by card or by link. */
  lastSettledFund(account: AccountName): Promise<Intent | null>;
  /** The newest settled calls that may have begun a period of a subscription (`late-list.ts`). */
  lastRenewals(account: AccountName): Promise<readonly Intent[]>;
  /** How an intent came to where it is, oldest first. */
  story(id: IntentId): Promise<readonly JournalEntry[]>;
  /** Money counted since the journal began: what the counters start from after a restart. */
  totals(): Promise<readonly ChargeTotal[]>;
  declineTotals(): Promise<
    readonly { readonly account: AccountName; readonly code: string; readonly count: number }[]
  >;

  /** What bears on one charge: attempts under the anchor, card records, use of the caps. */
  history(query: HistoryQuery): Promise<ChargeHistory>;
  /** When money last came into a wallet, as far as it was seen: a row taken in, a charge answered or settled. */
  lastMoneyAt(account: AccountName): Promise<EpochMs | null>;
  usage(scopes: readonly CapScope[], now: EpochMs): Promise<readonly { scope: CapScope; usage: CapUsage }[]>;

  /** By when an amount fits under all these caps if nothing else is charged; `null` where waiting does not help. */
  fitsBy(scopes: readonly CapScope[], amountCents: Cents, now: EpochMs): Promise<EpochMs | null>;

  /** What is remembered of an account between passes. */
  memory(account: AccountName): Promise<AccountMemory>;
  remember(account: AccountName, change: Partial<AccountMemory>): Promise<void>;
  /** The names of accounts that are what the provider knows by this identity. */
  namesOf(identity: string): Promise<readonly AccountName[]>;
  /**
   * Who has something to lose if it is taken for another: a hold, an open intent, or money counted since then; and what the
   * provider called it last, which is its own name where it never called it anything.
   */
  atStake(since: EpochMs): Promise<readonly Stake[]>;
  /** The account goes by another name in the config: its charges, credits and holds go with it. Nobody works on the old one. */
  rename(from: AccountName, to: AccountName, parting?: Parting): Promise<void>;

  /** What accounts charged in no group, or in one that is none of these, counts in the group that they are in now. */
  regroup(
    members: ReadonlyMap<AccountName, GroupName>,
    groups: ReadonlySet<GroupName>,
    now: EpochMs,
  ): Promise<void>;

  /** Which of these credits the journal has not taken in yet, and which cannot be those of an intent armed then. */
  sortCredits(
    account: AccountName,
    credits: readonly LedgerCredit[],
    armedAt: EpochMs | null,
  ): Promise<CreditsSorted>;
  /** Takes in new credits: they count against the caps, and the anchor rises with them. */
  absorb(intake: CreditIntake): Promise<void>;

  /** Own charges among these PaymentIntents, and what may be one that a person called charged. */
  ownPayments(
    account: AccountName,
    payments: readonly PaymentIntentId[],
  ): Promise<ReadonlyMap<PaymentIntentId, IntentId>>;
  /** Another account that was charged one of these PaymentIntents since, by another name of the provider's; `null` is none. */
  chargedAs(question: ChargedAs): Promise<AccountName | null>;
  /** Freezes the account over a refund of our own; false where that row was dealt with before. */
  noteRefund(refund: Refund): Promise<boolean>;

  holds(account: AccountName): Promise<readonly StandingHold[]>;
  setHold(hold: AccountHold, incidents: readonly IncidentChange[]): Promise<void>;
  /** Whoever paused it meant the account that has the name now; not so where somebody has paused it anew since it was read. */
  confirmPause(pause: AccountHold): Promise<void>;
  /** Accounts with a pause of which that is not known. */
  unconfirmedPauses(): Promise<readonly AccountName[]>;
  /** Lifts a hold; false where there was none. */
  liftHold(
    account: AccountName,
    kind: AccountHold['kind'],
    incidents: readonly IncidentChange[],
    now: EpochMs,
  ): Promise<boolean>;
  /**
   * A person has looked at a frozen account: lifts that freeze, forgets what was known of the ledger, and what has settled
   * until now holds the next attempt back no more. By the order of what is written, for no clock tells what came first.
   * @returns false where it is not frozen so by now: nothing is done then
   */
  letGo(freeze: AccountHold, incidents: readonly IncidentChange[], now: EpochMs): Promise<boolean>;

  /**
   * Lifts the freeze over a charge that a person has closed, and tells so much. Where the provider took back another
   * one meanwhile the account stays frozen, over that.
   */
  endFreezeOver(intent: Intent, incidents: readonly IncidentChange[], now: EpochMs): Promise<void>;

  /**
   * A person has mended these cards, and those that the account was charged with: how many declines do not hold them back
   * any more. It may share them with an account that was charged with them.
   */
  forgiveCards(account: AccountName, cards: readonly string[]): Promise<number>;

  watch(account: AccountName, now: EpochMs): Promise<Watch>;
  /** Ends quarantine and probation (`purser adopt`). */
  adopt(incidents: readonly IncidentChange[], now: EpochMs): Promise<void>;

  /** Facts that belong to no intent. */
  tell(incidents: readonly IncidentChange[], now: EpochMs): Promise<void>;
}

export type ArmRequest = {
  readonly intent: Intent;
  readonly scopes: readonly CapScope[];
  readonly now: EpochMs;
  readonly incidents: readonly IncidentChange[];
};

export type ArmResult =
  | { readonly kind: 'armed' }
  | { readonly kind: 'refused'; readonly why: 'cap'; readonly refusal: CapRefusal }
  | {
      readonly kind: 'refused';
      readonly why: 'held' | 'open_intent' | 'key_known' | 'quarantined' | 'card_ceiling';
      readonly sentence: string;
    };

export type IntentChange = {
  readonly before: Intent;
  readonly after: Intent;
  readonly now: EpochMs;
  /** Why, in a word or two, for the journal: "answer:charged", "ledger", "operator". */
  readonly why: string;
  /** Set where the account must stop charging. */
  readonly freeze: string | null;
  readonly incidents: readonly IncidentChange[];
};

export type JournalEntry = {
  readonly at: EpochMs;
  readonly from: IntentStateName | null;
  readonly to: IntentStateName;
  readonly why: string;
};

export type IntentFilter = {
  readonly account?: AccountName;
  readonly kinds?: readonly IntentKind[];
  readonly states?: readonly IntentStateName[];
  /** Newest first. */
  readonly limit: number;
};

export type ChargeTotal = {
  readonly account: AccountName;
  readonly kind: IntentKind;
  readonly outcome: 'settled' | 'released' | 'rejected';
  readonly count: number;
  readonly amountCents: Cents;
};

export type HistoryQuery = {
  readonly account: AccountName;
  readonly identity: string;
  readonly kind: IntentKind;
  readonly anchor: string;
  readonly cardIdentities: readonly string[];
  readonly scopes: readonly CapScope[];
  /** The subscriptions that the provider shows now. */
  readonly listed: readonly SubscriptionId[];
  readonly now: EpochMs;
};

export type AccountMemory = {
  /** What the provider knows the account by; `null` before it was asked. */
  readonly identity: string | null;
  /** Whether `balance = total_credited - amount_used` ever held for it. */
  readonly hasEquationHeld: boolean;
  readonly highestAnchor: Anchor | null;
  /** The provider's `total_credited` as it belongs to that anchor, and the `amount_used` that was seen with it. */
  readonly creditedMicroUsd: MicroUsd | null;
  readonly usedMicroUsd: MicroUsd | null;
  /** When the ledger was read completely, back to the longest cap window. */
  readonly scannedAt: EpochMs | null;
  readonly firstLowAt: EpochMs | null;
  /** When a person lifted a freeze: what was in doubt before is so no more. */
  readonly letGoAt: EpochMs | null;
};

export type CreditsSorted = {
  readonly unknown: readonly { readonly credit: LedgerCredit; readonly intent: IntentId | null }[];
  /** Ids of credits that belong to an intent, or were taken in before the arming. */
  readonly claimed: ReadonlySet<string>;
  /** Foreign credits that people were not told of, because an open intent might still have turned out to be theirs. */
  readonly untold: readonly LedgerCredit[];
  /** Rows that are no money yet and were not seen before. */
  readonly unsettled: readonly LedgerCredit[];
  /** Own credits that the ledger does not show as successful any more. */
  readonly refunded: readonly { readonly credit: LedgerCredit; readonly intent: IntentId }[];
};

/** Of an account that is new here, and is called by that name at the provider. */
export type ChargedAs = {
  readonly account: AccountName;
  readonly identity: string;
  readonly payments: readonly PaymentIntentId[];
  readonly since: EpochMs;
};

export type CreditIntake = {
  readonly account: AccountName;
  readonly group: GroupName | null;
  readonly credits: readonly {
    readonly credit: LedgerCredit;
    readonly intent: IntentId | null;
    /** False where the message waits until an open intent is closed. */
    readonly isTold: boolean;
    /** From when on it counts against the caps, where nothing of it is counted yet. */
    readonly countsFrom: EpochMs;
  }[];
  /** Credits taken in earlier whose message is among the incidents now. */
  readonly told: readonly LedgerCredit[];
  /** Rows that are no money yet, remembered so that a later charge is not taken for one of them. */
  readonly unsettled: readonly LedgerCredit[];
  readonly anchor: Anchor;
  /** What belongs to it; `null` where the provider sent no totals. */
  readonly totals: Pick<AccountMemory, 'creditedMicroUsd' | 'usedMicroUsd'>;
  /** Set when the look was complete. */
  readonly scannedAt: EpochMs | null;
  readonly incidents: readonly IncidentChange[];
  readonly now: EpochMs;
};

export type Refund = {
  readonly account: AccountName;
  readonly rowId: string;
  /** What was taken back, where it is known. */
  readonly payment: PaymentIntentId | null;
  readonly intent: IntentId;
  readonly incidents: readonly IncidentChange[];
  readonly now: EpochMs;
};

/** The old name is that of another account from here on: a pause that was not confirmed holds that one too. */
export type Parting = {
  /** The freeze ends. */
  readonly isUnfrozen: boolean;
};

export type AccountHold = {
  readonly account: AccountName;
  readonly kind: 'pause' | 'freeze';
  readonly reason: string;
  readonly since: EpochMs;
  readonly intent: IntentId | null;
};

/** Of a pause, whether it is known for whom it was meant: the names of accounts may change behind it. */
export type StandingHold = AccountHold & { readonly isConfirmed: boolean };
