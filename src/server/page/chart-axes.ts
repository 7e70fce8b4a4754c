import { DAY_MS, epochMs, formatInstant, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';

export type Area = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

const MONEY_TICKS = 4;
const NICE = [1, 2, 2.5, 5, 10];

/** A range of dollars with round ends that holds both values, and its ticks. */
export function moneyTicks(lowestUsd: number, highestUsd: number) {
  const span = Math.max(highestUsd - lowestUsd, 1);
  const power = 10 ** Math.floor(Math.log10(span / MONEY_TICKS));
  const step = power * (NICE.find((nice) => nice * power * MONEY_TICKS >= span) ?? 10);
  const from = Math.floor(lowestUsd / step) * step;
  const count = Math.max(1, Math.ceil((highestUsd - from) / step));
  const ticks = Array.from({ length: count + 1 }, (_, index) => from + index * step);
  const digits = step < 1 || step % 1 !== 0 ? 2 : 0;
  const label = (usd: number): string =>
    `${usd < 0 ? '−' : ''}$${Math.abs(usd).toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
  return { from, to: from + count * step, ticks, label };
}

const TIME_STEPS_MS = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  28 * DAY_MS,
  56 * DAY_MS,
];

/** Round instants in between, at most so many: times of the day, or days where they are apart as far as that. */
export function timeTicks(
  from: number,
  to: number,
  max: number,
): readonly { readonly at: number; readonly text: string }[] {
  const stepMs = TIME_STEPS_MS.find((step) => (to - from) / step <= max) ?? (to - from) / max;
  const first = Math.ceil(from / stepMs) * stepMs;
  const count = Math.max(0, Math.floor((to - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => {
    const at = Math.round(first + index * stepMs);
    return { at, text: tickText(at, stepMs) };
  });
}

function tickText(at: number, stepMs: number): string {
  const text = formatInstant(epochMs(at));
  if (stepMs >= DAY_MS || at % DAY_MS === 0) return text.slice(5, 10);
  return stepMs < MINUTE_MS ? text.slice(11, 19) : text.slice(11, 16);
}
