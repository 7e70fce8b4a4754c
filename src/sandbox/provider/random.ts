import type { World } from './world.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A generator whose whole state is one number, so that the world can keep it (mulberry32). */
export type Generator = { state: number };

export function uniform(generator: Generator): number {
  generator.state = (generator.state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(generator.state ^ (generator.state >>> 15), 1 | generator.state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

/** `length` letters and digits. */
export function word(generator: Generator, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1)
    text += ALPHABET[Math.floor(uniform(generator) * ALPHABET.length)];
  return text;
}

/** A new id in the processor's fashion: "pi_3kX…". */
export function newId(world: World, prefix: string, length = 24): string {
  const generator = { state: world.random.ids };
  const text = word(generator, length);
  world.random.ids = generator.state;
  return `${prefix}_${text}`;
}

/** True with the given probability; draws nothing where the answer is sure. */
export function happens(world: World, rate: number): boolean {
  if (rate <= 0) return false;
  if (rate >= 1) return true;
  return faultUniform(world) < rate;
}

export function faultUniform(world: World): number {
  const generator = { state: world.random.faults };
  const value = uniform(generator);
  world.random.faults = generator.state;
  return value;
}

/** Text to 106 bits in hexadecimal (cyrb53 twice): equality of bodies and of card numbers, without keeping either. */
export function fingerprintOf(text: string): string {
  return cyrb53(text, 0) + cyrb53(text, 0x9e3779b9);
}

/** The start of a generator: the same text always gives the same stream. */
export function seedState(text: string): number {
  return Number.parseInt(cyrb53(text, 7).slice(-8), 16) | 0;
}

function cyrb53(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)).toString(16).padStart(14, '0');
}
