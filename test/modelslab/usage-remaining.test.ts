import { expect, test } from 'vitest';
import { parseInstant } from '../../src/domain/time.ts';
import { callsLeft, newestUse } from '../../src/modelslab/usage-remaining.ts';

const BASIC = { id: '41', name: 'Basic' };
const row = { product: 'Basic', limit: 100, used: 90, remaining: 10 };
const LEFT = { limit: 100, remaining: 10 };

test.each<[string, unknown, object | null]>([
  ['a list with the plan in it', [{ product: 'Video', limit: 5, remaining: 5 }, row], LEFT],
  ['the only row, which names nothing', [{ id: 7, limit: 100, remaining: 10 }], LEFT],
  ['the only row, which names another product', [{ ...row, product: 'Voice add-on' }], null],
  ['the only row, which has the id of another plan', [{ plan_id: 42, limit: 100, remaining: 10 }], null],
  ['a list below a key', { products: [row] }, LEFT],
  ['by the id of the plan', [{ plan_id: 41, limit: 100, remaining: 10 }, { plan_id: 42, limit: 1, remaining: 1 }], LEFT],
  ['by name as keys', { basic: { limit: 100, remaining: 10 }, video: { limit: 5, remaining: 5 } }, LEFT],
  ['one bare record', { limit: 100, remaining: 10 }, LEFT],
  ['what remains from what was used', [{ product: 'Basic', limit: '100', used: '90' }], LEFT],
  ['two rows, none of which is the plan', [{ ...row, product: 'A' }, { ...row, product: 'B' }], null],
  ['the plan twice', [row, row], null],
  ['no limit', [{ product: 'Basic', limit: null, remaining: 10 }], null],
  ['a limit of nothing', [{ product: 'Basic', limit: 0, remaining: 0 }], null],
  ['words for numbers', [{ product: 'Basic', limit: 'unlimited', remaining: 'all' }], null],
  ['nothing', [], null],
  ['no list at all', null, null],
])('what is left of the calls of a plan: %s', (_sentence, body, expected) => {
  expect(callsLeft(body, BASIC)).toEqual(expected);
}); // biome-ignore format: a table

test('the newest use is found whatever the order; one stamp that is none spoils it', () => {
  const rows = ['2026-11-20T10:00:00Z', '2026-11-23 10:00:00', '2026-11-21'].map((stamp) => ({
    created_at: stamp,
  }));
  expect(newestUse(rows)).toBe(parseInstant('2026-11-23T10:00:00Z'));
  expect(newestUse([])).toBe(null);
  expect(newestUse([...rows, { created_at: 'yesterday' }])).toBe(undefined);
  expect(newestUse([{}])).toBe(undefined);
});
