import type { MicroUsd } from '../domain/money.ts';
import type { EpochMs } from '../domain/time.ts';

/** What is remembered of an account's spending: sums that fade with a half-life, so old hours weigh less. */
export type Burn = {
  readonly at: EpochMs;
  readonly balanceMicroUsd: MicroUsd;
  readonly spentMicroUsd: number;
  readonly elapsedMs: number;
  /** `amount_used` of the last look that told it, and what was counted since. */
  readonly usedMicroUsd: number | null;
  /** The intervals that weigh most in the sums. */
  readonly falls: readonly Fall[];
};

type Fall = {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly amountMicroUsd: number;
  /** Of the balance before it. */
  readonly shareOfWallet: number;
  /** What is left of it in the sums. */
  readonly spentMicroUsd: number;
  readonly elapsedMs: number;
};

/** What left a wallet and was no use of it: a withdrawal, a refund. Its stamp may be `slackMs` off. */
export type TakenOut = { readonly at: EpochMs; readonly slackMs: number; readonly amountMicroUsd: number };

const HALF_LIFE_MS = 30 * 60_000;
/** Less watching than this is no basis for a forecast. */
const ELAPSED_MIN_MS = 5_000;
const FALLS_MAX = 8;
/** By then nothing is left of a fall. */
const FALL_KEPT_MS = 12 * HALF_LIFE_MS;
/** A fall that makes more of the sum than this makes the forecast. */
const HEAVY_SHARE = 0.25;
const MOST_OF_WALLET = 0.5;
/** Rounding that sums of balances may show against `amount_used`. */
const SLACK_MICRO_USD = 10_000;

/**
 * Takes in a balance. An interval in which the balance rose, or money was withdrawn, says nothing about spending and is
 * left out; so is a fall that `amount_used`, where it is known, shows to have been no use.
 */
export function observeBurn(
  previous: Burn | null,
  seen: Pick<Burn, 'at' | 'balanceMicroUsd' | 'usedMicroUsd'> & { readonly isWithdrawn: boolean },
): Burn {
  const counted = count(previous, seen);
  const { usedMicroUsd } = seen;
  if (usedMicroUsd === null) return counted;
  const excess = (counted.usedMicroUsd ?? usedMicroUsd) - usedMicroUsd;
  const isUse = excess <= SLACK_MICRO_USD;
  const burn = isUse ? counted : without(counted, (fall) => isMadeOf(fall, [excess]));
  return { ...burn, usedMicroUsd };
}

function count(previous: Burn | null, seen: Parameters<typeof observeBurn>[1]): Burn {
  const { at, balanceMicroUsd, isWithdrawn } = seen;
  if (previous === null)
    return { at, balanceMicroUsd, spentMicroUsd: 0, elapsedMs: 0, usedMicroUsd: null, falls: [] };
  const spent = previous.balanceMicroUsd - balanceMicroUsd;
  if (at <= previous.at || spent < 0 || isWithdrawn) return { ...previous, at, balanceMicroUsd };
  const intervalMs = at - previous.at;
  const fade = 0.5 ** (intervalMs / HALF_LIFE_MS);
  const sums = { spentMicroUsd: spent, elapsedMs: intervalMs };
  const shareOfWallet = spent / Math.max(1, previous.balanceMicroUsd);
  const fall: Fall = { from: previous.at, until: at, amountMicroUsd: spent, shareOfWallet, ...sums };
  const falls = previous.falls
    .filter(({ until }) => at - until < FALL_KEPT_MS)
    .map((one) => ({
      ...one,
      spentMicroUsd: one.spentMicroUsd * fade,
      elapsedMs: one.elapsedMs * fade,
    }));
  return {
    at,
    balanceMicroUsd,
    spentMicroUsd: previous.spentMicroUsd * fade + spent,
    elapsedMs: previous.elapsedMs * fade + intervalMs,
    usedMicroUsd: previous.usedMicroUsd === null ? null : previous.usedMicroUsd + spent,
    falls: [...falls, ...(spent > 0 ? [fall] : [])]
      .sort((one, other) => other.spentMicroUsd - one.spentMicroUsd)
      .slice(0, FALLS_MAX),
  };
}

/** The falls that make the forecast by themselves: before money is charged by it, they have to have been use. */
export function heavyFalls({ falls, spentMicroUsd }: Burn): readonly Fall[] {
  return falls.filter((fall) => fall.spentMicroUsd > spentMicroUsd * HEAVY_SHARE);
}

export function withoutHeavyFalls(burn: Burn): Burn {
  const heavy = new Set(heavyFalls(burn));
  return without(burn, (fall) => heavy.has(fall));
}

/** Leaves out those that took most of the wallet at once since then: what rows would tell of them is not shown yet. */
export function withoutYoungFalls(burn: Burn, since: EpochMs): Burn {
  return without(burn, ({ from, shareOfWallet }) => from >= since && shareOfWallet > MOST_OF_WALLET);
}

/**
 * Leaves out the falls that were no use. Rows may be late: what fell before `provenBefore`, and is in none of them, was
 * use.
 */
export function withoutTakenOut(burn: Burn, takenOut: readonly TakenOut[], provenBefore: EpochMs): Burn {
  const rest = without(burn, (fall) => {
    const near = takenOut.filter(({ at, slackMs }) => at > fall.from - slackMs && at < fall.until + slackMs);
    return isMadeOf(
      fall,
      near.map(({ amountMicroUsd }) => amountMicroUsd),
    );
  });
  return { ...rest, falls: rest.falls.filter(({ until }) => until >= provenBefore) };
}

/** Whether most of it is one of these amounts, or several. */
function isMadeOf({ amountMicroUsd }: Fall, amounts: readonly number[]): boolean {
  const fitting = amounts.filter((amount) => amount <= amountMicroUsd + SLACK_MICRO_USD);
  return fitting.reduce((sum, amount) => sum + amount, 0) >= amountMicroUsd / 2;
}

function without(burn: Burn, isLeftOut: (fall: Fall) => boolean): Burn {
  let { spentMicroUsd, elapsedMs } = burn;
  for (const fall of burn.falls.filter(isLeftOut)) {
    spentMicroUsd = Math.max(0, spentMicroUsd - fall.spentMicroUsd);
    elapsedMs = Math.max(0, elapsedMs - fall.elapsedMs);
  }
  return { ...burn, spentMicroUsd, elapsedMs, falls: burn.falls.filter((fall) => !isLeftOut(fall)) };
}

/** Micro-dollars per second; `null` while too little is known. */
export function burnPerSecond(burn: Burn | null): number | null {
  if (burn === null || burn.elapsedMs < ELAPSED_MIN_MS) return null;
  return (burn.spentMicroUsd / burn.elapsedMs) * 1_000;
}

/**
 * Milliseconds until the wallet is empty at that burn: Infinity when idle, `null` while unknown. An empty one has none:
 * it burns nothing because it cannot, and would otherwise pass for idle.
 */
export function runwayMs(balanceMicroUsd: MicroUsd, microUsdPerSecond: number | null): number | null {
  if (balanceMicroUsd <= 0) return 0;
  if (microUsdPerSecond === null) return null;
  if (microUsdPerSecond <= 0) return Number.POSITIVE_INFINITY;
  return (balanceMicroUsd / microUsdPerSecond) * 1_000;
}
