import { say } from './say.ts';

const SHOWN_MAX = 10;

/** What a script set out to show. Every claim is checked and printed; one that fails makes the exit code 1. */
export class Proof {
  #held = 0;
  #failed = 0;

  /** `counterexamples` are what speaks against the claim, in words; none means that it holds. */
  claim(sentence: string, counterexamples: readonly string[]): void {
    if (counterexamples.length === 0) {
      this.#held += 1;
      say(`holds   ${sentence}`);
      return;
    }
    this.#failed += 1;
    process.exitCode = 1;
    say(`FAILS   ${sentence}: ${counterexamples.length} against it`);
    for (const example of counterexamples.slice(0, SHOWN_MAX)) say(`          ${example}`);
    if (counterexamples.length > SHOWN_MAX) say(`          and ${counterexamples.length - SHOWN_MAX} more`);
  }

  /** A claim that is true or not; `otherwise` says what was seen. */
  check(sentence: string, isTrue: boolean, otherwise: string): void {
    this.claim(sentence, isTrue ? [] : [otherwise]);
  }

  get hasFailed(): boolean {
    return this.#failed > 0;
  }

  counts(): Readonly<Record<string, number>> {
    return { 'claims that hold': this.#held, 'claims that fail': this.#failed };
  }
}
