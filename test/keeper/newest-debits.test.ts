import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS, epochMs, SECOND_MS } from '../../src/domain/time.ts';
import { newestDebits, type Page } from '../../src/keeper/newest-debits.ts';
import type { FailureReason } from '../../src/modelslab/failure.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

type Provider = {
  readonly count: number;
  readonly isOldestFirst: boolean;
  /** What it gives at most, whatever it is asked for. */
  readonly size: number;
  readonly total: 'right' | 'of the page' | 'of credits too' | null;
  readonly stamps: 'exact' | 'days' | 'of one day';
  readonly behind: 'nothing' | 'the last page' | FailureReason;
  /** Rows that come between two requests. */
  readonly growth: number;
  /** Which request of a later page fails, and how. */
  readonly glitch: { readonly ordinal: number; readonly reason: FailureReason } | null;
  /** Larger offsets are refused. */
  readonly offsetMax: number;
};

/** Row 0 is the oldest. */
function listOf(provider: Provider): { page: Page; asked: () => number } {
  const { size, total, behind, growth, glitch, offsetMax } = provider;
  let [count, asked, later] = [provider.count, 0, 0];
  const stampOf = (n: number) => {
    if (provider.stamps === 'of one day') return epochMs(NOW);
    const at = NOW - (provider.count - n) * SECOND_MS * 60;
    return epochMs(provider.stamps === 'days' ? at - (at % DAY_MS) : at);
  };
  const page = async (offset: number) => {
    if (asked > 0 && count > 0) count += growth;
    asked += 1;
    later += offset > 0 ? 1 : 0;
    const glitched = offset > 0 && glitch?.ordinal === later ? glitch.reason : null;
    const refused = offset > offsetMax ? 'refused' : null;
    const beyond =
      offset >= count && offset > 0 && behind !== 'nothing' && behind !== 'the last page' ? behind : null;
    const reason = glitched ?? refused ?? beyond;
    if (reason !== null) return { kind: 'failed', failure: { reason } };
    const start =
      offset >= count && behind === 'the last page' ? Math.floor((count - 1) / size) * size : offset;
    const rows = Array.from({ length: Math.max(0, Math.min(size, count - start)) }, (_, index) => {
      const n = provider.isOldestFirst ? start + index : count - 1 - start - index;
      return { id: `row-${n}`, createdAt: stampOf(n) };
    });
    const told = { right: count, 'of the page': rows.length, 'of credits too': count + 77 };
    return { kind: 'ok', value: { rows, total: total === null ? null : told[total] } };
  };
  // Only what `newestDebits` reads of an answer.
  return { page: page as unknown as Page, asked: () => asked };
}

const CALM: Provider = {
  count: 1_000,
  isOldestFirst: true,
  size: 200,
  total: null,
  stamps: 'exact',
  behind: 'nothing',
  growth: 0,
  glitch: null,
  offsetMax: 1e9,
};

const reasons = fc.constantFrom<FailureReason[]>('refused', 'not_found');
const providers: fc.Arbitrary<Provider> = fc.record({
  count: fc.oneof(fc.nat(900), fc.constantFrom(1, 2, 100, 199, 200, 201, 400, 600, 1_000)),
  isOldestFirst: fc.boolean(),
  size: fc.constantFrom(200, 200, 100, 50, 25, 15),
  total: fc.constantFrom('right', 'of the page', 'of credits too', null),
  stamps: fc.constantFrom('exact', 'exact', 'days'),
  behind: fc.oneof(fc.constantFrom('nothing' as const), reasons),
  growth: fc.constantFrom(0, 0, 1, 3),
  glitch: fc.option(
    fc.record({
      ordinal: fc.integer({ min: 1, max: 9 }),
      reason: fc.oneof(reasons, fc.constant('server_error' as const)),
    }),
  ),
  offsetMax: fc.oneof(
    { weight: 4, arbitrary: fc.constant(1e9) },
    { weight: 1, arbitrary: fc.constantFrom(200, 500) },
  ),
});

test('the newest rows are among those that are read, or it is said that they could not be read', async () => {
  await fc.assert(
    fc.asyncProperty(providers, async (provider) => {
      const rows = await newestDebits(listOf(provider).page, 0);
      expect(rows).not.toBe('refused');
      if (rows === null || rows === 'refused') return;
      const ids = new Set(rows.map(({ id }) => id));
      for (let n = Math.max(0, provider.count - provider.size); n < provider.count; n += 1)
        expect(ids).toContain(`row-${n}`);
    }),
    { numRuns: 2_000 },
  );
});

test('they are read wherever nothing goes wrong, whatever is answered behind the end', async () => {
  const { growth, glitch, offsetMax } = CALM;
  await fc.assert(
    fc.asyncProperty(providers, async (some) => {
      const count = Math.min(some.count, 24 * some.size); // no more pages are read
      const list = listOf({ ...some, growth, glitch, offsetMax, count });
      const rows = await newestDebits(list.page, 0);
      if (rows === null || rows === 'refused') throw new Error('they could not be read');
      expect(new Set(rows.map(({ id }) => id)).size).toBe(count);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['which answers with its last page', 1_050, { behind: 'the last page' }],
  ['of one page, with which it answers', 20, { behind: 'the last page', size: 20 }],
  [
    'of one page, newest first, with which it answers',
    200,
    { behind: 'the last page', isOldestFirst: false },
  ],
  ['of one page and one day, with which it answers', 200, { behind: 'the last page', stamps: 'of one day' }],
  ['of many thousands', 123_456, {}],
  ['that is busy', 12_345, { growth: 2 }],
] as const)('the end of a list %s is found in few requests', async (_, count, wish) => {
  const list = listOf({ ...CALM, count, ...wish });
  const rows = await newestDebits(list.page, NOW - 100 * 60 * SECOND_MS);
  expect(rows === null || rows === 'refused' ? [] : rows.map(({ id }) => id)).toContain(`row-${count - 1}`);
  expect(list.asked()).toBeLessThan(30);
});

test('where nobody can say at which end the newest are, and both cannot be read, they were not', async () => {
  const list = listOf({ ...CALM, count: 6_000, stamps: 'of one day' });
  expect(await newestDebits(list.page, 0)).toBeNull();
});

test('a page before the end that has no rows was not read', async () => {
  const list = listOf({ ...CALM, total: 'right' });
  const none = {
    kind: 'ok',
    value: { rows: [], total: 1_000, totals: null },
    requestId: null,
    replay: false,
  } as const;
  const page: Page = (offset) => (offset === 800 ? Promise.resolve(none) : list.page(offset));
  expect(await newestDebits(page, NOW - 100 * 60 * SECOND_MS)).toBeNull();
});
