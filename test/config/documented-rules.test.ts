import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { epochMs } from '../../src/domain/time.ts';
import { wantedSubscription } from '../../src/policy/wanted-subscription.ts';
import { load } from './memory-disk.ts';

const page = readFileSync('docs/subscription-rules.md', 'utf8');
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text ?? '');

function loaded(index: number) {
  const result = load({ 'purser.yaml': examples[index] ?? '' });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  expect(result.warnings).toEqual([]);
  return [...result.spec.accounts.values()];
}

/** What is wanted of an account of an example, where nothing is low and nothing was used. */
function wanted(index: number, account: number, now: string) {
  const found = loaded(index)[account];
  if (found === undefined || found.policy.subscription === null) throw new Error('no such account');
  const instant = epochMs(Date.parse(now));
  const facts = {
    lows: new Map([['Premium<10', { kind: 'not', endedAt: null } as const]]),
    unknownBecause: '',
    lastUsed: { at: instant },
    awakeSince: instant,
  };
  return wantedSubscription(found.policy.subscription, facts, { now: instant, zone: found.timezone });
}

test('the page has two examples, and both load without a word', () => {
  expect(examples).toHaveLength(2);
  expect(loaded(0).map(({ timezone }) => timezone)).toEqual(['Europe/Berlin', 'Asia/Tokyo']);
  expect(loaded(1)).toHaveLength(1);
});

test.each([
  ['in office hours', 0, '2026-11-24T12:00:00Z', 'plan Standard (from Tue 08:00 to Tue 18:00 Europe/Berlin, rule 3)'],
  ['at night', 0, '2026-11-24T22:00:00Z', 'plan Basic (no rule holds)'],
  ['at month-end', 0, '2026-11-30T12:00:00Z', 'plan Basic (the last 2 days of the month in Europe/Berlin, rule 1)'],
  ['at night in Tokyo', 1, '2026-11-24T12:00:00Z', 'plan Basic (no rule holds)'],
])('the first example wants %s what it says', (_when, account, now, why) => {
  expect(wanted(0, account, now).plan).toMatchObject({ why });
}); // biome-ignore format: a table

test.each([
  ['within its hours', '2026-11-24T12:00:00Z', 'live'],
  ['from 07:45', '2026-11-24T07:45:00Z', 'live'],
  ['before that', '2026-11-24T07:44:00Z', 'paused'],
  ['on Sunday', '2026-11-22T12:00:00Z', 'paused'],
])('the second example wants it %s as it says', (_when, now, kind) => {
  expect(wanted(1, 0, now).state.kind).toBe(kind);
});
