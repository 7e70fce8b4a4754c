export const GENERATED = 'Generated from the code by `npm run docs`; a test holds it to the code.';

/** A text as the cell of a Markdown table. */
export function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}

/** The same in the letters of code, where nothing but the cell's end is special. */
export function codeInCell(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
