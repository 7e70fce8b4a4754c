import { type BalanceSample, HISTORY_STEPS } from '../../domain/balance-history.ts';
import { usdFromMicro } from '../../domain/money.ts';
import { type EpochMs, formatDuration, formatInstant, MINUTE_MS } from '../../domain/time.ts';
import { type Area, moneyTicks, timeTicks } from './chart-axes.ts';
import { type Html, html } from './html.ts';
import type { TopUp } from './page-readings.ts';
import { dollars, plural } from './words.ts';

export type Charted = {
  /** Oldest first. */
  readonly samples: readonly BalanceSample[];
  readonly topUps: readonly TopUp[];
  /** The newest balance, which no step of the samples has yet. */
  readonly balanceUsd: number | null;
  readonly minimumUsd: number | null;
  /** How often the wallet is looked at; `null` where a calendar says when. */
  readonly everyMs: number | null;
  readonly since: EpochMs;
  readonly now: EpochMs;
};

type Point = {
  readonly x: number;
  readonly usd: number;
  /** Nothing was seen for so long before it that the line would be a guess. */
  readonly isAfterGap: boolean;
};

/** Drawn at two widths, of which the style sheet shows one: letters stay as large as they are. */
const SIZES = [
  { name: 'wide', width: 1_040, height: 300 },
  { name: 'narrow', width: 360, height: 250 },
] as const;
const MARGIN = { top: 24, right: 12, bottom: 28, left: 56 };
const LABEL_WIDTH = 60;
/** So many looks, or steps of what is remembered, may be missing before it is a gap; and so long, for calls that are slow. */
const MISSING_MAX = 3;
const MISSING_MIN_MS = 2 * MINUTE_MS;
/** Less than this is no stretch of time to draw. */
const SPAN_MIN_MS = MINUTE_MS;

/** Balance over time against the minimum, with a mark for every top-up. */
export function balanceChart(charted: Charted): Html {
  const { samples, now } = charted;
  const first = samples[0];
  if (first === undefined)
    return html`<p class="empty">No balance is remembered yet. The first appears within half a minute of the first look.</p>`;
  const begin = first.at - HISTORY_STEPS[0].stepMs;
  const from = Math.min(Math.max(charted.since, begin), now - SPAN_MIN_MS);
  const drawn = { ...charted, topUps: charted.topUps.filter(({ at }) => at >= from && at <= now) };
  return html`<p class="quiet">${inWords(drawn)}</p>
${SIZES.map(({ name, width, height }) => drawing(drawn, name, { from, to: now, width, height }))}
<ul class="legend"><li class="key-balance">balance</li>${
    charted.minimumUsd === null ? null : html`<li class="key-minimum">minimum</li>`
  }<li class="key-topup">top-up</li>${unseenMs(drawn) === 0 ? null : html`<li class="key-gap">not seen</li>`}</ul>`;
}

function drawing(
  charted: Charted,
  name: string,
  frame: { readonly from: number; readonly to: number; readonly width: number; readonly height: number },
): Html {
  const { width, height } = frame;
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const x = (at: number): number =>
    MARGIN.left + ((at - frame.from) / (frame.to - frame.from)) * (right - MARGIN.left);
  const points = thinned(pointsOf(charted, x));
  const values = points.map(({ usd }) => usd);
  const money = moneyTicks(Math.min(0, ...values), Math.max(charted.minimumUsd ?? 0, ...values));
  const y = (usd: number): number =>
    bottom - ((usd - money.from) / (money.to - money.from)) * (bottom - MARGIN.top);
  const area: Area = { left: MARGIN.left, right, top: MARGIN.top, bottom };
  const label = inWords(charted);
  return html`<svg class="chart chart-${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${money.ticks.map((usd) => gridLine(area, y(usd), money.label(usd)))}
${timeTicks(frame.from, frame.to, name === 'wide' ? 8 : 4).map(({ at, text }) => timeMark(area, x(at), text))}
<path class="gap" d="${gapsOf(points, y)}"/>
<path class="line" d="${pathOf(points, y)}"/>
${charted.minimumUsd === null ? null : html`<path class="minimum-line" d="M${area.left} ${px(y(charted.minimumUsd))}H${area.right}"/>`}
${charted.topUps.map((topUp) => topUpMark(area, x(topUp.at), topUp))}
</svg>`;
}

function gridLine({ left, right }: Area, y: number, label: string): Html {
  return html`<path class="grid" d="M${left} ${px(y)}H${right}"/><text x="${left - 8}" y="${px(y + 4)}" text-anchor="end">${label}</text>
`;
}

/** A label at the edge stays inside. */
function timeMark({ right, bottom }: Area, x: number, text: string): Html {
  const anchor = x > right - LABEL_WIDTH / 2 ? 'end' : 'middle';
  return html`<path class="grid" d="M${px(x)} ${bottom}v5"/><text x="${px(x)}" y="${bottom + 20}" text-anchor="${anchor}">${text}</text>
`;
}

