import { expect, test } from 'vitest';
import { factLines } from '../../src/cli/fact-lines.ts';
import { plainText } from '../../src/cli/plain-text.ts';
import { rowTable } from '../../src/cli/row-table.ts';

test.each<[string, unknown, string]>([
  ['a record', { balance: 3.5, currency: 'USD' }, 'balance: 3.5\ncurrency: USD'],
  ['a record in a record', { wallet: { balance: 1 } }, 'wallet:\n  balance: 1'],
  ['a list of records', { cards: [{ id: 'a', last4: '1' }, { id: 'b' }] }, 'cards:\n  - id: a\n    last4: 1\n  - id: b'],
  ['a list of words', ['x', 'y'], '- x\n- y'],
  ['nothing', { name: null, city: '', charges: [], more: {} }, 'name: -\ncity: -\ncharges: none\nmore: none'],
  ['what would move the cursor', { name: 'a\u001b[2Jb\r\nc' }, 'name: a [2Jb c'],
])('%s reads as lines', (_what, facts, text) => {
  expect(factLines(facts)).toBe(text);
}); // biome-ignore format: a table

test('rows are a table of the wanted columns that they have, numbers to the right, long words cut', () => {
  const rows = [
    { id: 'in_1', amount: 5, note: null, lines: [1] },
    { id: 'in_2', amount: 50, note: 'n'.repeat(40) },
  ];
  const text = rowTable(rows, ['id', 'amount', 'note', 'lines', 'else'], { color: false });
  expect(text).toBe(`ID    AMOUNT  NOTE\nin_1       5  -\nin_2      50  ${'n'.repeat(31)}…`);
});

test('rows with none of the wanted columns are shown as they are', () => {
  expect(rowTable([{ created_on: 'today' }], ['id'], { color: false })).toBe('CREATED ON\ntoday');
});

test('the words of the provider stay on one line', () => {
  expect(plainText('a\u0007\nb\u202ec')).toBe('a b c');
});
