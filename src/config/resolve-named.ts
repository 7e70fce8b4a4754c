import type { z } from 'zod';
import type { Problems } from './config-problem.ts';
import { NAME_PATTERN, NAME_WANTED } from './leaf-schemas.ts';
import { openMapping } from './parse-spot.ts';
import { shownText } from './shown-text.ts';
import { childSpots, keySpot, type Spot } from './spot.ts';

/** Entries of a mapping of things by name (policies, groups, receivers); ill-named ones are reported and left out. */
export function resolveNamed(schema: z.ZodType, spot: Spot, problems: Problems): Map<string, Spot> {
  const named = new Map<string, Spot>();
  if (!openMapping(schema, spot, problems)) return named;
  for (const child of childSpots(spot)) {
    const name = String(child.path.at(-1));
    if (NAME_PATTERN.test(name)) named.set(name, child);
    else
      problems.error(
        keySpot(spot, name),
        `wanted ${NAME_WANTED}, found ${shownText(null, name)}`,
        'rename it',
      );
  }
  return named;
}
