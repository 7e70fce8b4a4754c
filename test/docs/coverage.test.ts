import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaKeys } from '../../docs/generate/schema-nodes.ts';
import { programOf } from '../../src/cli/program.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { ENDPOINTS, type Endpoint } from '../../src/contract/endpoints.ts';
import { anIo } from '../cli/an-io.ts';
import { commandLines } from '../cli/command-lines.ts';

/** A row of docs/coverage.md: what, the keys of the config, the commands, and the tests that show it. */
type Row = {
  readonly section: string;
  readonly what: string;
  readonly keys: readonly string[];
  readonly commands: readonly string[];
  readonly tests: readonly (readonly [file: string, title: string])[];
};

const rows = readRows(readFileSync('docs/coverage.md', 'utf8'));
const keys = new Set(schemaKeys(configJsonSchema()).map(({ path }) => path));
const { io } = anIo();
const commands = new Set(commandLines(await programOf([], io, () => undefined)).map(({ path }) => path));

const of = (section: string) => rows.filter((row) => row.section === section).map(({ what }) => what);

test('every endpoint of the contract is covered, in its order, and no other', () => {
  const all: readonly Endpoint[] = Object.values(ENDPOINTS);
  const named = all
    .filter(({ source }) => source === 'seed')
    .map(({ method, path }) => `\`${method} ${path}\``);
  expect(of('Endpoints')).toEqual(named);
  expect(named).toHaveLength(34);
});

test('the three payment paths, the two workflows and the six best practices are covered', () => {
  expect(of('Payment paths').map((what) => what.split(':')[0])).toEqual([
    'Headless',
    'Setup intent',
    'Human-assisted',
  ]);
  expect(of('Common workflows')).toHaveLength(2);
  expect(of('Best practices').map((what) => what.slice(0, 2))).toEqual(['1.', '2.', '3.', '4.', '5.', '6.']);
});

test.each(rows.map((row) => [row.what, row] as const))(
  '%s: its keys, commands and tests are there',
  (_what, row) => {
    expect(row.keys.filter((key) => !keys.has(key))).toEqual([]);
    expect(row.commands.length).toBeGreaterThan(0);
    expect(row.commands.filter((command) => !commands.has(command))).toEqual([]);
    expect(row.tests.length).toBeGreaterThan(0);
    expect(row.tests.filter(([file, title]) => !hasTest(file, title))).toEqual([]);
  },
);

/** A title as it is written in the file, placeholders and all. */
function hasTest(file: string, title: string): boolean {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  return text.includes(`'${title}'`) || text.includes(`"${title}"`);
}

function readRows(text: string): readonly Row[] {
  const words = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
  return text.split('\n## ').flatMap((part) => {
    const section = part.split('\n', 1)[0] ?? '';
    const lines = part.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| --'));
    return lines.slice(1).map((line): Row => {
      const [what = '', key = '', command = '', shown = ''] = line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim());
      const tests = [...shown.matchAll(/`([^`]+)`: "([^"]+)"/g)];
      return {
        section,
        what,
        keys: words(key),
        commands: words(command),
        tests: tests.map(([, file, title]) => [file ?? '', title ?? ''] as const),
      };
    });
  });
}
