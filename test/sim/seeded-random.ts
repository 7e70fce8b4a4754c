import type { Random } from '../../src/domain/ports.ts';
import { drawn } from './keyed-random.ts';

/** The chance of one process, the same in every run of its seed. */
export function seededRandom(seed: number, boot: string): Random {
  let count = 0;
  const next = (): number => {
    count += 1;
    return drawn(seed, boot, count);
  };
  const byte = (): string =>
    Math.floor(next() * 256)
      .toString(16)
      .padStart(2, '0');
  return { uniform: next, hex: (length) => Array.from({ length }, byte).join('') };
}
