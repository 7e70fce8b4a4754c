import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SubscriptionSpec } from '../../src/domain/spec.ts';
import type { RuleSpec } from '../../src/domain/subscription-rules.ts';
import {
  addMs,
  DAY_MS,
  type EpochMs,
  epochMs,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
} from '../../src/domain/time.ts';
import {
  type LowState,
  type UsageFacts,
  type Wanted,
  wantedSubscription,
} from '../../src/policy/wanted-subscription.ts';
import { aGuard } from './a-case.ts';
import { at, daily, plan, rule, someFacts, window } from './some-rules.ts';

const ZONE = 'Europe/Berlin';
const want = (changes: Partial<SubscriptionSpec>, now: string, facts: Partial<UsageFacts> = {}): Wanted =>
  wantedSubscription(aGuard({ plan: plan('Basic'), ...changes }), someFacts(facts), {
    now: at(now),
    zone: ZONE,
  });
const why = (part: object): string => ('why' in part ? String(part.why) : 'nothing');

const OFFICE = rule('Pro', window(8, 10, [1, 2, 3, 4, 5]));
const LOW = rule('Max', { kind: 'remaining_below', percent: 10 });
const MONTH_END = rule('Basic', { kind: 'last_days', days: 2 });
const low = (kind: 'holds' | 'not' | 'unknown', endedAt: EpochMs | null = null) => ({
  lows: new Map<string, LowState>([['Max<10', kind === 'not' ? { kind, endedAt } : { kind }]]),
});

test.each<[string, readonly RuleSpec[], string, Partial<UsageFacts>, string, string, string | null]>([
  ['a window is open', [OFFICE], '2026-11-24T12:00:00Z', {}, 'plan Pro (from Tue 08:00 to Tue 18:00 Europe/Berlin, rule 1)', '2026-11-24T07:00:00Z', '2026-11-24T17:00:00Z'],
  ['it is closed: since its end', [OFFICE], '2026-11-24T20:00:00Z', {}, 'plan Basic (no rule holds)', '2026-11-24T17:00:00Z', '2026-11-25T07:00:00Z'],
  ['the first rule that holds says it', [MONTH_END, OFFICE], '2026-11-30T12:00:00Z', {}, 'plan Basic (the last 2 days of the month in Europe/Berlin, rule 1)', '2026-11-28T23:00:00Z', '2026-11-30T23:00:00Z'],
  ['a lower rule holds since the higher one ended', [OFFICE, rule('Mid', window(6, 18))], '2026-11-24T20:00:00Z', {}, 'plan Mid (from Tue 06:00 to Wed 00:00 Europe/Berlin, rule 2)', '2026-11-24T17:00:00Z', '2026-11-24T23:00:00Z'],
  ['a higher rule begins before a lower one ends', [OFFICE, rule('Mid', window(6, 18))], '2026-11-24T06:00:00Z', {}, 'plan Mid (from Tue 06:00 to Wed 00:00 Europe/Berlin, rule 2)', '2026-11-24T05:00:00Z', '2026-11-24T07:00:00Z'],
  ['little remained in this period', [LOW, OFFICE], '2026-11-24T12:00:00Z', low('holds'), 'plan Max (less than 10% of the calls remained in this billing period, rule 1)', '1970-01-01T00:00:00Z', null],
  ['enough remains', [LOW, OFFICE], '2026-11-24T12:00:00Z', low('not'), 'plan Pro (from Tue 08:00 to Tue 18:00 Europe/Berlin, rule 2)', '2026-11-24T07:00:00Z', '2026-11-24T17:00:00Z'],
  ['little remained until yesterday', [LOW], '2026-11-24T12:00:00Z', low('not', at('2026-11-23T10:00:00Z')), 'plan Basic (no rule holds)', '2026-11-23T10:00:00Z', null],
  ['a known rule stands before one that is not known', [OFFICE, LOW], '2026-11-24T12:00:00Z', low('unknown'), 'plan Pro (from Tue 08:00 to Tue 18:00 Europe/Berlin, rule 1)', '2026-11-24T07:00:00Z', '2026-11-24T17:00:00Z'],
])('the wanted plan: %s', (_sentence, rules, now, facts, words, since, until) => {
  const wanted = want({ rules }, now, facts);
  expect(why(wanted.plan)).toBe(words);
  expect('since' in wanted.plan && formatInstant(wanted.plan.since)).toBe(since);
  expect(wanted.until === null ? null : formatInstant(wanted.until)).toBe(until);
}); // biome-ignore format: a table

test('a rule that asks for what is not known leaves the plan as it is', () => {
  const { plan: wanted } = want({ rules: [LOW, OFFICE] }, '2026-11-24T12:00:00Z', { ...low('unknown'), unknownBecause: 'no answer' });
  expect(wanted).toEqual({ kind: 'unknown', why: "rule 1 asks for what remains of the plan's calls: no answer" });
}); // biome-ignore format: one record

