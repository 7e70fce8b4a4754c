import type { CapsSpec } from '../domain/spec.ts';
import type { Problems } from './config-problem.ts';
import { openMapping } from './parse-spot.ts';
import { NO_CAPS, resolveCaps } from './resolve-caps.ts';
import { resolveNamed } from './resolve-named.ts';
import { configSchema, groupSchema } from './schema.ts';
import { type Spot, spotAt } from './spot.ts';

/** Groups by name; caps with faults count as none here, since the load fails anyway. */
export type Groups = ReadonlyMap<string, { readonly spot: Spot; readonly caps: CapsSpec }>;

/** `groups:`. */
export function resolveGroups(spot: Spot, problems: Problems): Groups {
  const groups = new Map<string, { spot: Spot; caps: CapsSpec }>();
  if (spot.node === null) return groups;
  for (const [name, here] of resolveNamed(configSchema.shape.groups, spot, problems)) {
    const caps = openMapping(groupSchema, here, problems)
      ? resolveCaps(spotAt(here, 'caps'), problems)
      : null;
    groups.set(name, { spot: here, caps: caps ?? NO_CAPS });
  }
  return groups;
}
