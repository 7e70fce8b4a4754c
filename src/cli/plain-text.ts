/** Words of the provider on their way to a terminal: one line, nothing that moves the cursor or hides. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
