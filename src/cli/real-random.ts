import { createHash, randomBytes } from 'node:crypto';
import type { Random } from '../domain/ports.ts';

export const realRandom: Random = {
  uniform: () => Math.random(),
  hex: (count) => randomBytes(count).toString('hex'),
};

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
