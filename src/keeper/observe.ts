import { evidenceOf, type Intent } from '../charge/intent.ts';
import type { AccountMemory } from '../charge/journal.ts';
import { NO_REST, type Rest } from '../domain/ledger.ts';
import { type MicroUsd, microFromCents } from '../domain/money.ts';
import type { Card, LedgerLook, Plan, Subscription } from '../domain/observation.ts';
import type { Secret } from '../domain/secret.ts';
import { type AccountSpec, isRuled } from '../domain/spec.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS, SECOND_MS } from '../domain/time.ts';
import { listPaymentMethods } from '../modelslab/billing.ts';
import type { Failure } from '../modelslab/failure.ts';
import { takeLedgerLook } from '../modelslab/ledger-look.ts';
import type { Caller } from '../modelslab/reading.ts';
import { listSubscriptions } from '../modelslab/subscriptions.ts';
import { getWalletBalance } from '../modelslab/wallet.ts';
import { floorOf } from '../policy/shortfall.ts';
import { findTrouble } from '../policy/subscription-trouble.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { judgeLook } from './judge-look.ts';
import { observeRules, type Ruling } from './observe-rules.ts';

/** What one pass saw of one account. Everything that is decided in the pass is decided on this. */
export type Sight = {
  readonly caller: Caller;
  /** In which round it was begun to look (`first-round.ts`). */
  readonly round: number;
  readonly balanceMicroUsd: MicroUsd | null;
  readonly look: LedgerLook | null;
  readonly isLookConsistent: boolean;
  readonly rest: Rest;
  /** When a second look may confirm this one; `null` where none is waited for. */
  readonly lookAgainAt: EpochMs | null;
  /** What people have to be asked about (`balance-aside.ts`). */
  readonly contradiction: string | null;
  readonly subscriptions: readonly Subscription[] | null;
  readonly cards: readonly Card[] | null;
  /** When a second list may confirm that no card is saved; `null` where none is waited for. */
  readonly cardsAgainAt: EpochMs | null;
  readonly plans: readonly Plan[] | null;
  /** `null` where the policy has no rules. */
  readonly ruling: Ruling | null;
  /** The first read that failed, of those that the pass needs. */
  readonly failure: Failure | null;
  /** Whatever else failed, wallet and ledger were read as far as the pass needs them. */
  readonly isWalletSeen: boolean;
};

/** How far back credits matter: the longest cap window and a day. */
const SCAN_MS = 31 * DAY_MS;
const LOOK_EVERY_MS = HOUR_MS;
const CARDS_EVERY_MS = HOUR_MS;
/** A charge is decided on a list of cards no older than this: the list counts against the money calls' rate limit. */
const CARDS_FRESH_MS = 20 * SECOND_MS;
const CARDS_AGAIN_MS = 2 * SECOND_MS;

/** Reads what the account's policy and its open intents ask for, and no more: one cheap GET on a quiet account. */
export async function observe(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  known: {
    readonly token: Secret;
    readonly memory: AccountMemory;
    readonly open: readonly Intent[];
    /** Whatever the policy asks for. */
    readonly isListWanted?: boolean;
  },
): Promise<Sight> {
  const round = context.firstRound.number;
  const caller: Caller = { account: account.name, token: known.token, signal: context.stopping };
  const wallet = await observeWallet(context, account, runtime, { caller, ...known });
  const guard = await observeSubscription(context, account, runtime, { caller, ...known });
  const isInQuestion = wallet.isLow || guard.needsCards || !runtime.desk.isEmpty;
  const maxAgeMs = isInQuestion ? CARDS_FRESH_MS : CARDS_EVERY_MS;
  const isStale = runtime.hasDoubtfulCards || isOlder(context, runtime.cardsReadAtMs, maxAgeMs);
  const cards =
    isStale && wallet.failure === null ? await readCards(context, runtime, caller) : runtime.cards;
  return {
    caller,
    round,
    balanceMicroUsd: wallet.balanceMicroUsd,
    look: wallet.look,
    isLookConsistent: wallet.isLookConsistent,
    rest: wallet.rest,
    lookAgainAt: wallet.lookAgainAt,
    contradiction: wallet.contradiction,
    subscriptions: guard.subscriptions,
    cards,
    cardsAgainAt: runtime.hasDoubtfulCards ? addMs(moneyNow(context), CARDS_AGAIN_MS) : null,
    plans: guard.plans,
    ruling: guard.ruling,
    failure: wallet.failure ?? guard.failure,
    isWalletSeen: wallet.failure === null,
  };
}

