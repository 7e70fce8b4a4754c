import { styleText } from 'node:util';
import { plainText } from './plain-text.ts';
import { broken } from './text-lines.ts';

type Align = 'left' | 'right';
export type Column = { readonly title: string; readonly align?: Align };

/** Narrower than this, the last column stands below its row. */
const LAST_COLUMN_MIN = 30;

/**
 * Columns padded to their widest cell, two spaces between; what a cell holds becomes one line of plain text. On a terminal
 * of so many columns the last one, of sentences, is broken where words end.
 */
export function table(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  options: { color: boolean; terminalColumns?: number | null },
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
  const titles = columns.map((column) => column.title);
  const width = options.terminalColumns ?? null;
  const last = columns.length - 1;
  const title = width !== null && line(titles).length > width ? line(titles.slice(0, last)) : line(titles);
  const indent = widths.slice(0, last).reduce((sum, one) => sum + one + 2, 0);
  const lines = rows.map((row) => {
    if (width === null || line(row).length <= width) return line(row);
    const [at, before] =
      width - indent >= LAST_COLUMN_MIN
        ? [indent, line(row.slice(0, last)).padEnd(indent)]
        : [4, `${line(row.slice(0, last))}\n${' '.repeat(4)}`];
    return before + broken(row[last] ?? '', width - at).join(`\n${' '.repeat(at)}`);
  });
  return [options.color ? styleText('dim', title) : title, ...lines].join('\n');
}

function pad(cell: string, width: number, align: Align): string {
  return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
}
