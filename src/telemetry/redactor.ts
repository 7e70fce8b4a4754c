import type { Secret } from '../domain/secret.ts';
import { maskCardNumbers } from './card-number.ts';
import { secretForms } from './secret-forms.ts';
import { SecretIndex } from './secret-index.ts';
import { maskPatterns } from './secret-pattern.ts';

const MASK = '[secret]';

/**
 * The last gate before any output (I10): logs, crash reports, command output. Whatever the code above did wrong,
 * registered values and things that look like secrets leave as "[secret]".
 */
export class Redactor {
  readonly #index = new SecretIndex();

  /** Registers a value in all its spellings. Again is nothing; under four characters is nothing. */
  add(secret: Secret): void {
    for (const form of secretForms(secret.reveal())) this.#index.add(form);
  }

  /** For tokens that were replaced: `RecentTokens`. */
  remove(secret: Secret): void {
    for (const form of secretForms(secret.reveal())) this.#index.remove(form);
  }

  clean(text: string): string {
    return maskCardNumbers(maskPatterns(this.#maskRegistered(text), MASK), MASK);
  }

  #maskRegistered(text: string): string {
    const found = this.#index.find(text);
    if (found.length === 0) return text;
    let cleaned = '';
    let done = 0;
    for (const [start, end] of found.toSorted(([left], [right]) => left - right)) {
      if (end <= done) continue;
      // Where two overlap, the first mask stands for both.
      if (start >= done) cleaned += text.slice(done, start) + MASK;
      done = end;
    }
    return cleaned + text.slice(done);
  }
}
