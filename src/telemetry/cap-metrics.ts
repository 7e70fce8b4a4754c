import type { HoldReason } from '../domain/decision.ts';
import type { AccountName } from '../domain/ids.ts';
import { type Cents, usdFromCents } from '../domain/money.ts';
import type { CapsSpec, FleetSpec } from '../domain/spec.ts';
import type { SeriesTable, SeriesTables } from './series-table.ts';

export type CapScope = 'account' | 'group' | 'fleet';
export type CapWindow = 'day' | 'week' | 'month';

/** Blocks that wake somebody: their counters exist from the start, the others from their first time. */
const CAP_REASONS: readonly HoldReason[] = [
  'cap_per_charge',
  'cap_day',
  'cap_week',
  'cap_month',
  'cap_charges_per_day',
];

export class CapMetrics {
  readonly #limit: SeriesTable<'scope' | 'name' | 'window'>;
  readonly #committed: SeriesTable<'scope' | 'name' | 'window'>;
  readonly #blocks: SeriesTable<'account' | 'reason'>;

  constructor(tables: SeriesTables) {
    this.#limit = tables.create({
      type: 'gauge',
      name: 'purser_cap_limit_usd',
      help: 'Cap on dollars charged in a window; window "charge" is the cap on one charge.',
      labels: ['scope', 'name', 'window'],
    });
    this.#committed = tables.create({
      type: 'gauge',
      name: 'purser_cap_committed_usd',
      help: 'Dollars of a capped window that are charged, reserved or in doubt.',
      labels: ['scope', 'name', 'window'],
    });
    this.#blocks = tables.create({
      type: 'counter',
      name: 'purser_policy_blocks_total',
      help: 'Charges that were wanted and held back, by reason.',
      labels: ['account', 'reason'],
    });
  }

  /** Windows without a cap have no series, whoever reports them. */
  committed(options: { scope: CapScope; name: string; window: CapWindow; cents: Cents }): void {
    const { scope, name, window } = options;
    const labels = { scope, name, window };
    if (this.#committed.has(labels)) this.#committed.set(labels, usdFromCents(options.cents));
  }

  blocked(account: AccountName, reason: HoldReason): void {
    this.#blocks.add({ account, reason }, 1);
  }

  /** Limits are the config's; what is committed under a limit that still stands is kept. */
  setLimits(spec: FleetSpec): void {
    this.#limit.clear();
    this.#setScope('fleet', 'fleet', spec.caps);
    for (const [name, caps] of spec.groups) this.#setScope('group', name, caps);
    for (const [name, account] of spec.accounts) {
      this.#setScope('account', name, account.policy.caps);
      for (const reason of CAP_REASONS) this.#blocks.touch({ account: name, reason });
    }
  }

  /** Rows that begin with the scope; the tables drop those that begin with the account. */
  forget(accounts: ReadonlySet<string>): void {
    for (const name of accounts) this.#forgetCommitted('account', name);
  }

  #setScope(scope: CapScope, name: string, caps: CapsSpec): void {
    const limits = {
      charge: caps.perChargeCents,
      day: caps.dayCents,
      week: caps.weekCents,
      month: caps.monthCents,
    };
    for (const [window, limit] of Object.entries(limits)) {
      if (limit !== null) this.#limit.set({ scope, name, window }, usdFromCents(limit));
      if (window === 'charge') continue;
      if (limit === null) this.#committed.remove({ scope, name, window });
      else this.#committed.touch({ scope, name, window });
    }
  }

  #forgetCommitted(scope: CapScope, name: string): void {
    for (const window of ['day', 'week', 'month']) this.#committed.remove({ scope, name, window });
  }
}
