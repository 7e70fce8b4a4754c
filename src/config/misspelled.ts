import type { Spot } from './spot.ts';
import { suggest } from './suggest.ts';

/** True for an absent key with a misspelled one in its place: that one has been reported, the absence need not be. */
export function isMisspelled(spot: Spot): boolean {
  if (spot.node !== null || spot.parent?.node?.kind !== 'map') return false;
  const name = String(spot.path.at(-1));
  return spot.parent.node.entries.keys().some((other) => suggest(other, [name]) !== null);
}
