/** One config file as it was read: what places and excerpts are made from. */
export type SourceFile = {
  /** The name that problems show: the path as the operator gave it, or relative to that. */
  readonly name: string;
  /** Position among the files of one load; problems are sorted by it. */
  readonly order: number;
  readonly text: string;
  /** Offset at which each line starts; the first is 0. */
  readonly lineStarts: readonly number[];
};

/** A stretch of a file, as offsets into its text; `end` is exclusive. */
export type Span = { readonly source: SourceFile; readonly start: number; readonly end: number };

/** Lines and columns count from 1, columns in UTF-16 code units. */
export type Place = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Exclusive, on the same line, and always above `column`. */
  readonly endColumn: number;
};

export function sourceFile(options: { name: string; order: number; text: string }): SourceFile {
  const lineStarts = [0];
  for (let at = options.text.indexOf('\n'); at !== -1; at = options.text.indexOf('\n', at + 1)) {
    lineStarts.push(at + 1);
  }
  return { ...options, lineStarts };
}

/** Where a span begins; a span of several lines is cut at the end of its first. */
export function placeOf(span: Span): Place {
  const index = lineIndex(span.source.lineStarts, span.start);
  const lineStart = span.source.lineStarts[index] ?? 0;
  const lineEnd = lineStart + lineText(span.source, index + 1).length;
  const column = span.start - lineStart + 1;
  const end = Math.min(span.end, lineEnd) - lineStart + 1;
  return { file: span.source.name, line: index + 1, column, endColumn: Math.max(end, column + 1) };
}

/** A line without its line break; '' beyond the last. */
export function lineText(source: SourceFile, line: number): string {
  const start = source.lineStarts[line - 1];
  if (start === undefined) return '';
  const next = source.lineStarts[line];
  const text = source.text.slice(start, next === undefined ? undefined : next - 1);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** Index of the last line that starts at or before `offset`. */
function lineIndex(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
