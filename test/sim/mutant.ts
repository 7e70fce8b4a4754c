/** One deliberate breakage: exact text of a file of `src`, and what stands there instead. */
export type Mutant = {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly before: string; readonly after: string }[];
};

export function one(name: string, file: string, before: string, after: string): Mutant {
  return { name, edits: [{ file, before, after }] };
}
