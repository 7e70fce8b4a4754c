import { type PlanId, parseProviderId } from '../domain/ids.ts';
import type { PauseSpec, PlanName, RuleCondition, RuleSpec } from '../domain/subscription-rules.ts';
import { DAY_MS, formatDuration, HOUR_MS } from '../domain/time.ts';
import type { Problems } from './config-problem.ts';
import { isMisspelled } from './misspelled.ts';
import { parseKeys } from './parse-spot.ts';
import { readDuration } from './read-duration.ts';
import { readWindow } from './read-window.ts';
import { hoursSchema, pauseSchema, ruleSchema } from './rules-schema.ts';
import { childSpots, type Spot, spotAt } from './spot.ts';

const IDLE_MIN_MS = HOUR_MS;
const IDLE_MAX_MS = 90 * DAY_MS;
const AHEAD_MAX_MS = 12 * HOUR_MS;
const CONDITIONS = ['from', 'when_remaining_below', 'last_days_of_month'] as const;
const EXAMPLE = 'write { plan: Pro, from: "0 8 * * 1-5", for: 10h }, for example';

/** `rules:`, or `null` after reporting; none where there are none. */
export function resolveRules(spot: Spot, problems: Problems): readonly RuleSpec[] | null {
  const rules = childSpots(spot).map((here) => resolveRule(here, problems));
  const good = rules.filter((rule) => rule !== null);
  return good.length === rules.length ? good : null;
}

function resolveRule(spot: Spot, problems: Problems): RuleSpec | null {
  const input = parseKeys(ruleSchema, spot, problems);
  if (input === null) return null;
  const given = CONDITIONS.filter((name) => spotAt(spot, name).node !== null);
  const [condition] = given;
  if (given.length === 0 && CONDITIONS.some((name) => isMisspelled(spotAt(spot, name)))) return null;
  if (condition === undefined || given.length > 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    problems.error(spot, `wanted exactly one of ${CONDITIONS.join(', ')}, found ${found}`, EXAMPLE);
    return null;
  }
  const hasLength = spotAt(spot, 'for').node !== null;
  if (condition !== 'from' && hasLength)
    problems.error(spotAt(spot, 'for'), 'for goes with from only', 'take it out');
  if (condition === 'from' && !hasLength)
    problems.error(spot, 'missing key "for": how long it lasts', 'add "for: 10h"');
  const when = conditionOf(condition, input, spot, problems);
  return input.plan === undefined || when === null ? null : { plan: planName(input.plan), when };
}

function conditionOf(
  condition: (typeof CONDITIONS)[number],
  input: NonNullable<ReturnType<typeof parseKeys<typeof ruleSchema>>>,
  spot: Spot,
  problems: Problems,
): RuleCondition | null {
  switch (condition) {
    case 'from': {
      const window = readWindow(input, spot, problems);
      return window === null ? null : { kind: 'window', ...window };
    }
    case 'when_remaining_below': {
      const share = input.when_remaining_below;
      return share === undefined ? null : { kind: 'remaining_below', percent: Number.parseInt(share, 10) };
    }
    case 'last_days_of_month': {
      const days = input.last_days_of_month;
      return days === undefined ? null : { kind: 'last_days', days };
    }
  }
}

/** `pause:`, or `null` after reporting. */
export function resolvePause(spot: Spot, problems: Problems): PauseSpec | null {
  const input = parseKeys(pauseSchema, spot, problems);
  if (input === null) return null;
  const [idleSpot, hoursSpot] = [spotAt(spot, 'idle_for'), spotAt(spot, 'hours')];
  if (idleSpot.node === null && hoursSpot.node === null) {
    problems.error(spot, 'pause says neither idle_for nor hours: it would never pause', 'add one of them');
    return null;
  }
  const range = { spot: idleSpot, minMs: IDLE_MIN_MS, maxMs: IDLE_MAX_MS };
  const idleForMs = idleSpot.node === null ? null : readDuration(input.idle_for, range, problems);
  const hours = hoursSpot.node === null ? null : resolveHours(hoursSpot, problems);
  if ((idleSpot.node !== null && idleForMs === null) || (hoursSpot.node !== null && hours === null))
    return null;
  if (idleForMs !== null && hours !== null && idleForMs >= hours.durationMs + hours.aheadMs) {
    const message = `idle_for ${formatDuration(idleForMs)} never passes: it begins anew with each ${formatDuration(hours.durationMs)} of hours`;
    problems.warn(idleSpot, message, 'shorten it, or take it out');
  }
  return { idleForMs, hours };
}

function resolveHours(spot: Spot, problems: Problems): PauseSpec['hours'] {
  const input = parseKeys(hoursSchema, spot, problems);
  if (input === null) return null;
  const window = readWindow(input, spot, problems);
  const range = { spot: spotAt(spot, 'ahead'), minMs: 0, maxMs: AHEAD_MAX_MS };
  const aheadMs = readDuration(input.ahead, range, problems);
  return window === null || aheadMs === null ? null : { ...window, aheadMs };
}

export function planName(plan: number | string): PlanName {
  const id = typeof plan === 'number' ? parseProviderId<PlanId>(plan) : null;
  return id === null ? { kind: 'name', name: String(plan).trim() } : { kind: 'id', id };
}