/** The closer look by itself, as the settlement of an intent asks for it. */
export async function lookCloser(
  context: KeeperContext,
  runtime: AccountRuntime,
  caller: Caller,
  options: { readonly memory: AccountMemory; readonly isCompleteWanted: boolean },
): Promise<Pick<Sight, 'look' | 'isLookConsistent' | 'rest' | 'lookAgainAt' | 'contradiction' | 'failure'>> {
  const depth = options.isCompleteWanted || options.memory.scannedAt === null ? 'complete' : 'page';
  const since = addMs(context.clock.now(), -SCAN_MS);
  const first = await takeLedgerLook(context.client, caller, { since, depth });
  const isShort = first.kind === 'ok' && isShortOf(first.value, options.memory);
  const reply = isShort ? await takeLedgerLook(context.client, caller, { since, depth: 'complete' }) : first;
  if (reply.kind === 'failed') return { ...NOTHING, failure: reply.failure };
  runtime.lookedAtMs = context.clock.monotonicMs();
  return {
    look: reply.value,
    ...(await judgeLook(context, runtime, options.memory, reply.value, async () => {
      const balance = await getWalletBalance(context.client, caller);
      return balance.kind === 'ok' ? balance.value.balanceMicroUsd : null;
    })),
    failure: null,
  };
}

/** Whether more credits are new than a page has: each counts against the caps. */
function isShortOf({ credits, isComplete }: LedgerLook, { highestAnchor }: AccountMemory): boolean {
  return !isComplete && highestAnchor !== null && credits.every(({ id }) => id !== highestAnchor.id);
}

type WalletSight = Pick<
  Sight,
  'balanceMicroUsd' | 'look' | 'isLookConsistent' | 'rest' | 'lookAgainAt' | 'contradiction' | 'failure'
> & {
  readonly isLow: boolean;
};
const NOTHING: WalletSight = {
  balanceMicroUsd: null,
  look: null,
  isLookConsistent: false,
  rest: NO_REST,
  lookAgainAt: null,
  contradiction: null,
  failure: null,
  isLow: false,
};

async function observeWallet(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  known: { caller: Caller; memory: AccountMemory; open: readonly Intent[] },
): Promise<WalletSight> {
  const { wallet } = account.policy;
  // A page that waits for a person needs no look: whether it was paid is asked by itself.
  const hasOpenFund = known.open.some(
    (intent) => evidenceOf(intent.kind) === 'ledger' && intent.state.kind !== 'link_open',
  );
  const isAsked = !runtime.desk.isEmpty;
  if (wallet === null && !hasOpenFund && !isAsked) return NOTHING;
  const ensured = runtime.desk.ensured();
  const minimum = wallet === null ? null : microFromCents(floorOf({ spec: wallet, ensured }));
  const isLow = (balance: MicroUsd) => minimum !== null && balance < minimum;
  const wantsLook =
    isAsked ||
    hasOpenFund ||
    known.memory.scannedAt === null ||
    isOlder(context, runtime.lookedAtMs, LOOK_EVERY_MS);
  let balanceMicroUsd: MicroUsd | null = null;
  if (!wantsLook) {
    const reply = await getWalletBalance(context.client, known.caller);
    if (reply.kind === 'failed') return { ...NOTHING, failure: reply.failure };
    balanceMicroUsd = reply.value.balanceMicroUsd;
    const hasRisen = runtime.burn !== null && balanceMicroUsd > runtime.burn.balanceMicroUsd;
    if (!isLow(balanceMicroUsd) && !hasRisen) return { ...NOTHING, balanceMicroUsd };
  }
  // Absence is proven on a complete look only, so an open intent asks for one.
  const closer = await lookCloser(context, runtime, known.caller, {
    memory: known.memory,
    isCompleteWanted: hasOpenFund,
  });
  if (closer.look === null) return { ...NOTHING, balanceMicroUsd, failure: closer.failure };
  const seen = closer.look.balanceMicroUsd;
  return { ...closer, balanceMicroUsd: seen, isLow: isLow(seen) };
}

