import { expect, test } from 'vitest';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type LowCase, lowStates, nextLows, nextLowsSeen } from '../../src/policy/usage-lows.ts';
import { NOW } from '../domain/a-ledger.ts';
import { aGuard, aSubscription, BASIC, PRO } from './a-case.ts';
import { rule } from './some-rules.ts';

const END = addMs(NOW, 20 * DAY_MS);
const RULES = [rule('Pro', { kind: 'remaining_below', percent: 10 })];
const ON_BASIC = { planId: BASIC.id, planName: BASIC.name, currentPeriodEnd: END };

function aCase(changes: Partial<LowCase> = {}): LowCase {
  return {
    spec: aGuard({ plan: { kind: 'id', id: BASIC.id }, rules: RULES }),
    subscription: aSubscription('active', ON_BASIC),
    plans: [PRO, BASIC],
    share: 0.09,
    readAt: changes.now ?? NOW,
    seen: [{ key: 'Pro<10', at: addMs(NOW, -10 * MINUTE_MS) }],
    lows: [],
    isFirstSight: false,
    now: NOW,
    ...changes,
  };
}

const LOW = { key: 'Pro<10', until: addMs(END, -2 * HOUR_MS), quietUntil: addMs(END, HOUR_MS) };
const ON_PRO = { currentPeriodEnd: END };

test.each<[string, Partial<LowCase>, readonly object[], string]>([
  ['below: it begins, until shortly before the period ends', {}, [LOW], 'holds'],
  ['below, but it is the first read that says so', { seen: [] }, [], 'not'],
  ['below, but the first read that said so is no ten minutes old', { seen: [{ key: 'Pro<10', at: addMs(NOW, -599_999) }] }, [], 'not'],
  ['exactly at the share: not yet', { share: 0.1 }, [], 'not'],
  ['not known', { share: null }, [], 'unknown'],
  ['not known, but it began before', { share: null, lows: [LOW] }, [LOW], 'holds'],
  ['the dearer plan has plenty left', { subscription: aSubscription('active', ON_PRO), share: 0.9, lows: [LOW] }, [LOW], 'holds'],
  ['it is over, and does not begin again in the period', { now: addMs(END, -HOUR_MS), lows: [LOW] }, [LOW], 'not'],
  ['in the last hours of a period it does not begin', { now: addMs(END, -HOUR_MS) }, [], 'not'],
  ['the period is over, and the provider has not said so yet', { now: addMs(END, HOUR_MS), lows: [LOW] }, [LOW], 'not'],
  ['the next period, low again', { now: addMs(END, DAY_MS), lows: [LOW], subscription: aSubscription('active', { ...ON_BASIC, currentPeriodEnd: addMs(END, 30 * DAY_MS) }) }, [{ key: 'Pro<10', until: addMs(END, 30 * DAY_MS - 2 * HOUR_MS) }], 'holds'],
  ['the next period, not known', { now: addMs(END, DAY_MS), lows: [LOW], share: null, subscription: aSubscription('active', { ...ON_BASIC, currentPeriodEnd: addMs(END, 30 * DAY_MS) }) }, [LOW], 'unknown'],
  ['paused', { subscription: aSubscription('paused', ON_BASIC) }, [], 'not'],
  ['a person is on the dearer plan, and it is low', { subscription: aSubscription('active', ON_PRO) }, [], 'not'],
  ['at first sight the plan was reached by the rule', { subscription: aSubscription('active', ON_PRO), share: 0.9, isFirstSight: true }, [LOW], 'holds'],
  ['no period is named: a month', { subscription: aSubscription('active', { ...ON_BASIC, currentPeriodEnd: null }) }, [{ key: 'Pro<10', until: addMs(NOW, 30 * DAY_MS - 2 * HOUR_MS) }], 'holds'],
  ['the change of plan began a new period', { subscription: aSubscription('active', { currentPeriodEnd: addMs(END, 10 * DAY_MS) }), lows: [LOW] }, [{ key: 'Pro<10', until: addMs(END, 10 * DAY_MS - 2 * HOUR_MS) }], 'holds'],
  ['the provider renewed a little early: that is no longer period', { now: addMs(END, -3 * HOUR_MS), subscription: aSubscription('active', { currentPeriodEnd: addMs(END, 30 * DAY_MS) }), lows: [LOW] }, [LOW], 'holds'],
])('%s', (_sentence, changes, lows, state) => {
  const one = aCase(changes);
  const next = nextLows(one);
  expect(next).toMatchObject(lows);
  expect(next).toHaveLength(lows.length);
  expect(lowStates({ ...one, lows: next }).get('Pro<10')).toMatchObject({ kind: state });
}); // biome-ignore format: a table

test('what follows it is wanted since it ended, also after the period', () => {
  for (const now of [addMs(END, -HOUR_MS), addMs(END, 5 * DAY_MS)]) {
    expect(lowStates(aCase({ now, lows: [LOW] })).get('Pro<10')).toEqual({ kind: 'not', endedAt: LOW.until });
  }
});

test('it begins once, whatever is read afterwards', () => {
  let lows = nextLows(aCase());
  for (const share of [0.5, null, 0.01, 0.09]) {
    const before = lows;
    lows = nextLows(aCase({ lows, share }));
    expect(lows).toBe(before);
  }
});

test('what reads in a row have said is counted from the first; one that says otherwise, or nothing, ends it', () => {
  const first = { key: 'Pro<10', at: addMs(NOW, -10 * MINUTE_MS) };
  expect(nextLowsSeen(aCase({ seen: [] }))).toEqual([{ key: 'Pro<10', at: NOW }]);
  expect(nextLowsSeen(aCase())).toEqual([first]);
  const ends = [
    { share: 0.1 },
    { share: null },
    { subscription: aSubscription('active', ON_PRO) },
    { now: addMs(END, -HOUR_MS) },
  ];
  for (const changes of ends) expect(nextLowsSeen(aCase(changes))).toEqual([]);
});
