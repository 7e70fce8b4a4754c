import { declineClass } from '../contract/declines.ts';
import type { CardRecord } from './history.ts';
import { addMs, DAY_MS, type EpochMs, formatDuration, HOUR_MS } from './time.ts';

/** How long a card rests after its first, second, third and later decline in a row (charging.md, "Declines"). */
const REST_MS = [6 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 168 * HOUR_MS];
/** Card networks fine merchants who retry a dead card 15 to 20 times in 30 days; this stays far below. */
const DECLINES_PER_DAY_MAX = 2;
const DECLINES_PER_MONTH_MAX = 5;
/** How long a decline counts at all. */
export const DECLINES_REMEMBERED_MS = 31 * DAY_MS;
/**
 * What is without an answer for so long since its last POST holds the card back no longer: a holder may never answer a
 * challenge, nobody may ever end a doubt, and a key that is as old is never sent again.
 */
export const UNDECIDED_COUNTS_MS = DAY_MS;
const SILENT_DECLINES_MAX = 2;

/**
 * Whether a card may be tried now (I8). `busy` waits for answers to other charges on it, `wait` names the earliest
 * instant, `dead` waits for a person.
 */
export type CardVerdict =
  | { readonly kind: 'free' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'wait'; readonly until: EpochMs; readonly why: string }
  | { readonly kind: 'dead'; readonly why: string };

export function cardVerdict(card: CardRecord, now: EpochMs): CardVerdict {
  const never = card.declines.find((decline) => declineClass(decline.code) === 'never');
  if (never !== undefined) return { kind: 'dead', why: `declined for good (${never.code})` };
  const streak = card.declines.filter(
    (decline) => !decline.isForgiven && (card.lastSuccessAt === null || decline.at > card.lastSuccessAt),
  );
  const last = streak.at(-1);
  const broken = streak.find((decline) => declineClass(decline.code) === 'next_card');
  if (broken !== undefined) {
    return { kind: 'dead', why: `declined and needs a person (${broken.code})` };
  }
  const silent = streak.filter((decline) => declineClass(decline.code) === 'retry_twice');
  if (silent.length >= SILENT_DECLINES_MAX) {
    return { kind: 'dead', why: `declined ${silent.length} times without a reason (${silent.at(-1)?.code})` };
  }
  const waits = [restUntil(streak.length, last?.at), ceilingUntil(card, now)].filter(
    (until) => until !== null,
  );
  const until = waits.reduce<EpochMs | null>(
    (latest, at) => (latest === null || at > latest ? at : latest),
    null,
  );
  if (until !== null && until > now) {
    const code = (last ?? card.declines.at(-1))?.code ?? 'unknown';
    return { kind: 'wait', until, why: `declined (${code}), rests for ${formatDuration(until - now)}` };
  }
  return isBusy(card, now) ? { kind: 'busy' } : { kind: 'free' };
}

function restUntil(streakLength: number, lastAt: EpochMs | undefined): EpochMs | null {
  if (lastAt === undefined) return null;
  return addMs(lastAt, REST_MS[Math.min(streakLength, REST_MS.length) - 1] ?? 168 * HOUR_MS);
}

/** A little longer than 24 h and 30 days: the networks count by clocks and calendars of their own. */
const WINDOWS = [
  { windowMs: DAY_MS + HOUR_MS, declinesMax: DECLINES_PER_DAY_MAX },
  { windowMs: DECLINES_REMEMBERED_MS, declinesMax: DECLINES_PER_MONTH_MAX },
];

function ceilingUntil(card: CardRecord, now: EpochMs): EpochMs | null {
  const ends = WINDOWS.map(({ windowMs, declinesMax }) => {
    const recent = card.declines.filter((decline) => decline.at > now - windowMs);
    const blocking = recent.at(-declinesMax);
    return recent.length >= declinesMax && blocking !== undefined ? addMs(blocking.at, windowMs) : null;
  }).filter((end) => end !== null);
  return ends.reduce<EpochMs | null>((latest, end) => (latest === null || end > latest ? end : latest), null);
}

/** Attempts without an answer count as declines to come: fifty accounts must not try one dead card at once. */
function isBusy(card: CardRecord, now: EpochMs): boolean {
  return WINDOWS.some(({ windowMs, declinesMax }) => {
    const recent = card.declines.filter((decline) => decline.at > now - windowMs);
    return recent.length + card.undecided >= declinesMax;
  });
}
