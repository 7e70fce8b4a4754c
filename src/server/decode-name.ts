/** A name that is no valid encoding is no account either. */
export function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // decodeURIComponent throws for nothing but a broken escape
  }
}
