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
  /** The intervals that weigh most in the sums, of those that may yet turn out to have been no use. */
  readonly falls: readonly Fall[];
  /** It rose to that without money that came: until the next balance it may be an odd one. */
  readonly isRiseOdd: boolean;
};

type Fall = {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly amountMicroUsd: number;
  /** The balance behind it. */
  readonly leftMicroUsd: MicroUsd;
  /** What is left of it in the sums. */
  readonly spentMicroUsd: number;
  readonly elapsedMs: number;
};

/** What a row shows to have left a wallet. Its stamp may be `slackMs` off. */
export type Outflow = { readonly at: EpochMs; readonly slackMs: number; readonly amountMicroUsd: number };

const HALF_LIFE_MS = 30 * 60_000;
/** Less watching than this is no basis for a forecast. */
const ELAPSED_MIN_MS = 5_000;
/** Nor less than this for money that is charged by it. */
const CHARGED_BY_MIN_MS = 150_000;
const FALLS_MAX = 8;
/** By then nothing is left of a fall. */
const FALL_KEPT_MS = 12 * HALF_LIFE_MS;
/** What makes more of the sum than this makes the forecast. */
const HEAVY_SHARE = 0.25;
/** So many times as fast as the rest. */
const STANDS_OUT = 2;
/** Rounding that sums of balances may show against `amount_used`. */
const SLACK_MICRO_USD = 10_000;

export type Seen = Pick<Burn, 'at' | 'balanceMicroUsd' | 'usedMicroUsd'> & {
  readonly isWithdrawn: boolean;
  /** Whether money came since the last balance, or is on its way. */
  readonly money: 'came' | 'may_come' | 'none';
};

/**
 * Takes in a balance. An interval in which money came, or was withdrawn, says nothing about spending and is left out; so is a
 * fall that `amount_used`, where it is known, shows to have been no use. Where no money came a balance that rose was odd
 * before, or is now: what fell to the one, or falls from the other, is left out too.
 */
export function observeBurn(previous: Burn | null, seen: Seen): Burn {
  const counted = count(previous, seen);
  const { usedMicroUsd } = seen;
  if (usedMicroUsd === null) return counted;
  const excess = (counted.usedMicroUsd ?? usedMicroUsd) - usedMicroUsd;
  const isUse = excess <= SLACK_MICRO_USD;
  const burn = isUse ? counted : without(counted, (fall) => isMadeOf(fall, [excess]));
  return { ...burn, usedMicroUsd };
}

function count(previous: Burn | null, { at, balanceMicroUsd, isWithdrawn, money }: Seen): Burn {
  const now = { at, balanceMicroUsd, isRiseOdd: false };
  if (previous === null) return { ...now, spentMicroUsd: 0, elapsedMs: 0, usedMicroUsd: null, falls: [] };
  const spent = previous.balanceMicroUsd - balanceMicroUsd;
  if (spent < 0 && money === 'none')
    return { ...withoutUndone(previous, balanceMicroUsd), ...now, isRiseOdd: true };
  const saysNothing = spent < 0 || money === 'came' || isWithdrawn || previous.isRiseOdd;
  if (at <= previous.at || saysNothing) return { ...previous, ...now };
  const intervalMs = at - previous.at;
  const fade = 0.5 ** (intervalMs / HALF_LIFE_MS);
  const sums = { spentMicroUsd: spent, elapsedMs: intervalMs };
  const fall: Fall = {
    from: previous.at,
    until: at,
    amountMicroUsd: spent,
    leftMicroUsd: balanceMicroUsd,
    ...sums,
  };
  const falls = previous.falls
    .filter(({ until }) => at - until < FALL_KEPT_MS)
    .map((one) => ({
      ...one,
      spentMicroUsd: one.spentMicroUsd * fade,
      elapsedMs: one.elapsedMs * fade,
    }));
  return {
    ...now,
    spentMicroUsd: previous.spentMicroUsd * fade + spent,
    elapsedMs: previous.elapsedMs * fade + intervalMs,
    usedMicroUsd: previous.usedMicroUsd === null ? null : previous.usedMicroUsd + spent,
    falls: [...falls, ...(spent > 0 ? [fall] : [])]
      .sort((one, other) => other.spentMicroUsd - one.spentMicroUsd)
      .slice(0, FALLS_MAX),
  };
}

