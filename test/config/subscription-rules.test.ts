import { expect, test } from 'vitest';
import { configText, load, loadSpec } from './memory-disk.ts';

const policy = (subscription: string, more = '{ day: 500 }') =>
  `{ standard: { caps: ${more}, subscription: ${subscription} } }`;

function subscriptionOf(text: string, sections: Readonly<Record<string, string>> = {}) {
  const spec = loadSpec({ 'purser.yaml': configText({ policies: policy(text), ...sections }) });
  return [...spec.accounts.values()][0];
}

test('rules and pause become plain data, in their order', () => {
  const account = subscriptionOf(
    '{ plan: Basic, enforce: true, rules: [{ plan: 42, from: "30 8 * * mon-fri", for: 10h }, { plan: Premium, when_remaining_below: 10% }, { plan: Basic, last_days_of_month: 2 }], pause: { idle_for: 6h, hours: { from: "0 7 * * *", for: 12h, ahead: 15m } } }',
  );
  expect(account?.policy.subscription).toMatchObject({
    plan: { kind: 'name', name: 'Basic' },
    enforce: true,
    rules: [
      { plan: { kind: 'id', id: '42' }, when: { kind: 'window', from: '30 8 * * mon-fri', durationMs: 36_000_000, begins: { minutes: [30], hours: [8], weekdays: [1, 2, 3, 4, 5] } } },
      { plan: { kind: 'name', name: 'Premium' }, when: { kind: 'remaining_below', percent: 10 } },
      { plan: { kind: 'name', name: 'Basic' }, when: { kind: 'last_days', days: 2 } },
    ],
    pause: { idleForMs: 21_600_000, hours: { durationMs: 43_200_000, aheadMs: 900_000 } },
  });
}); // biome-ignore format: a table

const RULES = '{ plan: Basic, rules: [{ plan: Premium, from: "0 8 * * *", for: 10h }] }';
test.each([
  ['UTC by default', {}, 'UTC'],
  ['the one of defaults', { defaults: '{ policy: standard, timezone: Europe/Berlin }' }, 'Europe/Berlin'],
  [
    'its own',
    {
      defaults: '{ policy: standard, timezone: Europe/Berlin }',
      accounts: '[{ name: a, timezone: Asia/Tokyo }]',
    },
    'Asia/Tokyo',
  ],
  [
    'the one of its schedule',
    { accounts: '[{ name: a, schedule: "*/5 * * * *", timezone: America/New_York }]' },
    'America/New_York',
  ],
])('the place of an account is %s', (_which, sections, expected) => {
  expect(subscriptionOf(RULES, sections)?.timezone).toBe(expected);
});

test('a policy without rules is as it was', () => {
  const account = subscriptionOf('{ plan: 10 }');
  expect(account?.policy.subscription).toMatchObject({ rules: [], pause: null, enforce: false });
});

test.each([
  ['{ plan: 10, enforce: true }', { enforce: true, whenWrongPlan: 'change', whenPaused: 'resume' }],
  ['{ plan: 10, enforce: false }', { enforce: false, whenWrongPlan: 'alert', whenPaused: 'alert' }],
  ['{ plan: 10, enforce: true, when_wrong_plan: alert }', { whenWrongPlan: 'alert', whenPaused: 'resume' }],
  ['{ plan: 10, enforce: true, when_paused: leave }', { whenWrongPlan: 'change', whenPaused: 'leave' }],
  ['{ enforce: true }', { plan: null, whenWrongPlan: 'alert', whenPaused: 'resume' }],
])('what enforce means without rules: %s', (text, expected) => {
  expect(subscriptionOf(text)?.policy.subscription).toMatchObject({ rules: [], pause: null, ...expected });
});

test('an idle time that can never pass within the hours is warned of', () => {
  const text = '{ pause: { idle_for: 7d, hours: { from: "0 8 * * 1-5", for: 10h } } }';
  const loaded = load({ 'purser.yaml': configText({ policies: policy(text) }) });
  expect(loaded.ok && loaded.warnings.map(({ message }) => message)).toEqual([
    'idle_for 7d never passes: it begins anew with each 10h of hours',
  ]);
});
