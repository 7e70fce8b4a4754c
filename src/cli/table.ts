import { styleText } from 'node:util';
import { plainText } from './plain-text.ts';

type Align = 'left' | 'right';
export type Column = { readonly title: string; readonly align?: Align };

/** Columns padded to their widest cell, two spaces between; what a cell holds becomes one line of plain text. */
export function table(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  options: { color: boolean },
): string {
  const rows = cells.map((row) => row.map(plainText));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd();
  const title = line(columns.map((column) => column.title));
  return [options.color ? styleText('dim', title) : title, ...rows.map(line)].join('\n');
}

function pad(cell: string, width: number, align: Align): string {
  return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
}
