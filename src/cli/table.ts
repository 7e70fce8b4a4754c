import { styleText } from 'node:util';

type Align = 'left' | 'right';
export type Column = { readonly title: string; readonly align?: Align };

/** Columns padded to their widest cell, two spaces between; cells hold one line of plain text. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { color: boolean },
): string {
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd();
  const title = line(columns.map((column) => column.title));
  return [options.color ? styleText('dim', title) : title, ...rows.map(line)].join('\n');
}

function pad(cell: string, width: number, align: Align): string {
  return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
}