/** Where the balance is again within a fall, that fall and what fell since was none. */
function withoutUndone(burn: Burn, balanceMicroUsd: MicroUsd): Burn {
  const newestFirst = burn.falls.toSorted((one, other) => other.until - one.until);
  const last = newestFirst.findIndex(
    ({ leftMicroUsd, amountMicroUsd }) =>
      leftMicroUsd < balanceMicroUsd && balanceMicroUsd <= leftMicroUsd + amountMicroUsd,
  );
  const undone = newestFirst.slice(0, last + 1);
  const usedMicroUsd = burn.usedMicroUsd === null ? null : burn.usedMicroUsd - sumOf(undone);
  return { ...without(burn, (fall) => undone.includes(fall)), usedMicroUsd };
}

/** The falls that make the forecast together, few as they are: before money is charged by it, they have to have been use. */
export function fallsInQuestion({ falls, spentMicroUsd }: Burn): readonly Fall[] {
  const sum = falls.reduce((total, fall) => total + fall.spentMicroUsd, 0);
  return sum > spentMicroUsd * HEAVY_SHARE ? falls : [];
}

/**
 * Those that make it by themselves. What falls as fast at every look, however rare the looks are, is use; a withdrawal
 * stands out, or makes no more than double.
 */
export function heavyFalls(burn: Burn): readonly Fall[] {
  const isHeavy = (fall: Fall): boolean => fall.spentMicroUsd > burn.spentMicroUsd * HEAVY_SHARE;
  return burn.falls.filter((fall) => isHeavy(fall) && standsOut(fall, burn));
}

function standsOut(fall: Fall, burn: Burn): boolean {
  const rest = without(burn, (one) => one === fall);
  const isAlone = rest.elapsedMs < 1;
  return isAlone || fall.spentMicroUsd / fall.elapsedMs > (STANDS_OUT * rest.spentMicroUsd) / rest.elapsedMs;
}

/** Behind the heaviest others may be the heavy ones. */
export function withoutHeavyFalls(burn: Burn): Burn {
  let rest = burn;
  for (let heavy = heavyFalls(rest); heavy.length > 0; heavy = heavyFalls(rest)) {
    const gone = new Set(heavy);
    rest = without(rest, (fall) => gone.has(fall));
  }
  return rest;
}

/**
 * Leaves out the falls that were no use. Rows may be late: what fell before `provenBefore`, and is in none of them, was
 * use.
 */
export function withoutTakenOut(burn: Burn, takenOut: readonly Outflow[], provenBefore: EpochMs): Burn {
  const rest = without(burn, (fall) => {
    const near = takenOut.filter((row) => isNear(fall, row));
    return isMadeOf(
      fall,
      near.map(({ amountMicroUsd }) => amountMicroUsd),
    );
  });
  return { ...rest, falls: rest.falls.filter(({ until }) => until >= provenBefore) };
}

/** Of the falls that are left, as much as rows show to have been used: of the rest nothing is known yet. */
export function withoutUnshown(burn: Burn, used: readonly Outflow[]): Burn {
  const shown = used.filter((row) => burn.falls.some((fall) => isNear(fall, row)));
  const share = Math.min(1, sumOf(shown) / Math.max(1, sumOf(burn.falls)));
  let { spentMicroUsd, elapsedMs } = burn;
  for (const fall of burn.falls) {
    spentMicroUsd = Math.max(0, spentMicroUsd - fall.spentMicroUsd * (1 - share));
    elapsedMs = Math.max(0, elapsedMs - (share > 0 ? 0 : fall.elapsedMs));
  }
  return { ...burn, spentMicroUsd, elapsedMs, falls: [] };
}

function isNear({ from, until }: Fall, { at, slackMs }: Outflow): boolean {
  return at > from - slackMs && at < until + slackMs;
}

function sumOf(amounts: readonly { readonly amountMicroUsd: number }[]): number {
  return amounts.reduce((sum, { amountMicroUsd }) => sum + amountMicroUsd, 0);
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
 * The same, as money is charged by it: a forecast of hours. What was not watched of the last half hour counts as idle, so
 * that the first minutes after a start do not make it.
 */
export function chargedPerSecond(burn: Burn | null): number | null {
  if (burn === null || burn.elapsedMs < CHARGED_BY_MIN_MS) return null;
  return (burn.spentMicroUsd / Math.max(burn.elapsedMs, HALF_LIFE_MS)) * 1_000;
}

/** Micro-dollars per second at worst: by its sums, or as in the fastest of its falls. */
export function fastestPerSecond(burn: Burn): number {
  const rates = burn.falls.map(
    ({ amountMicroUsd, from, until }) => (amountMicroUsd / (until - from)) * 1_000,
  );
  return Math.max(burnPerSecond(burn) ?? 0, ...rates);
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
