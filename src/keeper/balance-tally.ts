import { HISTORY_STEPS, type SampleRow } from '../domain/balance-history.ts';
import type { AccountName } from '../domain/ids.ts';
import type { MicroUsd } from '../domain/money.ts';
import { type EpochMs, epochMs } from '../domain/time.ts';

/** Where nobody takes them, or the store is too slow for them, newer ones are left out. */
const WAITING_MAX = 100_000;

type OpenRow = { -readonly [Field in keyof SampleRow]: SampleRow[Field] };

/**
 * Balances of the fleet, gathered step by step in memory and handed out when their step is over: one row for each
 * account and step, however often it was looked at. A crash loses what was not handed out, and nothing needs it.
 */
export class BalanceTally {
  readonly #open = new Map<AccountName, (OpenRow | null)[]>();
  #over: SampleRow[] = [];

  add(
    account: AccountName,
    seen: {
      readonly at: EpochMs;
      readonly balanceMicroUsd: MicroUsd;
      readonly burnPerSecond: number | null;
    },
  ): void {
    const { at, balanceMicroUsd, burnPerSecond } = seen;
    let slots = this.#open.get(account);
    if (slots === undefined) {
      slots = HISTORY_STEPS.map(() => null);
      this.#open.set(account, slots);
    }
    for (const [index, { stepMs }] of HISTORY_STEPS.entries()) {
      const beginsAt = epochMs(at - (at % stepMs));
      const open = slots[index] ?? null;
      if (open?.beginsAt === beginsAt) {
        open.balanceMicroUsd = balanceMicroUsd;
        if (balanceMicroUsd < open.lowestMicroUsd) open.lowestMicroUsd = balanceMicroUsd;
        open.burnPerSecond = burnPerSecond;
        continue;
      }
      if (open !== null) this.#putOver(open);
      const lowestMicroUsd = balanceMicroUsd;
      slots[index] = { account, stepMs, beginsAt, balanceMicroUsd, lowestMicroUsd, burnPerSecond };
    }
  }

  /** What is over by now, each row once. */
  takeOver(now: EpochMs): readonly SampleRow[] {
    return this.#take((row) => row.beginsAt + row.stepMs <= now);
  }

  /** All of it, at the end. */
  takeAll(): readonly SampleRow[] {
    return this.#take(() => true);
  }

  #take(isWanted: (row: SampleRow) => boolean): readonly SampleRow[] {
    for (const [account, slots] of this.#open) {
      for (const [index, row] of slots.entries()) {
        if (row === null || !isWanted(row)) continue;
        this.#putOver(row);
        slots[index] = null;
      }
      if (slots.every((row) => row === null)) this.#open.delete(account);
    }
    const rows = this.#over;
    this.#over = [];
    return rows;
  }

  #putOver(row: SampleRow): void {
    if (this.#over.length < WAITING_MAX) this.#over.push(row);
  }
}
