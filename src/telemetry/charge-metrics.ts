import type { ChargeAction } from '../domain/decision.ts';
import type { AccountName } from '../domain/ids.ts';
import { type Cents, cents, usdFromCents } from '../domain/money.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import type { SeriesTable, SeriesTables } from './series-table.ts';

export type ChargeKind = ChargeAction['kind'];
/** The states that `purser_charges_total` counts the entering of. */
export const CHARGE_OUTCOMES = [
  'settled',
  'declined',
  'rejected',
  'released',
  'in_doubt',
  'action',
  'link_open',
] as const;
export type ChargeOutcome = (typeof CHARGE_OUTCOMES)[number];
const OPEN_STATES = ['armed', 'in_doubt', 'charged', 'action', 'link_open', 'declined'] as const;
export type OpenState = (typeof OPEN_STATES)[number];

/** Totals of the journal, so that counters go on where they stood before a restart. */
export type ChargeTotals = {
  readonly account: AccountName;
  readonly kind: ChargeKind;
  readonly outcome: ChargeOutcome;
  readonly count: number;
  /** Sum over the settled ones; 0 for other outcomes. */
  readonly chargedCents: Cents;
};

export type OpenIntents = { readonly state: OpenState; readonly count: number; readonly oldestAt: EpochMs };

/** Decline codes are the provider's text: past so many different ones they share a series. */
const REASONS_MAX = 64;

export class ChargeMetrics {
  readonly #charges: SeriesTable<'account' | 'kind' | 'outcome'>;
  readonly #charged: SeriesTable<'account' | 'kind'>;
  readonly #declines: SeriesTable<'account' | 'reason'>;
  readonly #intents: SeriesTable<'account' | 'state'>;
  readonly #oldest: SeriesTable<'account' | 'state'>;
  /** Exact sums; the metric is their quotient. */
  readonly #chargedCents = new Map<string, Cents>();
  readonly #reasons = new Set<string>();
  /** Accounts whose open intents the gauges show. */
  readonly #open = new Set<string>();

  constructor(tables: SeriesTables) {
    this.#charges = tables.create({
      type: 'counter',
      name: 'purser_charges_total',
      help: 'Charges by what became of them, counted once for each state entered.',
      labels: ['account', 'kind', 'outcome'],
    });
    this.#charged = tables.create({
      type: 'counter',
      name: 'purser_charged_usd_total',
      help: 'Dollars charged, as settled.',
      labels: ['account', 'kind'],
    });
    this.#declines = tables.create({
      type: 'counter',
      name: 'purser_charge_declines_total',
      help: 'Declined charges by decline code.',
      labels: ['account', 'reason'],
    });
    this.#intents = tables.create({
      type: 'gauge',
      name: 'purser_intents',
      help: 'Open intents by state.',
      labels: ['account', 'state'],
    });
    this.#oldest = tables.create({
      type: 'gauge',
      name: 'purser_intent_oldest_timestamp_seconds',
      help: 'When the oldest open intent in the state was armed; absent where there is none.',
      labels: ['account', 'state'],
    });
  }

  /** An intent entered a state. `settledCents` is what the evidence shows, 0 for other outcomes. */
  entered(options: {
    account: AccountName;
    kind: ChargeKind;
    outcome: ChargeOutcome;
    settledCents: Cents;
  }): void {
    const { account, kind, outcome, settledCents } = options;
    this.#charges.add({ account, kind, outcome }, 1);
    if (outcome === 'settled') this.#addCharged(account, kind, settledCents);
  }

  /** More was charged by a settled intent than its evidence showed at first. */
  amended(account: AccountName, kind: ChargeKind, moreCents: Cents): void {
    this.#addCharged(account, kind, moreCents);
  }

  declined(account: AccountName, code: string): void {
    this.#declines.add({ account, reason: this.#boundedReason(code) }, 1);
  }

  /** All open intents of one account, as the journal has them now. */
  openIntents(account: AccountName, open: readonly OpenIntents[]): void {
    if (open.length === 0 && !this.#open.delete(account)) return; // as it was: mostly nothing is open
    if (open.length > 0) this.#open.add(account);
    this.#intents.replace(
      account,
      OPEN_STATES.map(
        (state) => [{ account, state }, open.find((row) => row.state === state)?.count ?? 0] as const,
      ),
    );
    this.#oldest.replace(
      account,
      open.map(({ state, oldestAt }) => [{ account, state }, oldestAt / SECOND_MS] as const),
    );
  }

  /** At boot, after the accounts are known and before anything is counted. */
  seed(totals: Iterable<ChargeTotals>): void {
    for (const { account, kind, outcome, count, chargedCents } of totals) {
      this.#charges.add({ account, kind, outcome }, count);
      if (outcome === 'settled') this.#addCharged(account, kind, chargedCents);
    }
  }

  /** At boot, with {@link seed}. */
  seedDeclines(totals: Iterable<{ account: AccountName; code: string; count: number }>): void {
    for (const { account, code, count } of totals) {
      this.#declines.add({ account, reason: this.#boundedReason(code) }, count);
    }
  }

  /** Counters of the kinds that the account's policy can charge exist from the start. */
  expect(account: AccountName, kinds: readonly ChargeKind[]): void {
    for (const kind of kinds) {
      for (const outcome of CHARGE_OUTCOMES) this.#charges.touch({ account, kind, outcome });
      this.#charged.touch({ account, kind });
    }
    for (const state of OPEN_STATES) this.#intents.touch({ account, state });
  }

  /** The tables drop their own rows. */
  forget(accounts: ReadonlySet<string>): void {
    for (const account of accounts) this.#open.delete(account);
    for (const key of this.#chargedCents.keys()) {
      const [account = ''] = key.split(' ');
      if (accounts.has(account)) this.#chargedCents.delete(key);
    }
  }

  #addCharged(account: AccountName, kind: ChargeKind, amountCents: Cents): void {
    const key = `${account} ${kind}`; // a name holds no blank
    const total = cents((this.#chargedCents.get(key) ?? 0) + amountCents);
    this.#chargedCents.set(key, total);
    this.#charged.set({ account, kind }, usdFromCents(total));
  }

  #boundedReason(code: string): string {
    if (this.#reasons.has(code)) return code;
    if (!/^[a-z0-9_]{1,64}$/.test(code) || this.#reasons.size >= REASONS_MAX) return 'other';
    this.#reasons.add(code);
    return code;
  }
}
