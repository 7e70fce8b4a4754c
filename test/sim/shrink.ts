import { runSeed, type SeedOptions, type SeedResult } from './run-seed.ts';

/** Runs that one shrinking may take. */
const RUNS_MAX = 120;

/**
 * Takes faults away from a failing seed as long as it still breaks the same invariant: halves first, then ever smaller
 * parts (delta debugging). Every fault is drawn by its name, so the others stay as they were.
 */
export async function shrink(options: SeedOptions, failed: SeedResult): Promise<SeedResult> {
  const invariant = failed.violations[0]?.invariant;
  let best = failed;
  let faults = failed.faults.map(({ id }) => id);
  let parts = 2;
  for (let runs = 0; runs < RUNS_MAX && faults.length > 0 && parts <= 2 * faults.length; ) {
    const size = Math.ceil(faults.length / parts);
    let isSmaller = false;
    for (let start = 0; start < faults.length && runs < RUNS_MAX; start += size) {
      const kept = faults.filter((_, index) => index < start || index >= start + size);
      runs += 1;
      const result = await runSeed({ ...options, allowed: new Set(kept), keepsLines: false });
      if (!result.violations.some((one) => one.invariant === invariant)) continue;
      faults = result.faults.map(({ id }) => id);
      best = result;
      isSmaller = true;
      break;
    }
    if (!isSmaller) parts *= 2;
    else parts = Math.max(2, Math.min(parts, faults.length));
  }
  const told = await runSeed({ ...options, allowed: new Set(faults), keepsLines: true });
  return told.violations.length > 0 ? told : best;
}
