import { expect, test } from 'vitest';
import { addMs, DAY_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { isLetGo } from '../../src/keeper/let-go.ts';
import { NOW } from '../domain/a-ledger.ts';

const at = (minutes: number) => addMs(NOW, minutes * MINUTE_MS);

test.each([
  ['what was seen before it', -10, at(0), at(1), true],
  ['what was seen within the skew that is borne with', 5, at(0), at(10), true],
  ['what was seen later', 6, at(0), at(10), false],
  ['where nobody resumed', -10, null, at(1), false],
  ['by a clock that is ahead by as much as is borne with', 0, at(5), at(0), true],
  ['by a clock that was further ahead', 0, addMs(NOW, 365 * DAY_MS), at(1), false],
])('a resume lets go of %s, or not', (_sentence, seenMinutes, letGoAt, now, expected) => {
  expect(isLetGo(at(seenMinutes), letGoAt, now)).toBe(expected);
}); // biome-ignore format: a table
