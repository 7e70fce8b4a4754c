/**
 * Finds any of many thousand texts in a line, in time that depends on the line alone. Each text is filed under its
 * last 4, 8 or 16 characters (its anchor: tokens begin alike, they end apart); a rolling hash over the line asks a
 * small table of bytes whether an anchor may end here, and only then looks.
 */
export class SecretIndex {
  readonly #bands = [new Band(16), new Band(8), new Band(4)] as const;

  /** Texts under four characters are not kept: they would black out everything. */
  add(text: string): void {
    this.#bandOf(text)?.add(text);
  }

  remove(text: string): void {
    this.#bandOf(text)?.remove(text);
  }

  /** Start and end of every occurrence, in no particular order; they may overlap. */
  find(line: string): readonly (readonly [number, number])[] {
    return this.#bands.flatMap((band) => band.find(line));
  }

  #bandOf(text: string): Band | undefined {
    return this.#bands.find((band) => text.length >= band.width);
  }
}

const HASH_BASE = 0x01000193;
const SLOTS_MIN = 1 << 14;
/** One slot in so many is taken at most. */
const SPARSENESS = 16;

class Band {
  readonly width: number;
  readonly #byAnchor = new Map<string, readonly string[]>();
  readonly #dropFactor: number;
  #slots = new Uint8Array(0);
  /** Slots that stay marked for anchors that are gone: a look in vain each. */
  #stale = 0;

  constructor(width: number) {
    this.width = width;
    let factor = 1;
    for (let step = 0; step < width; step += 1) factor = Math.imul(factor, HASH_BASE);
    this.#dropFactor = factor;
  }

  add(text: string): void {
    const anchor = text.slice(-this.width);
    const others = this.#byAnchor.get(anchor) ?? [];
    if (others.includes(text)) return;
    this.#byAnchor.set(anchor, [...others, text]);
    if (this.#byAnchor.size * SPARSENESS > this.#slots.length) this.#markAnew();
    else this.#mark(anchor);
  }

  remove(text: string): void {
    const anchor = text.slice(-this.width);
    const others = (this.#byAnchor.get(anchor) ?? []).filter((other) => other !== text);
    if (others.length > 0) this.#byAnchor.set(anchor, others);
    else if (this.#byAnchor.delete(anchor)) this.#stale += 1;
    if (this.#stale * SPARSENESS > this.#slots.length) this.#markAnew();
  }

  find(line: string): readonly (readonly [number, number])[] {
    if (this.#byAnchor.size === 0 || line.length < this.width) return [];
    const found: (readonly [number, number])[] = [];
    const mask = this.#slots.length - 1;
    let hash = 0;
    for (let at = 0; at < line.length; at += 1) {
      hash = Math.imul(hash, HASH_BASE) + line.charCodeAt(at);
      if (at >= this.width) hash -= Math.imul(this.#dropFactor, line.charCodeAt(at - this.width));
      hash |= 0;
      if (this.#slots[(hash ^ (hash >>> 15)) & mask] === 1) this.#confirm(line, at + 1, found);
    }
    return found;
  }

  #confirm(line: string, end: number, found: (readonly [number, number])[]): void {
    if (end < this.width) return;
    for (const text of this.#byAnchor.get(line.slice(end - this.width, end)) ?? []) {
      const start = end - text.length;
      if (start < 0 || !line.startsWith(text, start)) continue;
      // A text of four to seven characters may be part of a word; then it is that word.
      if (text.length >= 8 || isWordOfItsOwn(line, start, end)) found.push([start, end]);
    }
  }

  #markAnew(): void {
    let length = SLOTS_MIN;
    while (length < this.#byAnchor.size * SPARSENESS * 2) length *= 2;
    this.#slots = new Uint8Array(length);
    this.#stale = 0;
    for (const anchor of this.#byAnchor.keys()) this.#mark(anchor);
  }

  #mark(anchor: string): void {
    let hash = 0;
    for (let at = 0; at < anchor.length; at += 1)
      hash = (Math.imul(hash, HASH_BASE) + anchor.charCodeAt(at)) | 0;
    this.#slots[(hash ^ (hash >>> 15)) & (this.#slots.length - 1)] = 1;
  }
}

function isWordOfItsOwn(line: string, start: number, end: number): boolean {
  const isEscape = start >= 2 && line[start - 2] === '\\'; // "\nroot" in JSON: the n belongs to the backslash
  return (isEscape || !/\w/.test(line[start - 1] ?? ' ')) && !/\w/.test(line[end] ?? ' ');
}
