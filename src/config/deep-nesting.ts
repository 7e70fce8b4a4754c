/** Far beyond any config, and far below what would exhaust the parser's memory. */
const OPEN_MAX = 1_000;
const RUN = /(?:[-?:][ \t\r\n]+){1000}/;

/**
 * Where a text opens more brackets, or chains more "- " and ": ", than any config does; `null` mostly. The parser
 * takes gigabytes for megabytes of "[", so this is asked before it. Brackets in quotes and comments count, too.
 */
export function deepNesting(text: string): number | null {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BRACKET || code === BRACE) open += 1;
    else if ((code === BRACKET_END || code === BRACE_END) && open > 0) open -= 1;
    if (open > OPEN_MAX) return at;
  }
  return RUN.exec(text)?.index ?? null;
}

const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
