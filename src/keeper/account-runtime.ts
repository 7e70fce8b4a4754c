import type { AccountName, IntentId } from '../domain/ids.ts';
import type { Anchor } from '../domain/ledger.ts';
import type { Cents } from '../domain/money.ts';
import type { Card, LedgerCredit, LedgerLook, Subscription, Totals } from '../domain/observation.ts';
import type { Secret } from '../domain/secret.ts';
import type { SeenFor } from '../domain/seen-for.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Burn } from '../policy/burn.ts';
import type { LastLive } from '../policy/last-live.ts';
import type { Doubt } from './doubt.ts';
import type { LowBefore } from './low-watch.ts';
import { OrderDesk } from './order-desk.ts';
import type { UsageSeen } from './read-usage.ts';
import type { Free } from './refused-before.ts';
import type { Resting } from './resting.ts';
import type { TokenSource } from './token-source.ts';

export type NewestTotals = {
  readonly totals: Totals;
  readonly isAhead: boolean;
  /** A person let them go (`purser resume`): no yardstick once the journal has another. */
  readonly isLetGo?: boolean;
  readonly atMs: number;
};

/** `isKept`: the journal has it for its highest anchor. */
export type HighestPage = { readonly anchor: Anchor; readonly atMs: number; readonly isKept: boolean };

export type Trouble = SeenFor & {
  readonly words: string;
  readonly since: EpochMs;
  /** How many long times without a purser it was there before and behind. */
  readonly rests?: number;
};

/** What is kept of an account in memory between passes; all of it can be lost without harm. */
export type AccountRuntime = {
  readonly name: AccountName;
  readonly tokens: TokenSource;
  /** The provider's name for it, confirmed since the start, and the token that it was confirmed for. */
  identity: { readonly name: string; readonly token: Secret } | null;
  /** Whose token showed what is kept here: the last that it was confirmed for, also before a reload, or else the first. */
  ownToken: Secret | null;
  /** It was confirmed for that one. */
  isOwnToken: boolean;
  /** What is kept here may be of another account, which its token led to. */
  isOther: boolean;
  /** Answers to the question who it is that named nobody. */
  namelessAnswers: number;
  burn: Burn | null;
  /** The newest credit of any kind that was seen. */
  newestCredit: LedgerCredit | null;
  /** When money was last withdrawn: the fall of the balance is no burn. */
  withdrawnAt: EpochMs | null;
  /** The last look that could not be called consistent by itself. */
  unconfirmedLook: LedgerLook | null;
  /** The newest credit of the last page that was not below one before, by the monotonic clock. */
  highestPage: HighestPage | null;
  /** The totals of the last look whose wallet was of no earlier instant, by the monotonic clock, and whether rows were late. */
  newestTotals: NewestTotals | null;
  /** Which of those `newest-totals.ts` has in the store. */
  totalsKept: NewestTotals | null | 'unread';
  /** `null` before a look. */
  resting: Resting | null | 'unread';
  doubt: Doubt | null | 'unread';
  /** For how long the balance by itself has contradicted looks that would be believed; no longer than this process knows. */
  contradicted: SeenFor | null;
  cards: readonly Card[] | null;
  cardsReadAtMs: number | null;
  /** The last list of cards was empty, and so far the only one. */
  hasDoubtfulCards: boolean;
  cardsWatchedAtMs: number | null;
  usageReadAtMs: number | null;
  /** The provider's usage, where rules ask for it. */
  usage: UsageSeen | null;
  subscriptions: readonly Subscription[] | null;
  /** `null` before one was seen, and before the store was asked. */
  lastLive: LastLive | null;
  lookedAtMs: number | null;
  /** The last top-up that was armed since the start: of that one the journal holds every POST. */
  armedFund: IntentId | null;
  /** When the debits were last read for refunds of ours. */
  refundsReadAtMs: number | null;
  /** Beside which look they were last read, and whether they could be. */
  refundsRead: { readonly look: LedgerLook | null; readonly isRead: boolean } | null;
  failingSince: EpochMs | null;
  /** Passes in a row that could not see the account. */
  failures: number;
  /** It was not seen for so long that those who share caps with it wait for it. */
  isMissed: boolean;
  /** Since when the wallet is below its minimum. */
  lowSince: EpochMs | null;
  /** What the times before that it was below still count for. */
  lowBefore: LowBefore | null;
  /** When the last charge for it was proven. */
  paidAt: EpochMs | null;
  /** For how long it is below, and no look at its ledger can be trusted. */
  unsound: SeenFor | null;
  anchorFellAt: EpochMs | null;
  /** What is wrong with the subscription, and since when it is the same. */
  trouble: Trouble | null;
  /** What `patience.ts` has in the store, and of when; `null` before it was read. */
  patience: { readonly shape: string; readonly at: EpochMs } | null;
  /** Since when what it wants could be charged; `null` where it wants nothing by policy. */
  readonly free: { wallet: Free | null; subscription: Free | null };
  /** When it was last asked whether a page was paid, and where the answer was a clear no, in which round. */
  readonly linksAskedAtMs: Map<IntentId, number>;
  readonly linksUnpaid: Map<IntentId, { readonly askedAtMs: number; readonly round: number }>;
  /** What a job last waited for, while a charge for it, or a page, is open: it comes again. */
  ensuredCents: Cents | null;
  /** A withdrawal on the desk that nobody waits for. */
  sweep: { readonly withdraw: () => void; readonly placedAtMs: number } | null;
  /** When the last one was put there. */
  sweptAtMs: number | null;
  /** When each task of the upkeep was last begun. */
  readonly upkeptAtMs: Map<string, number>;
  /** What could not be kept as declared, by task; `null` where all is well. */
  readonly upkeepTroubles: Map<string, string | null>;
  /** What was thrown beside the passes. */
  upkeepFailure: { readonly error: unknown } | null;
  /** What people asked for and wait for. */
  readonly desk: OrderDesk;
  /** The last decision on each subject, so that the log says a thing once. */
  readonly decided: { wallet: string; subscription: string };
};

