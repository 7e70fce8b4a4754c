import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CAUGHT_BY } from './caught-by.ts';
import { MUTANTS } from './mutant-list.ts';

test.each(MUTANTS)(
  '$name: breaks text that stands in src just once, and a seed is known that sees it',
  ({ name, edits }) => {
    for (const { file, before, after } of edits) {
      expect(readFileSync(file, 'utf8').split(before)).toHaveLength(2);
      expect(after).not.toBe(before);
    }
    expect(CAUGHT_BY.has(name)).toBe(true);
  },
);

test('the command breaks a copy of the source, and says which seed saw it', () => {
  const args = ['test/sim/mutants.ts', '--only', 'a timeout releases', '--seeds', '20'];
  const told = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(told).toMatch(/^a timeout releases +caught by seed \d+: /);
});
