import { unreachable } from '../domain/assert.ts';
import type { SubscriptionSpec } from '../domain/spec.ts';
import {
  type PauseSpec,
  type PlanName,
  planWords,
  type RuleCondition,
  type WindowSpec,
} from '../domain/subscription-rules.ts';
import { addMs, type EpochMs, epochMs, formatDuration } from '../domain/time.ts';
import { lastDaysAt, type Span, windowAt } from '../domain/windows.ts';
import { formatLocal } from '../domain/zoned-time.ts';

/**
 * What rules and pause want of a subscription at an instant. `key` is another one whenever something else is wanted, or
 * the same anew: what a person changed by hand is left alone until then. `since` makes the keys of our intents: the
 * same for every purser that looks at the same calendar.
 */
export type Wanted = {
  readonly plan: WantedPlan;
  readonly state: WantedState;
  /** When the calendar wants something else next; `null` where it never does. */
  readonly until: EpochMs | null;
};

export type WantedPlan =
  | {
      readonly kind: 'plan';
      readonly plan: PlanName;
      readonly key: string;
      readonly since: EpochMs;
      readonly why: string;
    }
  /** Nothing is changed on what is not known. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** The policy names none. */
  | { readonly kind: 'any' };

export type WantedState =
  | {
      readonly kind: 'live' | 'paused';
      readonly key: string;
      readonly since: EpochMs;
      readonly why: string;
    }
  | { readonly kind: 'unknown'; readonly why: string }
  /** The policy declares no pause: `when_paused` says what to do. */
  | { readonly kind: 'free' };

/** How the key of a pause begins that the hours of the policy want, and not idleness. */
export const OUTSIDE_HOURS = 'outside@';

export type LowState =
  | { readonly kind: 'holds' }
  | { readonly kind: 'unknown' }
  /** When it last held; `null` where it is not known to have done so. */
  | { readonly kind: 'not'; readonly endedAt: EpochMs | null };

/** What is known of the account, beside the clock. */
export type UsageFacts = {
  /** Whether a rule by what remains holds, by the rule's key: what remains was below once in this billing period. */
  readonly lows: ReadonlyMap<string, LowState>;
  /** What is missing where one is unknown. */
  readonly unknownBecause: string;
  /** The last use that is known; `null` where usage could not be read. */
  readonly lastUsed: { readonly at: EpochMs | null } | null;
  /** When purser first saw the subscription, or it was last resumed: idleness counts from there at least. */
  readonly awakeSince: EpochMs;
};

export function wantedSubscription(
  spec: SubscriptionSpec,
  facts: UsageFacts,
  at: { readonly now: EpochMs; readonly zone: string },
): Wanted {
  const plan = wantedPlan(spec, facts, at);
  const state = spec.pause === null ? { state: FREE, until: null } : wantedState(spec.pause, facts, at);
  return { plan: plan.plan, state: state.state, until: soonest(plan.until, state.until) };
}

/** Names a rule by what remains across changes of the config. */
export function lowKey(rule: { readonly plan: PlanName; readonly percent: number }): string {
  return `${planWords(rule.plan)}<${rule.percent}`;
}

type At = { readonly now: EpochMs; readonly zone: string };
const FREE: WantedState = { kind: 'free' };
const ANY: WantedPlan = { kind: 'any' };
const BEGINNING = epochMs(0);
const UNKNOWN: LowState = { kind: 'unknown' };

function wantedPlan(
  spec: SubscriptionSpec,
  facts: UsageFacts,
  at: At,
): { readonly plan: WantedPlan; readonly until: EpochMs | null } {
  if (spec.plan === null || spec.rules.length === 0) {
    const plan = spec.plan === null ? ANY : fixed(spec.plan, 'as declared', BEGINNING);
    return { plan, until: null };
  }
  let since = BEGINNING;
  let until: EpochMs | null = null;
  for (const [index, rule] of spec.rules.entries()) {
    const span = spanOf(rule, facts, at);
    if (span === 'unknown') {
      const why = `rule ${index + 1} asks for what remains of the plan's calls: ${facts.unknownBecause}`;
      return { plan: { kind: 'unknown', why }, until };
    }
    if (span.isOpen) {
      const why = `${words(rule.when, span, at.zone)}, rule ${index + 1}`;
      const ends = span.endsAt === NEVER ? until : soonest(until, span.endsAt);
      return { plan: fixed(rule.plan, why, latest(since, span.begunAt)), until: ends };
    }
    since = latest(since, span.endedAt);
    until = soonest(until, span.beginsAt);
  }
  return { plan: fixed(spec.plan, 'no rule holds', since), until };
}

