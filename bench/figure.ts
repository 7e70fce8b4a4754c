/** One line of the report. */
export type Figure = {
  readonly what: string;
  readonly figure: string;
  /** What it is measured against, in the same run. */
  readonly against: string;
  readonly ratio: number | null;
  readonly aim: string;
  /** `null` where there is nothing to aim at. */
  readonly isMet: boolean | null;
};

export function printFigures(figures: readonly Figure[]): void {
  const rows = figures.map(({ what, figure, against, ratio, aim, isMet }) => [
    what,
    figure,
    against,
    ratio === null ? '' : ratio.toFixed(2),
    aim,
    isMet === null ? '' : isMet ? 'yes' : 'NO',
  ]);
  const table = [['what', 'figure', 'against', 'ratio', 'aim', 'met'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  console.log(`\n${lines.map((line) => line.trimEnd()).join('\n')}\n`);
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
