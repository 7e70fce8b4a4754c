import type { Wishes } from './plan.ts';

/** The process that asked, as the oracle sees it. */
export type Asker = {
  readonly name: string;
  /** One name per database that ever was: a wiped or second one has another. */
  readonly lineage: string;
  /** When its journal began empty; `null` where it is an old copy. */
  readonly bornAtMs: number | null;
  /** Accounts that are not in its config now. */
  readonly away: ReadonlySet<string>;
  /** What its config asked for since then, the loosest of each. */
  readonly loosestSince: (sinceMs: number) => Wishes;
  /** A second connection: what is durable. */
  readonly durable: (sql: string, ...values: string[]) => readonly Readonly<Record<string, unknown>>[];
};
