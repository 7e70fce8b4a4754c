import type { Act } from '../domain/decision.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { SeriesTable, SeriesTables } from './series-table.ts';

/** Why a person has to act: what the policy asks for, a freeze, or a card that wants its holder (3-D Secure). */
export type HumanNeed = Act['reason'] | 'frozen' | 'requires_action';

/** What an account is in the config, and whether it waits for a person. */
export class AccountMetrics {
  readonly #info: SeriesTable<'account' | 'group' | 'policy'>;
  readonly #interval: SeriesTable<'account'>;
  readonly #needsHuman: SeriesTable<'account' | 'reason'>;
  readonly #isKnown: (account: AccountName) => boolean;
  /** What the rows show: mostly nothing. */
  readonly #waiting = new Map<string, ReadonlySet<HumanNeed>>();

  constructor(tables: SeriesTables, isKnown: (account: AccountName) => boolean) {
    this.#isKnown = isKnown;
    this.#info = tables.create({
      type: 'gauge',
      name: 'purser_account_info',
      help: 'Always 1; group (empty where the account is in none) and policy are in the labels, to join on.',
      labels: ['account', 'group', 'policy'],
    });
    this.#interval = tables.create({
      type: 'gauge',
      name: 'purser_reconcile_interval_seconds',
      help: 'How often the config has the account looked at; absent where a cron expression says when.',
      labels: ['account'],
    });
    this.#needsHuman = tables.create({
      type: 'gauge',
      name: 'purser_needs_human',
      help: '1 while the account waits for a person, by reason; absent where it does not.',
      labels: ['account', 'reason'],
    });
  }

  /**
   * What an account waits for a person for. With `all` that is the whole of it; with `more`, as after a pass that could
   * not see, what was there before stays.
   */
  needsHuman(account: AccountName, reasons: ReadonlySet<HumanNeed>, extent: 'all' | 'more'): void {
    if (!this.#isKnown(account)) return;
    const before = this.#waiting.get(account);
    const now = extent === 'more' && before !== undefined ? before.union(reasons) : reasons;
    if (now.size === 0 && before === undefined) return;
    if (now.size === 0) this.#waiting.delete(account);
    else this.#waiting.set(account, now);
    this.#needsHuman.replace(
      account,
      Array.from(now, (reason) => [{ account, reason }, 1] as const),
    );
  }

  expect(spec: AccountSpec): void {
    const { name: account, group, policy, schedule } = spec;
    this.#info.replace(account, [[{ account, group: group ?? '', policy: policy.name }, 1]]);
    if (schedule.kind === 'every') this.#interval.set({ account }, schedule.periodMs / SECOND_MS);
    else this.#interval.remove({ account });
  }

  /** The tables drop their own rows. */
  forget(accounts: ReadonlySet<string>): void {
    for (const account of accounts) this.#waiting.delete(account);
  }
}