function fixed(plan: PlanName, why: string, since: EpochMs): WantedPlan {
  const name = planWords(plan);
  return { kind: 'plan', plan, key: `${name}@${since}`, since, why: `plan ${name} (${why})` };
}

/** The end of something that no calendar knows. */
const NEVER = epochMs(Number.MAX_SAFE_INTEGER);

function spanOf(
  rule: { readonly plan: PlanName; readonly when: RuleCondition },
  facts: UsageFacts,
  { now, zone }: At,
): Span | 'unknown' {
  const { when } = rule;
  switch (when.kind) {
    case 'window':
      return windowAt(when, zone, now);
    case 'last_days':
      return lastDaysAt(when.days, zone, now);
    case 'remaining_below': {
      const low = facts.lows.get(lowKey({ plan: rule.plan, percent: when.percent })) ?? UNKNOWN;
      if (low.kind === 'unknown') return low.kind;
      return low.kind === 'holds'
        ? { isOpen: true, begunAt: BEGINNING, endsAt: NEVER }
        : { isOpen: false, endedAt: low.endedAt, beginsAt: null };
    }
    default:
      return unreachable(when);
  }
}

function words(when: RuleCondition, span: Extract<Span, { isOpen: true }>, zone: string): string {
  switch (when.kind) {
    case 'window':
      return `from ${formatLocal(span.begunAt, zone)} to ${formatLocal(span.endsAt, zone)} ${zone}`;
    case 'last_days':
      return `the last ${when.days} days of the month in ${zone}`;
    case 'remaining_below':
      return `less than ${when.percent}% of the calls remained in this billing period`;
    default:
      return unreachable(when);
  }
}

function wantedState(
  pause: PauseSpec,
  facts: UsageFacts,
  { now, zone }: At,
): { readonly state: WantedState; readonly until: EpochMs | null } {
  const hours = pause.hours === null ? null : hoursAt(pause.hours, zone, now);
  if (hours !== null && !hours.isOpen) {
    const { endedAt, beginsAt } = hours;
    const next = beginsAt === null ? '' : ` until ${formatLocal(beginsAt, zone)} ${zone}`;
    const since = endedAt ?? BEGINNING;
    const why = `paused outside its hours${next}`;
    return { state: { kind: 'paused', key: `${OUTSIDE_HOURS}${since}`, since, why }, until: beginsAt };
  }
  const openedAt = hours === null ? BEGINNING : hours.begunAt;
  const endsAt = hours === null ? null : hours.endsAt;
  const key = `live@${openedAt}`;
  const why = hours === null ? 'in use' : `within its hours until ${formatLocal(hours.endsAt, zone)} ${zone}`;
  const idleForMs = pause.idleForMs;
  if (idleForMs === null) return { state: { kind: 'live', key, since: openedAt, why }, until: endsAt };
  const known = latest(latest(openedAt, facts.awakeSince), facts.lastUsed?.at ?? null);
  const idleAt = addMs(known, idleForMs);
  if (now < idleAt)
    return { state: { kind: 'live', key, since: known, why }, until: soonest(endsAt, idleAt) };
  if (facts.lastUsed === null)
    return { state: { kind: 'unknown', why: 'usage could not be read' }, until: endsAt };
  const idle = `paused: nothing was used for ${formatDuration(idleForMs)}`;
  return { state: { kind: 'paused', key: `idle@${idleAt}`, since: idleAt, why: idle }, until: endsAt };
}

/** Its hours begin so much earlier, and end when they end. */
function hoursAt(hours: WindowSpec & { readonly aheadMs: number }, zone: string, now: EpochMs): Span {
  const durationMs = hours.durationMs + hours.aheadMs;
  const shifted = windowAt({ ...hours, durationMs }, zone, addMs(now, hours.aheadMs));
  const back = (instant: EpochMs | null): EpochMs | null =>
    instant === null ? null : addMs(instant, -hours.aheadMs);
  return shifted.isOpen
    ? {
        isOpen: true,
        begunAt: addMs(shifted.begunAt, -hours.aheadMs),
        endsAt: addMs(shifted.endsAt, -hours.aheadMs),
      }
    : { isOpen: false, endedAt: back(shifted.endedAt), beginsAt: back(shifted.beginsAt) };
}

function latest(one: EpochMs, other: EpochMs | null): EpochMs {
  return other !== null && other > one ? other : one;
}

export function soonest(one: EpochMs | null, other: EpochMs | null): EpochMs | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
