import { payoutOf } from '../charge/call.ts';
import { type Intent, linkEndsAt } from '../charge/intent.ts';
import type { Decision } from '../domain/decision.ts';
import type { Standing } from '../domain/history.ts';
import type { AccountName } from '../domain/ids.ts';
import { type MicroUsd, usdFromCents, usdFromMicro } from '../domain/money.ts';
import type { Card, Subscription } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, formatInstant, MINUTE_MS } from '../domain/time.ts';
import { BalanceTally } from './balance-tally.ts';
import { glance, type Place, placeOf } from './glance.ts';

/** What the last pass over an account saw and decided, in plain words and JSON types. Dollars are numbers here. */
export type AccountView = {
  readonly account: AccountName;
  readonly group: string | null;
  readonly policy: string;
  readonly observed_at: string;
  readonly balance_usd: number | null;
  readonly min_balance_usd: number | null;
  readonly burn_usd_per_hour: number | null;
  /** Seconds until the wallet is empty; `null` where unknown or idle. */
  readonly runway_seconds: number | null;
  readonly wallet: DecisionView | null;
  readonly subscription: DecisionView | null;
  readonly subscriptions: readonly {
    readonly id: string;
    readonly plan: string | null;
    readonly status: string;
    readonly renews_at: string | null;
  }[];
  readonly cards: readonly {
    readonly id: string;
    readonly brand: string;
    readonly last4: string;
    readonly default: boolean;
  }[];
  readonly open_intents: readonly IntentView[];
  readonly paused: string | null;
  readonly frozen: string | null;
  readonly watch: string;
  readonly failure: string | null;
};

export type DecisionView = {
  readonly kind: string;
  readonly reason: string;
  readonly sentence: string;
  readonly until: string | null;
};

export type IntentView = {
  readonly id: string;
  readonly account: string;
  readonly kind: string;
  /** Who wanted it: the policy, or a person. */
  readonly origin: 'policy' | 'hand';
  readonly state: string;
  readonly detail: string | null;
  /** Of a withdrawal, what it pays out, which counts against no cap. */
  readonly amount_usd: number;
  readonly settled_usd: number | null;
  readonly key: string;
  readonly anchor: string;
  readonly attempt: number;
  readonly card: string | null;
  readonly payment_intent: string | null;
  readonly credit: string | null;
  readonly sends: number;
  readonly armed_at: string;
  readonly revision: string;
};

export type Seen = {
  readonly account: AccountSpec;
  readonly at: EpochMs;
  readonly balanceMicroUsd: MicroUsd | null;
  readonly burnPerSecond: number | null;
  readonly runwayMs: number | null;
  readonly subscriptions: readonly Subscription[] | null;
  readonly cards: readonly Card[] | null;
  readonly wallet: Decision | null;
  readonly subscription: Decision | null;
  readonly standing: Standing;
  readonly open: readonly Intent[];
  /** Whether a holder is asked to confirm a payment. */
  readonly asksToConfirm: boolean;
  readonly failure: string | null;
};

/** What the list of accounts is asked for. */
export type GlanceQuery = {
  /** Part of the name of an account, group or policy; empty finds all. */
  readonly search: string;
  /** `null` finds every state. */
  readonly state: GlanceState | null;
  /** Counted from zero; one past the end is the last page. */
  readonly page: number;
  readonly pageSize: number;
};

/** What an account is in one word; the first that holds. */
export const GLANCE_STATES = [
  'needs_person',
  'not_seen',
  'paused',
  'held_back',
  'charging',
  'would_charge',
  'well',
] as const;
export type GlanceState = (typeof GLANCE_STATES)[number];

export type GlanceRow = { readonly state: GlanceState; readonly view: AccountView };

/** One page of the fleet. */
export type Glance = {
  /** Of the whole fleet, whatever the query. */
  readonly counts: Readonly<Record<GlanceState, number>>;
  readonly belowMinimum: number;
  /** Accounts that the query finds. */
  readonly found: number;
  readonly page: number;
  readonly rows: readonly GlanceRow[];
};

const LARGE_FLEET = 500;
const KEEP_EVERY_MS = MINUTE_MS;

/** The read model: the newest view of every account, for the API, the status command and the page. */
export class View {
  readonly #accounts = new Map<AccountName, Seen>();
  /** Found once for each pass, not for each look at a page of ten thousand. */
  readonly #places = new Map<AccountName, Place>();
  readonly #changed = new Set<AccountName>();
  readonly #kept = new Map<AccountName, { readonly at: EpochMs; readonly words: string }>();
  /** The balances that were seen, for the history. */
  readonly tally = new BalanceTally();

  /** Where no balance came back what was there last stays, with its age, as people need it most then. */
  seen(seen: Seen): void {
    const { account, standing, open, failure } = seen;
    const before = this.#accounts.get(account.name);
    const isBlind = failure !== null && seen.balanceMicroUsd === null && before !== undefined;
    this.#put(isBlind ? { ...before, account, standing, open, failure } : seen);
    const { at, balanceMicroUsd, burnPerSecond } = seen;
    if (balanceMicroUsd !== null) this.tally.add(account.name, { at, balanceMicroUsd, burnPerSecond });
  }

  /** The account could not be seen: what is known of it stays, and is marked as old. */
  unseen(account: AccountName, reason: string): void {
    const seen = this.#accounts.get(account);
    if (seen === undefined || seen.failure === reason) return;
    this.#put({ ...seen, failure: reason });
  }

