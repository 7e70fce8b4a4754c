/** A promise of our own code is broken. The process stops: the journal makes a crash safe, going on does not. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function assert(claim: boolean, sentence: string): asserts claim {
  if (!claim) throw new BrokenPromise(sentence);
}

/** Ends an exhaustive switch. */
export function unreachable(value: never): never {
  throw new BrokenPromise(`unreachable: ${JSON.stringify(value)}`);
}
