import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { programOf } from '../../src/cli/program.ts';
import { anIo } from '../cli/an-io.ts';
import { commandLines } from '../cli/command-lines.ts';
import { load } from '../config/memory-disk.ts';

const PAGES = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
]
  .filter((path) => path.endsWith('.md') && !path.startsWith('docs/reference/'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, of]) => of === language)
    .map(([, , body]) => body ?? '');

const configs = PAGES.flatMap(({ path, text }) =>
  blocks(text, 'yaml')
    .filter((block) => block.startsWith('version: 1'))
    .map((block, index) => [`${path}, config ${index + 1}`, block] as const),
);

/** Every file and variable that a config names, so that it loads as on the machine of its reader. */
function readersMachine(config: string): Parameters<typeof load> {
  const accounts = blocks(readFileSync('docs/recipes.md', 'utf8'), 'yaml').find((block) =>
    block.startsWith('- {'),
  );
  const files: Record<string, string> = { 'purser.yaml': config };
  if (config.includes('accounts/*.yaml')) files['accounts/rendering.yaml'] = accounts ?? '';
  for (const [, path = ''] of Object.values(files)
    .join('\n')
    .matchAll(/file: (?:\.\.?\/)?([^ }]+)/g))
    files[path] = secretFor(path);
  const variables = [...config.matchAll(/env: (\w+)/g)].map(([, name = '']) => [name, secretFor(name)]);
  return [files, { env: Object.fromEntries(variables) }];
}

function secretFor(path: string): string {
  if (path.endsWith('.url')) return 'https://hooks.slack.com/services/T000/B000/a_secret';
  if (path.endsWith('.secret'))
    return `whsec_${Buffer.from('a secret of the reader, 32 bytes').toString('base64')}`;
  return `7|a_token_for_${path}`;
}

test.each(configs)('%s loads without a word', (_where, config) => {
  const loaded = load(...readersMachine(config));
  expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
});

const { io } = anIo();
const commands = new Map(
  commandLines(await programOf([], io, () => undefined)).map(({ path, command }) => [path, command]),
);

/** Calls of purser in code, as words: `purser wallet fund ACCOUNT 50`. */
const calls = PAGES.flatMap(({ path, text }) => {
  const lines = blocks(text, 'sh').flatMap((block) => block.split('\n'));
  const inline = [...text.matchAll(/`((?:npx )?purser [a-z][^`]*)`/g)].map(([, code = '']) => code);
  return [...lines, ...inline].flatMap((line) => {
    const [, call] = /^(?:npx purser |purser )([a-z][^#]*)/.exec(line.replaceAll('\n', ' ')) ?? [];
    return call === undefined ? [] : [[`${path}: ${call.trim()}`, call.trim().split(/\s+/)] as const];
  });
});

test.each(calls)('%s is a command, and its options are its own', (_where, words) => {
  const found = commandIn(words);
  const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/[|=].*/, ''));
  expect(found).not.toBeNull();
  const known = found?.options.map(({ long }) => long) ?? [];
  expect(flags.filter((flag) => !known.includes(flag) && flag !== '--help' && flag !== '--version')).toEqual(
    [],
  );
});

function commandIn(words: readonly string[]): Command | null {
  const names = words.map((word) => word.replace(/[,.;:)]+$/, ''));
  for (let length = 3; length > 0; length -= 1) {
    const found = commands.get(names.slice(0, length).join(' '));
    if (found !== undefined) return found;
  }
  return null;
}

test('the pages have examples of both kinds', () => {
  expect(configs.length).toBeGreaterThan(6);
  expect(calls.length).toBeGreaterThan(30);
});