  #put(seen: Seen): void {
    const { name } = seen.account;
    this.#accounts.set(name, seen);
    this.#places.set(name, placeOf(seen));
    this.#changed.add(name);
  }

  /** Forgets accounts that left the config. */
  keepOnly(accounts: ReadonlySet<AccountName>): void {
    for (const name of this.#accounts.keys()) {
      if (accounts.has(name)) continue;
      this.#accounts.delete(name);
      this.#places.delete(name);
      this.#kept.delete(name);
    }
  }

  accounts(): readonly AccountView[] {
    return Array.from(this.#accounts.values(), accountView);
  }

  account(name: AccountName): AccountView | null {
    const seen = this.#accounts.get(name);
    return seen === undefined ? null : accountView(seen);
  }

  /** When it was last seen; `null` before the first time. */
  seenAt(name: AccountName): EpochMs | null {
    return this.#accounts.get(name)?.at ?? null;
  }

  /** Accounts that were paused or frozen when they were last looked at. */
  held(): readonly AccountName[] {
    const isHeld = ({ standing }: Seen) => standing.pausedBecause !== null || standing.frozenBecause !== null;
    return [...this.#accounts.values()].filter(isHeld).map(({ account }) => account.name);
  }

  /** `null` before the first pass over it. */
  stateOf(name: AccountName): GlanceState | null {
    return this.#places.get(name)?.state ?? null;
  }

  glance(query: GlanceQuery): Glance {
    const { placed, ...found } = glance(this.#places.values(), query);
    return { ...found, rows: placed.map(({ state, seen }) => ({ state, view: accountView(seen) })) };
  }

  /**
   * What changed since the last call, to be kept for after a restart: all of it in a small fleet; in a large one an
   * account whose numbers alone moved is written now and then.
   */
  takeChanged(
    now: EpochMs,
  ): readonly { readonly account: AccountName; readonly at: EpochMs; readonly doc: string }[] {
    const isLarge = this.#accounts.size > LARGE_FLEET;
    const due = [...this.#changed]
      .flatMap((name) => this.#accounts.get(name) ?? [])
      .filter((seen) => {
        const kept = this.#kept.get(seen.account.name);
        return !isLarge || kept === undefined || kept.words !== words(seen) || now - kept.at >= KEEP_EVERY_MS;
      });
    return due.map((seen) => {
      const account = seen.account.name;
      this.#changed.delete(account);
      this.#kept.set(account, { at: now, words: words(seen) });
      return { account, at: seen.at, doc: JSON.stringify(accountView(seen)) };
    });
  }
}

/** What people would miss: decisions, holds, what is open, what failed. */
function words({ wallet, subscription, standing, open, failure }: Seen): string {
  const reasons = [wallet, subscription].map((decision) => `${decision?.kind} ${decision?.reason}`);
  return [...reasons, standing.pausedBecause, standing.frozenBecause, open.length, failure].join('/');
}

function accountView(seen: Seen): AccountView {
  const { account, standing, runwayMs, burnPerSecond } = seen;
  const minimum = account.policy.wallet?.minBalanceCents ?? null;
  return {
    account: account.name,
    group: account.group,
    policy: account.policy.name,
    observed_at: formatInstant(seen.at),
    balance_usd: seen.balanceMicroUsd === null ? null : usdFromMicro(seen.balanceMicroUsd),
    min_balance_usd: minimum === null ? null : usdFromCents(minimum),
    burn_usd_per_hour: burnPerSecond === null ? null : (burnPerSecond * 3_600) / 1_000_000,
    runway_seconds: runwayMs === null || !Number.isFinite(runwayMs) ? null : Math.round(runwayMs / 1_000),
    wallet: decisionView(seen.wallet),
    subscription: decisionView(seen.subscription),
    subscriptions: (seen.subscriptions ?? []).map((one) => ({
      id: one.id,
      plan: one.planName ?? one.planId,
      status: one.status,
      renews_at: one.currentPeriodEnd === null ? null : formatInstant(one.currentPeriodEnd),
    })),
    cards: (seen.cards ?? []).map((card) => ({
      id: card.id,
      brand: card.brand,
      last4: card.last4,
      default: card.isDefault,
    })),
    open_intents: seen.open.map(intentView),
    paused: standing.pausedBecause,
    frozen: standing.frozenBecause,
    watch: standing.watch.kind,
    failure: seen.failure,
  };
}

export function decisionView(decision: Decision | null): DecisionView | null {
  if (decision === null) return null;
  const until = decision.kind === 'hold' && decision.until !== null ? formatInstant(decision.until) : null;
  return { kind: decision.kind, reason: decision.reason, sentence: decision.sentence, until };
}

export function intentView(intent: Intent): IntentView {
  const { state } = intent;
  const payoutCents = intent.kind === 'withdraw' ? payoutOf(intent.body) : null;
  return {
    id: intent.id,
    account: intent.account,
    kind: intent.kind,
    origin: intent.origin,
    state: state.kind,
    detail: detailOf(intent),
    amount_usd: usdFromCents(payoutCents ?? intent.amountCents),
    settled_usd: state.kind === 'settled' ? usdFromCents(payoutCents ?? state.amountCents) : null,
    key: intent.key,
    anchor: intent.anchor,
    attempt: intent.attempt,
    card: intent.card,
    payment_intent: intent.paymentIntent,
    credit: state.kind === 'settled' ? state.credit : null,
    sends: intent.sends,
    armed_at: formatInstant(intent.armedAt),
    revision: intent.revision,
  };
}

function detailOf({ state }: Intent): string | null {
  switch (state.kind) {
    case 'settled':
      return `by ${state.by}`;
    case 'released':
      return state.code === null ? state.because : `${state.because}: ${state.code}`;
    case 'declined':
    case 'rejected':
      return state.code;
    case 'in_doubt':
      return state.why;
    case 'link_open':
      return `a person can pay until ${formatInstant(linkEndsAt(state))}`;
    case 'armed':
    case 'charged':
    case 'action':
      return null;
  }
}
