import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { purser } from '../cli/a-command.ts';

const FOLDER = 'docs/runbooks';
const pages = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(`${FOLDER}/${name}`, 'utf8'),
}));

/** Command lines in code: `purser resolve INTENT --charged`. */
function commandLines(text: string): readonly (readonly string[])[] {
  const code = text.matchAll(/`purser ([^`\n]+)`/g);
  return Array.from(code, ([, words]) =>
    String(words)
      .replace(/"[^"]*"/g, 'TEXT')
      .split(' '),
  );
}

test.each(pages)('$name begins with the first thing to do, and is short', ({ name, text }) => {
  const [first = '', second, title] = text.split('\n');
  expect(first).toMatch(/^\*\*.+\*\*$/);
  expect(second).toBe('');
  expect(title).toBe(`# ${name.replace('.md', '')}`);
  expect(text.split('\n').length).toBeLessThan(50);
  for (const part of ['Look', 'Likely causes', 'End it', 'Do not'])
    if (part !== 'End it' || name !== 'PurserNeedsHuman.md') expect(text).toContain(`\n## ${part}`);
});

test('the page over a doubtful charge begins with what must not be done', () => {
  expect(readFileSync(`${FOLDER}/PurserChargeOutcomeUnknown.md`, 'utf8')).toMatch(/^\*\*Do not re-charge/);
});

const lines = [...new Set(pages.flatMap(({ text }) => commandLines(text)).map((words) => words.join(' ')))];

test('the pages name commands', () => {
  expect(lines.length).toBeGreaterThan(20);
});

test.each(lines)('`purser %s` is a command with these flags', async (line) => {
  const words = line.split(' ');
  const path = words.filter((word) => /^[a-z][a-z-]*$/.test(word));
  const { code, stdout } = await purser([...path, '--help'], { cwd: '.' });
  expect(code).toBe(0);
  const usage = stdout.slice(0, stdout.indexOf('\n\n')).replaceAll(/\s+/g, ' ');
  expect(usage).toContain(`purser ${path.join(' ')} `);
  expect(usage).not.toContain('[command]');
  const flags = [...stdout.matchAll(/^ +(--[a-z-]+)/gm)].map(([, flag]) => flag);
  for (const flag of words.filter((word) => word.startsWith('--'))) expect(flags).toContain(flag);
});
