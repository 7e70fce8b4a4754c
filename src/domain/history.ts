import type { CapScope, CapUsage } from './caps.ts';
import type { AccountName, PlanId } from './ids.ts';
import type { Anchor } from './ledger.ts';
import type { Cents } from './money.ts';
import type { EpochMs } from './time.ts';

/** What holds for an account whatever it looks like: read on every pass. */
export type Standing = {
  readonly account: AccountName;
  /** Reason given to `purser pause`. */
  readonly pausedBecause: string | null;
  readonly frozenBecause: string | null;
  readonly watch: Watch;
  readonly open: readonly OpenWork[];
};

/** An intent that is not closed yet, as policies see it. */
export type OpenWork = {
  readonly kind: string;
  readonly state: string;
  readonly sentence: string;
  /** What it is to end with, where it changes the plan. */
  readonly plan?: PlanId | null;
};

/** Whether it is about the wallet: the subscription guard does not wait for it. */
export function isWalletWork({ kind }: Pick<OpenWork, 'kind'>): boolean {
  return kind === 'fund' || kind === 'fund_link' || kind === 'charge_amount' || kind === 'withdraw';
}

/** Whether the subscription guard waits for it. A change that waits for the end of its period puts off nothing that leaves the plan as it is. */
export function isSubscriptionWork(work: OpenWork, { isOnPlan }: { readonly isOnPlan: boolean }): boolean {
  return !isWalletWork(work) && !(isOnPlan && work.state === PUT_OFF);
}

/** The state of work that is done by the provider at a later time. */
export const PUT_OFF = 'put_off';

/** What a journal that may have been lost costs (charging.md, fence 3). */
export type Watch =
  | { readonly kind: 'clear' }
  | { readonly kind: 'quarantine'; readonly until: EpochMs }
  /** One charge per account per 24 h, and only after two low looks that are 12 minutes apart. */
  | { readonly kind: 'probation'; readonly until: EpochMs; readonly firstLowAt: EpochMs | null };

/** What the journal knows that bears on a charge: read only when one is in question. */
export type ChargeHistory = {
  readonly highestAnchor: Anchor | null;
  /** Intents of the same kind under the anchor in question, oldest first. */
  readonly attempts: readonly PastAttempt[];
  /** The ordinal of the next one, which is part of its key: after all that there were. */
  readonly nextAttempt: number;
  /** Keys of the last attempts, lowest ordinal first, that stand for nothing but their bytes. */
  readonly unusedKeys: readonly {
    readonly attempt: number;
    readonly bytes: string;
    /** When it was armed first. */
    readonly since: EpochMs;
  }[];
  /** When the newest attempt was let go, where it was refused, "nothing done". */
  readonly refusedAt: EpochMs | null;
  /**
   * Payments of the same need by other means (a page beside a card, a card beside a page) that were made, and that the
   * provider may not show yet; oldest first.
   */
  readonly beside: readonly PastAttempt[];
  readonly lastChargeAt: EpochMs | null;
  /** What that was. */
  readonly lastChargeCents: Cents | null;
  /** Intents of the kind that were armed for the account in the last 24 h. */
  readonly armedLastDay: number;
  /** By card identity. */
  readonly cards: ReadonlyMap<string, CardRecord>;
  readonly usage: readonly { readonly scope: CapScope; readonly usage: CapUsage }[];
};

export type PastAttempt = {
  readonly at: EpochMs;
  /** Proven to have charged nothing: the next attempt may have a new key. */
  readonly allowsNext: boolean;
};

export type CardRecord = {
  /** Declines of the last 31 days, and every one that forbids the card for ever; oldest first. */
  readonly declines: readonly CardDecline[];
  /** Attempts whose answer is not known yet, on any account that shares the card; each counts for a day. */
  readonly undecided: number;
  /** How many of those wait for the card's holder (3-D Secure). */
  readonly challenged: number;
  readonly lastSuccessAt: EpochMs | null;
};

export type CardDecline = {
  readonly at: EpochMs;
  readonly code: string;
  /** A person has mended the card since: it counts against the networks' ceilings only. */
  readonly isForgiven: boolean;
};

export const NO_CARD_RECORD: CardRecord = { declines: [], undecided: 0, challenged: 0, lastSuccessAt: null };
