import { beforeAll, expect, test } from 'vitest';
import { RULES } from './rules.ts';
import { readSources, type Source } from './source.ts';

/** Fewer than these means that the walk is broken, and that every rule below would pass over nothing. */
const SRC_FILES_MIN = 180;
const TEST_FILES_MIN = 12;

let sources: readonly Source[] = [];

beforeAll(() => {
  sources = readSources(process.cwd(), ['src', 'test', 'bench', 'deploy']);
});

test('the walk sees the tree', () => {
  const count = (folder: string) => sources.filter(({ path }) => path.startsWith(folder)).length;
  expect(count('src/')).toBeGreaterThanOrEqual(SRC_FILES_MIN);
  expect(count('test/')).toBeGreaterThanOrEqual(TEST_FILES_MIN);
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(sources.length);
});

test.each(RULES)('$name', ({ faults }) => {
  expect(faults(sources)).toEqual([]);
});
