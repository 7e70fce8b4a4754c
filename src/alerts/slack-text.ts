/**
 * Text for Slack: its three control characters escaped (so that a plan named "<!channel>" wakes nobody) and cut with
 * an ellipsis to at most `lengthMax` UTF-16 units, never through an escape or a surrogate pair.
 */
export function slackText(text: string, lengthMax: number): string {
  let cut = '';
  let lengthWithEllipsis = 0;
  let whole = '';
  for (const character of text) {
    whole += ESCAPES[character] ?? character;
    if (whole.length <= lengthMax - 1) lengthWithEllipsis = whole.length;
    if (whole.length > lengthMax) {
      cut = whole.slice(0, lengthWithEllipsis);
      return `${cut.trimEnd()}…`;
    }
  }
  return whole;
}

/** The same on one line. */
export function slackLine(text: string, lengthMax: number): string {
  return slackText(text.replace(/\s+/g, ' ').trim(), lengthMax);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