type GuardSight = Pick<Sight, 'subscriptions' | 'plans' | 'ruling' | 'failure'> & {
  readonly needsCards: boolean;
};
const NOT_GUARDED: GuardSight = {
  subscriptions: null,
  plans: null,
  ruling: null,
  failure: null,
  needsCards: false,
};

async function observeSubscription(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { caller, open, isListWanted }: { caller: Caller; open: readonly Intent[]; isListWanted?: boolean },
): Promise<GuardSight> {
  const spec = account.policy.subscription;
  const isAsked = runtime.desk.others().length > 0;
  const isOpen = open.some((intent) => evidenceOf(intent.kind) === 'subscription');
  if (spec === null && !isAsked && !isOpen && !isListWanted) return NOT_GUARDED;
  const reply = await listSubscriptions(context.client, caller);
  if (reply.kind === 'failed') {
    const isNeeded = spec !== null || isAsked || isOpen;
    return isNeeded ? { ...NOT_GUARDED, failure: reply.failure } : NOT_GUARDED;
  }
  const subscriptions = reply.value;
  runtime.subscriptions = subscriptions;
  if (spec === null) return { ...NOT_GUARDED, subscriptions };
  const needsNames =
    subscriptions.some((one) => one.planName === null) &&
    [spec.plan, ...spec.rules.map(({ plan }) => plan)].some((plan) => plan?.kind === 'name');
  // Which of several is an addon, only the list of plans tells.
  const needsKinds = spec.plan === null && subscriptions.length > 1;
  const named = needsNames || needsKinds ? await context.plans.read(caller) : null;
  const seen = { caller, spec, subscriptions, plans: named };
  const ruling = isRuled(spec) ? await observeRules(context, account, runtime, seen) : null;
  const declared = { spec, subscriptions, wanted: ruling?.wanted ?? null };
  const isWrong = findTrouble({ ...declared, plans: named }) !== null;
  const plans = isWrong ? await context.plans.read(caller) : named;
  const needsCards = isWrong && findTrouble({ ...declared, plans }) !== null;
  return { subscriptions, plans, ruling, failure: null, needsCards };
}

/** One empty list may be an odd answer: no card is believed on the second, and nothing is known before. */
async function readCards(
  context: KeeperContext,
  runtime: AccountRuntime,
  caller: Caller,
): Promise<readonly Card[] | null> {
  const reply = await listPaymentMethods(context.client, caller);
  const isNews = reply.kind === 'ok' && reply.value.length === 0 && runtime.cards?.length !== 0;
  runtime.hasDoubtfulCards = isNews && !runtime.hasDoubtfulCards;
  if (reply.kind === 'failed') return null;
  if (runtime.hasDoubtfulCards) return null;
  runtime.cards = reply.value;
  runtime.cardsReadAtMs = context.clock.monotonicMs();
  context.metrics.wallet.cardsSeen(caller.account, reply.value);
  return reply.value;
}

function isOlder(context: KeeperContext, readAtMs: number | null, maxAgeMs: number): boolean {
  return readAtMs === null || context.clock.monotonicMs() - readAtMs >= maxAgeMs;
}