function topUpMark({ top, bottom }: Area, x: number, { at, usd }: TopUp): Html {
  return html`<g class="topup"><title>${dollars(usd)} at ${formatInstant(at)}</title><path d="M${px(x)} ${top}V${bottom}"/><path class="head" d="M${px(x - 5)} ${top}h10l-5 -9z"/></g>
`;
}

/** The lowest balance of a step stands in its middle where the last one is higher: the wallet was filled in between. */
function pointsOf(charted: Charted, x: (at: number) => number): readonly Point[] {
  const { samples, balanceUsd, now } = charted;
  const points = samples.flatMap(({ at, balanceMicroUsd, lowestMicroUsd }, index) => {
    const before = samples[index - 1];
    const isAfterGap = before !== undefined && isGap(before.at, at, charted);
    const last = { x: x(Math.min(at, now)), usd: usdFromMicro(balanceMicroUsd), isAfterGap };
    if (before === undefined || isAfterGap || lowestMicroUsd >= balanceMicroUsd) return [last];
    const middle = (before.at + at) / 2;
    return [{ x: x(Math.min(middle, now)), usd: usdFromMicro(lowestMicroUsd), isAfterGap }, last];
  });
  if (balanceUsd === null) return points;
  const newest = samples.at(-1);
  const isAfterGap = newest !== undefined && isGap(newest.at, now, charted);
  return [...points, { x: x(now), usd: balanceUsd, isAfterGap }];
}

function isGap(from: EpochMs, to: EpochMs, { everyMs, now }: Charted): boolean {
  const step = HISTORY_STEPS.find(({ keptMs }) => now - from < keptMs);
  const usualMs = MISSING_MAX * Math.max(everyMs ?? 0, step?.stepMs ?? 0);
  return everyMs !== null && to - from > Math.max(MISSING_MIN_MS, usualMs);
}

/** Within one unit of width the first, lowest, highest and last are the same picture as all. */
function thinned(points: readonly Point[]): readonly Point[] {
  const columns = Map.groupBy(points, (point) => Math.round(point.x));
  return [...columns.values()].flatMap((column) => {
    if (column.length <= 4) return column;
    const byHeight = column.toSorted((one, other) => one.usd - other.usd);
    const kept = new Set([column[0], byHeight[0], byHeight.at(-1), column.at(-1)]);
    return column.filter((point) => kept.has(point));
  });
}

/** A point between two gaps is a dot. */
function pathOf(points: readonly Point[], y: (usd: number) => number): string {
  return points
    .map(({ x, usd, isAfterGap }, index) =>
      index === 0 || isAfterGap ? `M${px(x)} ${px(y(usd))}h0` : `L${px(x)} ${px(y(usd))}`,
    )
    .join('');
}

function gapsOf(points: readonly Point[], y: (usd: number) => number): string {
  return points
    .flatMap((point, index) => {
      const before = points[index - 1];
      return point.isAfterGap && before !== undefined ? [before, point] : [];
    })
    .map(({ x, usd }, index) => `${index % 2 === 0 ? 'M' : 'L'}${px(x)} ${px(y(usd))}`)
    .join('');
}

/** What the picture shows, for who does not see it. */
function inWords(charted: Charted): string {
  const { samples, topUps, balanceUsd, minimumUsd } = charted;
  const seen = balanceUsd === null ? [] : [balanceUsd];
  const lowest = Math.min(...seen, ...samples.map(({ lowestMicroUsd }) => usdFromMicro(lowestMicroUsd)));
  const highest = Math.max(...seen, ...samples.map(({ balanceMicroUsd }) => usdFromMicro(balanceMicroUsd)));
  const now = balanceUsd === null ? 'Balance unknown' : `${dollars(balanceUsd)} now`;
  const against = minimumUsd === null ? '' : ` The minimum is ${dollars(minimumUsd)}.`;
  const sum = topUps.reduce((total, { usd }) => total + usd, 0);
  const funded =
    topUps.length === 0 ? 'No top-up' : `${plural(topUps.length, 'top-up')}, ${dollars(sum)} in all`;
  const unseen = unseenMs(charted);
  const gaps = unseen === 0 ? '' : ` Not seen for ${formatDuration(unseen)} of it.`;
  return `${now}; lowest ${dollars(lowest)}, highest ${dollars(highest)}.${against} ${funded}.${gaps}`;
}

function unseenMs(charted: Charted): number {
  const { samples, balanceUsd, now } = charted;
  const looks = [...samples.map(({ at }) => at), ...(balanceUsd === null ? [] : [now])];
  return looks.reduce((sum, at, index) => {
    const before = looks[index - 1];
    return before !== undefined && isGap(before, at, charted) ? sum + at - before : sum;
  }, 0);
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
