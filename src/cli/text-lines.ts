import { plainText } from './plain-text.ts';

/** Narrower than this, what is broken begins at the margin again. */
const REST_MIN = 40;

/**
 * Lines of facts and reasons, which may be in the words of others: each stays one line of plain text, and on a terminal of
 * so many columns is broken where words end, the rest below where its sentence begins.
 */
export function textLines(lines: readonly string[], terminalColumns: number | null): string {
  return lines
    .map(plainText)
    .map((line) => {
      if (terminalColumns === null || line.length <= terminalColumns) return line;
      const [lead = ''] = /^ *(?:\S+ {2,})?/.exec(line) ?? [];
      const indent = terminalColumns - lead.length < REST_MIN ? 2 : lead.length;
      const [first = '', ...rest] = broken(line.slice(lead.length), terminalColumns - indent);
      return [lead + first, ...rest.map((one) => ' '.repeat(indent) + one)].join('\n');
    })
    .join('\n');
}

/** Lines of at most so many characters; a longer word has a line of its own. */
export function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const joined = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}