const HOURS = { idleForMs: null, hours: { ...daily(8, 10, [1, 2, 3, 4, 5]), aheadMs: 15 * MINUTE_MS } };
const IDLE = { idleForMs: 7 * DAY_MS, hours: null };
const used = (text: string) => ({ lastUsed: { at: at(text) } });

test.each<[string, SubscriptionSpec['pause'], string, Partial<UsageFacts>, string, string]>([
  ['within the hours', HOURS, '2026-11-24T12:00:00Z', {}, 'live', 'within its hours until Tue 18:00 Europe/Berlin'],
  ['a quarter of an hour before', HOURS, '2026-11-24T06:45:00Z', {}, 'live', 'within its hours until Tue 18:00 Europe/Berlin'],
  ['a minute earlier', HOURS, '2026-11-24T06:44:00Z', {}, 'paused', 'paused outside its hours until Tue 07:45 Europe/Berlin'],
  ['when they end', HOURS, '2026-11-24T17:00:00Z', {}, 'paused', 'paused outside its hours until Wed 07:45 Europe/Berlin'],
  ['on Friday evening', HOURS, '2026-11-27T18:00:00Z', {}, 'paused', 'paused outside its hours until Mon 07:45 Europe/Berlin'],
  ['used six days ago', IDLE, '2026-11-24T12:00:00Z', used('2026-11-18T12:00:00Z'), 'live', 'in use'],
  ['used seven days ago', IDLE, '2026-11-24T12:00:00Z', used('2026-11-17T12:00:00Z'), 'paused', 'paused: nothing was used for 7d'],
  ['never used, first seen yesterday', IDLE, '2026-11-24T12:00:00Z', { awakeSince: at('2026-11-23T12:00:00Z') }, 'live', 'in use'],
  ['resumed yesterday', IDLE, '2026-11-24T12:00:00Z', { ...used('2026-11-01T12:00:00Z'), awakeSince: at('2026-11-23T12:00:00Z') }, 'live', 'in use'],
  ['its last use is not known', IDLE, '2026-11-24T12:00:00Z', { lastUsed: null }, 'unknown', 'usage could not be read'],
  ['not known, but it was resumed yesterday', IDLE, '2026-11-24T12:00:00Z', { lastUsed: null, awakeSince: at('2026-11-23T12:00:00Z') }, 'live', 'in use'],
  ['idle for two of its hours', { ...HOURS, idleForMs: 2 * HOUR_MS }, '2026-11-24T10:00:00Z', {}, 'paused', 'paused: nothing was used for 2h'],
  ['idle yesterday, but its hours began an hour ago', { ...HOURS, idleForMs: 2 * HOUR_MS }, '2026-11-24T08:00:00Z', {}, 'live', 'within its hours until Tue 18:00 Europe/Berlin'],
  ['no pause', null, '2026-11-24T12:00:00Z', {}, 'free', 'nothing'],
])('the wanted state: %s', (_sentence, pause, now, facts, kind, words) => {
  const { state } = want({ pause }, now, facts);
  expect({ kind: state.kind, why: why(state) }).toEqual({ kind, why: words });
}); // biome-ignore format: a table

const anyPlan = fc.constantFrom('Basic', 'Mid', 'Pro');
const anyRule = fc.oneof(
  fc.record({ name: anyPlan, hour: fc.integer({ min: 0, max: 23 }), hours: fc.integer({ min: 1, max: 24 }) }).map(({ name, hour, hours }) => rule(name, window(hour, hours))),
  fc.record({ name: anyPlan, days: fc.integer({ min: 1, max: 27 }) }).map(({ name, days }) => rule(name, { kind: 'last_days', days })),
); // biome-ignore format: a table
const anyZone = fc.constantFrom('UTC', ZONE, 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Auckland');
const anyPause = fc.constantFrom(null, HOURS, { ...HOURS, idleForMs: 3 * HOUR_MS });

test('what the calendar wants stays as it is until the instant that it names, and is another thing then or later', () => {
  fc.assert(
    fc.property(
      fc.array(anyRule, { minLength: 1, maxLength: 4 }),
      anyPause,
      anyZone,
      fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (rules, pause, zone, ms, share) => {
        const spec = aGuard({ plan: plan('Basic'), rules, pause });
        const facts = someFacts();
        const now = epochMs(ms);
        const wanted = wantedSubscription(spec, facts, { now, zone });
        if (wanted.until === null) throw new Error('windows and month-ends come again');
        expect(wanted.until).toBeGreaterThan(now);
        const later = addMs(now, Math.floor((wanted.until - now) * share));
        const then = wantedSubscription(spec, facts, { now: later, zone });
        expect(then.plan).toEqual(wanted.plan);
        expect(then.state).toEqual(wanted.state);
        if ('since' in wanted.plan) expect(wanted.plan.since).toBeLessThanOrEqual(now);
      },
    ),
    { numRuns: 500 },
  );
});
