import { MINUTE_MS } from '../domain/time.ts';
import type { Problems } from './config-problem.ts';
import { parseKeys } from './parse-spot.ts';
import type { Policies } from './resolve-policies.ts';
import { readPoll, readTimezone, type ScheduleDefaults } from './resolve-schedule.ts';
import { configSchema } from './schema.ts';
import { type Spot, spotAt } from './spot.ts';
import { reportUnknownName } from './unknown-name.ts';

export type Defaults = { readonly defaultPolicy: string | null; readonly schedule: ScheduleDefaults };

/** `defaults:`; what is at fault in it is reported here, once, and not at every account. */
export function resolveDefaults(spot: Spot, policies: Policies, problems: Problems): Defaults {
  if (spot.node === null) return { defaultPolicy: null, schedule: { pollMs: MINUTE_MS, timezone: 'UTC' } };
  const defaults = parseKeys(configSchema.shape.defaults.unwrap(), spot, problems);
  if (defaults === null) return { defaultPolicy: UNKNOWN_POLICY, schedule: { pollMs: null, timezone: null } };
  const isAbsent = spotAt(spot, 'policy').node === null;
  const name = defaults.policy ?? (isAbsent ? null : UNKNOWN_POLICY);
  if (defaults.policy !== undefined && !policies.has(defaults.policy)) {
    reportUnknownName(
      { what: 'policy', name: defaults.policy, known: [...policies.keys()], spot: spotAt(spot, 'policy') },
      problems,
    );
  }
  const pollMs = readPoll(defaults.poll, spotAt(spot, 'poll'), problems);
  const timezone = readTimezone(defaults.timezone, spotAt(spot, 'timezone'), problems);
  return { defaultPolicy: name, schedule: { pollMs, timezone } };
}

/** No policy has this name: accounts that name none resolve to nothing, and nothing more is said. */
const UNKNOWN_POLICY = '';
