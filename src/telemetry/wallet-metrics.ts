import type { AccountName } from '../domain/ids.ts';
import { type Cents, type MicroUsd, usdFromCents, usdFromMicro } from '../domain/money.ts';
import type { Card } from '../domain/observation.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import type { SeriesTable, SeriesTables } from './series-table.ts';

/** Wallets as last seen. What was never seen has no series: a made-up balance of 0 would wake somebody. */
export class WalletMetrics {
  readonly #balance: SeriesTable<'account'>;
  readonly #minimum: SeriesTable<'account'>;
  readonly #observedAt: SeriesTable<'account'>;
  readonly #burn: SeriesTable<'account'>;
  readonly #runway: SeriesTable<'account'>;
  readonly #cardExpiresAt: SeriesTable<'account' | 'card'>;
  readonly #tokenExpiresAt: SeriesTable<'account'>;

  readonly #isKnown: (account: AccountName) => boolean;

  constructor(tables: SeriesTables, isKnown: (account: AccountName) => boolean) {
    this.#isKnown = isKnown;
    const gauge = (name: string, help: string) =>
      tables.create({ type: 'gauge', name, help, labels: ['account'] });
    this.#balance = gauge('purser_wallet_balance_usd', 'Balance of the wallet as last seen.');
    this.#minimum = gauge('purser_wallet_min_balance_usd', 'Balance below which the wallet is to be funded.');
    this.#observedAt = gauge(
      'purser_wallet_observed_timestamp_seconds',
      'When the balance was last seen; 0 where it never was.',
    );
    this.#burn = gauge('purser_wallet_burn_usd_per_second', 'Spending of the wallet, smoothed.');
    this.#runway = gauge(
      'purser_wallet_runway_seconds',
      'Time until the wallet is empty at the observed burn; 0 where it is, +Inf where idle, NaN where unknown.',
    );
    this.#cardExpiresAt = tables.create({
      type: 'gauge',
      name: 'purser_payment_method_expires_timestamp_seconds',
      help: 'End of the month in which a saved card expires.',
      labels: ['account', 'card'],
    });
    this.#tokenExpiresAt = gauge(
      'purser_token_expires_timestamp_seconds',
      "When the account's token expires.",
    );
  }

  /** `burnMicroUsdPerSecond` is `null` where unknown; `runwayMs` is Infinity where idle, `null` where unknown. */
  observed(options: {
    account: AccountName;
    at: EpochMs;
    balanceMicroUsd: MicroUsd;
    burnMicroUsdPerSecond: number | null;
    runwayMs: number | null;
  }): void {
    const { account, at, balanceMicroUsd, burnMicroUsdPerSecond, runwayMs } = options;
    if (!this.#isKnown(account)) return;
    const labels = { account };
    this.#balance.set(labels, usdFromMicro(balanceMicroUsd));
    this.#observedAt.set(labels, at / SECOND_MS);
    this.#burn.set(labels, burnMicroUsdPerSecond === null ? Number.NaN : burnMicroUsdPerSecond / 1_000_000);
    this.#runway.set(labels, runwayMs === null ? Number.NaN : runwayMs / SECOND_MS);
  }

  /** Cards that name no expiry have no series. Two of one brand and last four digits show the earlier end. */
  cardsSeen(account: AccountName, cards: readonly Card[]): void {
    if (!this.#isKnown(account)) return;
    const ends = new Map<string, number>();
    for (const card of cards) {
      if (card.expMonth === null || card.expYear === null) continue;
      const name = `${card.brand}-${card.last4}`;
      const endSeconds = Date.UTC(card.expYear, card.expMonth, 1) / SECOND_MS; // the month after, day 1: months count from 0
      ends.set(name, Math.min(endSeconds, ends.get(name) ?? Number.POSITIVE_INFINITY));
    }
    this.#cardExpiresAt.replace(
      account,
      [...ends].map(([card, end]) => [{ account, card }, end] as const),
    );
  }

  tokenSeen(account: AccountName, expiresAt: EpochMs): void {
    if (this.#isKnown(account)) this.#tokenExpiresAt.set({ account }, expiresAt / SECOND_MS);
  }

  /** Series that exist before anything was seen; `null` where the account has no wallet policy. */
  expect(account: AccountName, minBalanceCents: Cents | null): void {
    if (minBalanceCents === null) {
      for (const table of [this.#minimum, this.#observedAt, this.#runway]) table.remove({ account });
      return;
    }
    this.#minimum.set({ account }, usdFromCents(minBalanceCents));
    this.#observedAt.touch({ account });
    // Kept where it is known already: a reload forgets no observation.
    if (!this.#runway.has({ account })) this.#runway.set({ account }, Number.NaN);
  }
}
