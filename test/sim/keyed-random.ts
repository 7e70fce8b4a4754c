/**
 * Chance by name: the same seed and the same words always give the same number, whatever was drawn before. So a fault
 * that is taken away by shrinking changes none of the others.
 */
export function drawn(seed: number, ...words: readonly (string | number)[]): number {
  let hash = (seed ^ 0x9e3779b9) | 0;
  for (const word of words) {
    const text = typeof word === 'number' ? String(word) : word;
    for (let index = 0; index < text.length; index += 1)
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}

/** A stream of numbers from one seed, for drawing plans. */
export class Dice {
  readonly #seed: number;
  readonly #name: string;
  #count = 0;

  constructor(seed: number, name: string) {
    this.#seed = seed;
    this.#name = name;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#count += 1;
    return drawn(this.#seed, this.#name, this.#count);
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Small and large values equally often by their order of magnitude. */
  scaled(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[Math.floor(this.next() * choices.length)];
    if (choice === undefined) throw new Error('nothing to pick from');
    return choice;
  }
}
