import { assert } from '../domain/assert.ts';
import { RETENTION_DEFAULT_MS } from '../domain/balance-history.ts';
import { type GroupName, parseName } from '../domain/ids.ts';
import type { CapsSpec, FleetSpec } from '../domain/spec.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { checkCaps } from './check-caps.ts';
import type { ConfigSources } from './config-sources.ts';
import type { Loading } from './loading.ts';
import { openMapping, parseSpot } from './parse-spot.ts';
import { readDuration } from './read-duration.ts';
import { resolveAccounts } from './resolve-accounts.ts';
import { resolveAlerts } from './resolve-alerts.ts';
import { NO_CAPS, resolveCaps } from './resolve-caps.ts';
import { resolveDefaults } from './resolve-defaults.ts';
import { type Groups, resolveGroups } from './resolve-groups.ts';
import { resolvePolicies } from './resolve-policies.ts';
import { resolveProvider } from './resolve-provider.ts';
import { resolveServer, resolveStore } from './resolve-server.ts';
import { configSchema } from './schema.ts';
import { type Spot, spotAt } from './spot.ts';

const QUARANTINE_DEFAULT_MS = 90 * MINUTE_MS;
const QUARANTINE_MAX_MS = 7 * DAY_MS;
const RETENTION_MAX_MS = 400 * DAY_MS;

export type ResolvedFleet = { readonly spec: FleetSpec; readonly accountSpots: ReadonlyMap<string, Spot> };

/** The tree of the config, section by section, to the spec; `null` after reporting everything that is wrong. */
export function resolveFleet(root: Spot, sources: ConfigSources, loading: Loading): ResolvedFleet | null {
  const { problems, folder } = loading;
  if (!openMapping(configSchema, root, problems)) return null;
  parseSpot(configSchema.shape.version, spotAt(root, 'version'), problems);
  const mode = parseSpot(configSchema.shape.mode, spotAt(root, 'mode'), problems);
  const provider = resolveProvider(spotAt(root, 'provider'), problems);
  // A provider with faults of its own is no reason to ask for credentials.
  const isSandbox = provider === null || provider.kind === 'sandbox';
  const server = resolveServer(spotAt(root, 'server'), loading);
  const store = resolveStore(spotAt(root, 'store'), folder, problems);
  const quarantineMs = resolveQuarantine(spotAt(root, 'quarantine'), isSandbox, loading);
  const history = resolveHistory(spotAt(root, 'history'), loading);
  const caps = resolveCaps(spotAt(root, 'caps'), problems) ?? NO_CAPS;
  const groups = resolveGroups(spotAt(root, 'groups'), problems);
  const policies = resolvePolicies(spotAt(root, 'policies'), loading);
  const defaults = resolveDefaults(spotAt(root, 'defaults'), policies, problems);
  const context = { policies, groups, isSandbox, ...defaults };
  const { accounts, spots } = resolveAccounts(spotAt(root, 'accounts'), context, { sources, loading });
  const alerts = resolveAlerts(spotAt(root, 'alerts'), new Set(groups.keys()), loading);
  const fleet = { spot: spotAt(root, 'caps'), caps };
  checkCaps({ mode: mode ?? 'enforce', policies, groups, fleet, accounts: accounts.values() }, problems);
  if (problems.hasErrors) return null;
  assert(mode !== null && provider !== null && server !== null && store !== null, 'a fault was not reported');
  assert(quarantineMs !== null && history !== null && alerts !== null, 'a fault was not reported');
  assert(accounts.size === spots.size, 'an account was dropped in silence');
  const spec = {
    revision: sources.revision(),
    mode,
    provider,
    server,
    store,
    quarantineMs,
    history,
    caps,
    groups: groupCaps(groups),
    accounts,
    alerts,
  };
  return { spec, accountSpots: spots };
}

/** In the sandbox no journal of real charges can have been lost, so nothing has to be waited for. */
function resolveQuarantine(spot: Spot, isSandbox: boolean, { problems }: Loading): number | null {
  if (spot.node === null) return isSandbox ? 0 : QUARANTINE_DEFAULT_MS;
  const text = parseSpot(configSchema.shape.quarantine.unwrap(), spot, problems);
  return text === null ? null : readDuration(text, { spot, minMs: 0, maxMs: QUARANTINE_MAX_MS }, problems);
}

function resolveHistory(spot: Spot, { problems }: Loading): FleetSpec['history'] | null {
  if (spot.node === null) return { retentionMs: RETENTION_DEFAULT_MS };
  const parsed = parseSpot(configSchema.shape.history.unwrap(), spot, problems);
  if (parsed === null) return null;
  const retention = { spot: spotAt(spot, 'retention'), minMs: HOUR_MS, maxMs: RETENTION_MAX_MS };
  const retentionMs = readDuration(parsed.retention, retention, problems);
  return retentionMs === null ? null : { retentionMs };
}

function groupCaps(groups: Groups): FleetSpec['groups'] {
  const caps = new Map<GroupName, CapsSpec>();
  for (const [text, group] of groups) {
    const name = parseName<GroupName>(text);
    if (name !== null) caps.set(name, group.caps);
  }
  return caps;
}
