import { expect, test } from 'vitest';
import { addMs, epochMs, HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { type Difference, inAccord, judgeDifference, needsAlibi } from '../../src/policy/hand-changes.ts';
import type { Kept } from '../../src/policy/subscription-memory.ts';

const LONG_AGO = epochMs(1_000);
const THEN = addMs(LONG_AGO, 2 * HOUR_MS);
const NOW = addMs(THEN, SECOND_MS);
const isSame = (one: string, other: string) => one === other;

/** Max is there; something else is wanted. */
const difference = (kept: Kept<string> | null, changes: Partial<Difference<string>> = {}) => ({
  kept, found: 'Max', isSame, shown: (value: string) => value, key: 'Basic@1', isOurs: false, isNamed: true, isEnforced: false, now: NOW, ...changes,
}); // biome-ignore format: one record
const kept = (value: string | null, stray: Kept<string>['stray'] = null): Kept<string> => ({
  value,
  at: THEN,
  stray,
});
const STRAY = { value: 'Max', key: 'Basic@1' };

test.each<[string, Kept<string> | null, Partial<Difference<string>>, string, boolean]>([
  ['never seen before: the config decides', null, {}, 'as_declared', false],
  ['still the same after first sight', kept(null, STRAY), {}, 'as_declared', false],
  ['something else is wanted than at first sight', kept(null, STRAY), { key: 'Pro@2' }, 'act', false],
  [
    'something else is wanted, but it may be another subscription',
    kept(null, STRAY),
    { key: 'Pro@2', isNamed: false },
    'as_declared',
    false,
  ],
  ['another plan than at first sight', kept(null, { ...STRAY, value: 'Mid' }), {}, 'as_declared', false],
  ['as it was left: what is wanted has changed', kept('Max'), {}, 'act', false],
  ['not as it was left: a person', kept('Basic'), {}, 'by_hand', true],
  ['the same person, seen again', kept('Basic', STRAY), {}, 'by_hand', false],
  ['and again something else', kept('Basic', { ...STRAY, value: 'Mid' }), {}, 'by_hand', true],
  ['something else is wanted since', kept('Basic', STRAY), { key: 'Pro@2' }, 'act', false],
  ['an intent of ours did it', kept('Basic'), { isOurs: true }, 'act', false],
  ['enforced', kept('Basic'), { isEnforced: true }, 'act', true],
  [
    'enforced, where that stood there long before',
    { ...kept('Basic'), was: 'Max', at: LONG_AGO },
    { isEnforced: true },
    'act',
    true,
  ],
  ['enforced, and not done yet', kept('Basic', STRAY), { isEnforced: true }, 'act', false],
  [
    'back where it was left, after a change by hand',
    kept('Max', { ...STRAY, value: 'Mid' }),
    {},
    'act',
    false,
  ],
])('%s', (_sentence, before, changes, stance, isNewChange) => {
  const verdict = judgeDifference(difference(before, changes));
  expect(verdict).toMatchObject({ stance: { kind: stance }, isNewChange });
  // What was judged once is judged the same again, and counted once.
  const again = judgeDifference(difference(verdict.kept, { ...changes, isOurs: false }));
  expect(again).toMatchObject({ stance: { kind: stance }, isNewChange: false });
  expect(again.kept).toEqual(verdict.kept);
});

test('it says what it was before', () => {
  expect(judgeDifference(difference(kept('Basic'))).stance).toEqual({ kind: 'by_hand', was: 'Basic' });
});

test('the journal is asked only about a change that is new', () => {
  expect(needsAlibi(difference(null))).toBe(false);
  expect(needsAlibi(difference(kept('Max')))).toBe(false);
  expect(needsAlibi(difference(kept('Basic')))).toBe(true);
  expect(needsAlibi(difference(kept('Basic', STRAY)))).toBe(false);
  expect(needsAlibi(difference(kept('Basic', { ...STRAY, value: 'Mid' })))).toBe(true);
});

test('accord is noted once, and again after a change by hand', () => {
  const found = { found: 'Max', isSame, now: NOW };
  const same = kept('Max');
  expect(inAccord(same, found)).toBe(same);
  const fresh = { value: 'Max', at: NOW, stray: null };
  expect(inAccord(null, found)).toMatchObject(fresh);
  expect(inAccord(kept('Basic'), found)).toMatchObject(fresh);
  expect(inAccord(kept('Max', STRAY), found)).toMatchObject(fresh);
});

test.each([false, true])(
  'what stood there just before a change may be a late list (enforced: %s)',
  (isEnforced) => {
    const before = { ...kept('Basic'), was: 'Max' };
    expect(judgeDifference(difference(before, { isEnforced }))).toEqual({
      stance: { kind: 'act', notBefore: addMs(THEN, 2 * HOUR_MS) },
      kept: before,
      isNewChange: false,
    });
    expect(judgeDifference(difference({ ...before, was: 'Mid' }, { isEnforced })).isNewChange).toBe(true);
  },
);

test('what stood there before a change is remembered with it', () => {
  const news = { found: 'Max', isSame, now: NOW };
  expect(inAccord(kept('Basic'), news)).toEqual({ value: 'Max', at: NOW, was: 'Basic', stray: null });
  expect(inAccord(kept('Max', { value: 'Mid', key: 'Max@1' }), news)).toMatchObject({ was: 'Mid', at: NOW });
  const left = { ...kept('Max'), was: 'Mid' };
  expect(inAccord(left, news)).toBe(left);
});
