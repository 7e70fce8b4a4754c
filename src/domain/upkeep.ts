import type { AccountName } from './ids.ts';
import type { EpochMs } from './time.ts';

/** What was last done about a setting that is kept true at the provider, or a thing that is done once. */
export type UpkeepRecord = {
  /** What was wanted then; another wish is another thing to do. */
  readonly digest: string;
  readonly result: 'trying' | 'done' | 'refused' | 'waits_for_top_up';
  /** For people; the provider's word where it refused. */
  readonly detail: string;
  readonly at: EpochMs;
};

/** The durable memory of such things, by account and task ("auto_funding", "coupon/WELCOME50"). */
export interface UpkeepMemory {
  read(account: AccountName, task: string): UpkeepRecord | null;
  /** Durable when it resolves. */
  write(account: AccountName, task: string, record: UpkeepRecord): Promise<void>;
}
