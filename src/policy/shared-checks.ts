import { capRefusal } from '../domain/caps.ts';
import type { Decision, Hold, HoldReason } from '../domain/decision.ts';
import type { ChargeHistory, PastAttempt, Standing } from '../domain/history.ts';
import type { Cents } from '../domain/money.ts';
import { addMs, type EpochMs, formatDuration, formatInstant, HOUR_MS, MINUTE_MS } from '../domain/time.ts';

/** What wallet and subscription have in common for their policies. */
type AnyCase = {
  readonly standing: Standing;
  readonly now: EpochMs;
  /** How far the provider's clock is from ours, in milliseconds. */
  readonly clockSkewMs: number;
  readonly history: ChargeHistory | null;
};

type Check = (one: AnyCase) => Decision | null;

export const CLOCK_SKEW_MAX_MS = 5 * MINUTE_MS;
/** A ladder of cards is climbed at once; what goes on after that is no ladder. */
const QUICK_ATTEMPTS = 4;
const MANY_ATTEMPTS = 8;

export const frozen: Check = ({ standing }) =>
  standing.frozenBecause === null ? null : hold('frozen', `frozen: ${standing.frozenBecause}`);

export const pausedByOperator: Check = ({ standing }) =>
  standing.pausedBecause === null ? null : hold('paused_by_operator', `paused: ${standing.pausedBecause}`);

export const quarantined: Check = ({ standing }) => {
  if (standing.watch.kind !== 'quarantine') return null;
  const until = formatInstant(standing.watch.until);
  return hold(
    'quarantined',
    `the journal is new: only watching until ${until} (\`purser adopt\` ends it)`,
    standing.watch.until,
  );
};

export const clockSkew: Check = ({ clockSkewMs }) =>
  Math.abs(clockSkewMs) <= CLOCK_SKEW_MAX_MS
    ? null
    : hold('clock_skew', `this clock is ${formatDuration(Math.abs(clockSkewMs))} away from the provider's`);

/** Whatever the reason, attempts at one need that come to nothing grow rare: no answer can make a storm. */
export const pacing: Check = ({ history, now }) => {
  const until = pacedUntil(history, now);
  return until === null ? null : hold('pacing', PACING_SENTENCE, until);
};

const PACING_SENTENCE = 'several attempts came to nothing; the next one waits';

/** When the next attempt under the same anchor may come; `null` where now is fine. */
function pacedUntil(history: ChargeHistory | null, now: EpochMs): EpochMs | null {
  const count = history?.attempts.length ?? 0;
  const last = history?.attempts.at(-1);
  if (last === undefined || count < QUICK_ATTEMPTS) return null;
  const until = addMs(last.at, count < MANY_ATTEMPTS ? 10 * MINUTE_MS : 6 * HOUR_MS);
  return until > now ? until : null;
}

/** The newest payment of this need, by whatever means, that the provider may not show yet; `null` where there is none. */
export function unseenPayment(history: ChargeHistory | null): PastAttempt | null {
  const unseen = [
    ...(history?.attempts ?? []).filter((attempt) => !attempt.allowsNext),
    ...(history?.beside ?? []),
  ];
  return unseen.reduce<PastAttempt | null>(
    (newest, one) => (newest === null || one.at > newest.at ? one : newest),
    null,
  );
}

/** The first cap that an amount does not fit, as a reason to hold back. `what` says what wants the money. */
export function capHold(history: ChargeHistory | null, amountCents: Cents, what: string): Hold | null {
  for (const { scope, usage } of history?.usage ?? []) {
    const refusal = capRefusal(scope, usage, amountCents);
    if (refusal !== null) return hold(refusal.reason, `${what}, but ${refusal.sentence}`, null, amountCents);
  }
  return null;
}

export function hold(
  reason: HoldReason,
  sentence: string,
  until: EpochMs | null = null,
  amountCents: Cents | null = null,
): Hold {
  return { kind: 'hold', reason, sentence, until, amountCents };
}