/** The name stands for another account, or is known by another history: what was seen under it is forgotten. */
export function startAnew(runtime: AccountRuntime): void {
  const { desk } = runtime;
  // What is kept of a page is of the other account too.
  Object.assign(runtime, { ...newRuntime(runtime.name, runtime.tokens), desk, resting: null });
}

export function newRuntime(name: AccountName, tokens: TokenSource): AccountRuntime {
  return {
    name,
    tokens,
    identity: null,
    ownToken: null,
    isOwnToken: false,
    isOther: false,
    namelessAnswers: 0,
    burn: null,
    newestCredit: null,
    withdrawnAt: null,
    unconfirmedLook: null,
    highestPage: null,
    newestTotals: null,
    totalsKept: 'unread',
    resting: 'unread',
    doubt: 'unread',
    contradicted: null,
    cards: null,
    cardsReadAtMs: null,
    hasDoubtfulCards: false,
    cardsWatchedAtMs: null,
    usageReadAtMs: null,
    usage: null,
    subscriptions: null,
    lastLive: null,
    lookedAtMs: null,
    armedFund: null,
    refundsReadAtMs: null,
    refundsRead: null,
    failingSince: null,
    failures: 0,
    isMissed: false,
    lowSince: null,
    lowBefore: null,
    paidAt: null,
    unsound: null,
    anchorFellAt: null,
    trouble: null,
    patience: null,
    free: { wallet: null, subscription: null },
    linksAskedAtMs: new Map(),
    linksUnpaid: new Map(),
    ensuredCents: null,
    sweep: null,
    sweptAtMs: null,
    upkeptAtMs: new Map(),
    upkeepTroubles: new Map(),
    upkeepFailure: null,
    desk: new OrderDesk(),
    decided: { wallet: '', subscription: '' },
  };
}
