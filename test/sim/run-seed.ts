import { join } from 'node:path';
import { quickDisk } from '../quick-disk.ts';
import type { Coverage } from './coverage.ts';
import type { Fault } from './fault-book.ts';
import { planOf } from './plan.ts';
import { Run } from './run.ts';
import type { HonestLimit, Violation } from './verdict.ts';

export type SeedOptions = {
  readonly seed: number;
  readonly days: number;
  /** Another turn of the same plan: the same faults about as often, at other moments. */
  readonly turn?: number;
  /** Drawn for the seed where it is left out. */
  readonly sleepsOften?: boolean;
  /** Only these faults may happen; all that are drawn where it is `null`. */
  readonly allowed: ReadonlySet<string> | null;
  readonly keepsLines: boolean;
};

export type SeedResult = {
  readonly seed: number;
  readonly turn: number;
  readonly digest: string;
  readonly accountDays: number;
  readonly charges: number;
  readonly crashes: number;
  readonly faults: readonly Fault[];
  readonly violations: readonly Violation[];
  readonly honestLimits: readonly HonestLimit[];
  readonly coverage: Coverage;
  readonly lines: readonly string[];
};

const DAY_MS = 86_400_000;

/** What a life is called; `npm run sim -- --from SEED --turn TURN --seeds 1` lives it again. */
export function nameOf({ seed, turn = 0 }: Pick<SeedOptions, 'seed' | 'turn'>): string {
  return turn === 0 ? String(seed) : `${seed} in turn ${turn}`;
}

/** Lives one seed through, on a disk of memory where there is one. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const { seed, days, allowed, keepsLines } = options;
  const plan = planOf(seed, days, options);
  const folder = join(quickDisk(), `purser-sim-${process.pid}`);
  const run = new Run({ plan, folder, allowed, keepsLines });
  try {
    await run.live();
    return {
      seed,
      turn: options.turn ?? 0,
      digest: run.trace.digest(),
      accountDays: (plan.accounts.length * (plan.faultyMs + plan.calmMs)) / DAY_MS,
      charges: run.oracle.charges.length,
      crashes: run.machines.reduce((sum, machine) => sum + machine.crashes, 0),
      faults: run.faults.fired(),
      violations: run.oracle.violations,
      honestLimits: run.oracle.honestLimits,
      coverage: run.coverage,
      lines: run.trace.lines(),
    };
  } finally {
    run.close();
    // A real turn of the event loop: what is freed only there piles up else.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
