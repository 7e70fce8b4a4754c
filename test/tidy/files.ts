import { posix } from 'node:path';
import type { Source } from './source.ts';

const LINES_MAX = 400;
const NAMES_THAT_SAY_NOTHING: readonly string[] = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'types',
  'interfaces',
  'index',
];

/** Files that may be longer than the limit, each with the reason why it has to be. */
const LONG_FOR_A_REASON: ReadonlyMap<string, string> = new Map();

/** Folders of tests that mirror no folder of `src`, each with the reason. */
const TESTS_OF_THEIR_OWN: ReadonlyMap<string, string> = new Map([
  ['test/tidy', 'reads the whole tree'],
  ['test/docs', 'reads the documents'],
  ['test/scenarios', 'goes through the whole keeper, a file per payment path'],
  ['test/deploy', 'mirrors deploy/, which stands beside src'],
  ['test/sim', 'lives the whole daemon through, from seeds'],
]);

/** Files over the limit, and exceptions from it that are no longer needed. */
export function longFiles(
  sources: readonly Source[],
  exceptions: ReadonlyMap<string, string> = LONG_FOR_A_REASON,
): readonly string[] {
  const long = sources.filter(({ lineCount }) => lineCount > LINES_MAX);
  const stale = [...exceptions.keys()].filter((path) => !long.some((source) => source.path === path));
  return [
    ...long
      .filter(({ path }) => !exceptions.has(path))
      .map(({ path, lineCount }) => `${path} has ${lineCount} lines, the limit is ${LINES_MAX}`),
    ...stale.map((path) => `${path} is excepted from the size limit and does not need it`),
  ];
}

/** Files whose name does not say what is in them. */
export function emptyNames(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ path }) =>
      NAMES_THAT_SAY_NOTHING.includes(posix.basename(path).replace(/(\.test|\.d)?\.ts$/, '')),
    )
    .map(({ path }) => `${path} has a name that says nothing`);
}

/** Test files whose folder has no counterpart in `src`. */
export function strayTests(sources: readonly Source[]): readonly string[] {
  const folders = new Set(sources.map(({ path }) => posix.dirname(path)));
  return sources
    .filter(({ path }) => path.startsWith('test/') && path.endsWith('.test.ts'))
    .filter(({ path }) => {
      const folder = posix.dirname(path);
      return !TESTS_OF_THEIR_OWN.has(folder) && !folders.has(folder.replace(/^test/, 'src'));
    })
    .map(({ path }) => `${path} mirrors no folder of src`);
}
