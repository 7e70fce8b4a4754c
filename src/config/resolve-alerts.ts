import type { GroupName } from '../domain/ids.ts';
import { parseName } from '../domain/ids.ts';
import type { AlertsSpec, ReceiverSpec, RouteSpec } from '../domain/spec.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { alertsSchema, RUNBOOKS_DEFAULT, routeSchema } from './alerts-schema.ts';
import type { Loading } from './loading.ts';
import { openMapping, parseKeys, parseSpot } from './parse-spot.ts';
import { readDuration } from './read-duration.ts';
import { resolveHeartbeat } from './resolve-heartbeat.ts';
import { resolveNamed } from './resolve-named.ts';
import { resolveReceiver } from './resolve-receiver.ts';
import { childSpots, type Spot, spotAt } from './spot.ts';
import { reportUnknownName } from './unknown-name.ts';

export const REPEAT_DEFAULT_MS = 4 * HOUR_MS;
const REPEAT_RANGE = { minMs: MINUTE_MS, maxMs: 7 * DAY_MS };
const GROUP_WAIT_RANGE = { minMs: 0, maxMs: 5 * MINUTE_MS };
const NO_ALERTS: AlertsSpec = {
  receivers: new Map(),
  routes: [],
  repeatMs: REPEAT_DEFAULT_MS,
  groupWaitMs: 30 * SECOND_MS,
  runbooks: RUNBOOKS_DEFAULT,
  heartbeat: null,
};

/** `alerts:`, or `null` after reporting. Without routes everything goes to every receiver. */
export function resolveAlerts(spot: Spot, groups: ReadonlySet<string>, loading: Loading): AlertsSpec | null {
  if (spot.node === null) return NO_ALERTS;
  if (!openMapping(alertsSchema, spot, loading.problems)) return null;
  const repeatMs = resolveSpan('repeat', spot, loading);
  const groupWaitMs = resolveSpan('group_wait', spot, loading);
  const known = receiverSpots(spotAt(spot, 'receivers'), loading);
  const receivers = new Map<string, ReceiverSpec>();
  for (const [name, here] of known) {
    const receiver = resolveReceiver(here, loading);
    if (receiver !== null) receivers.set(name, receiver);
  }
  const routes = resolveRoutes(
    spotAt(spot, 'routes'),
    { receivers: [...known.keys()], groups: [...groups] },
    loading,
  );
  const runbooks = resolveRunbooks(spotAt(spot, 'runbooks'), loading);
  const beat = spotAt(spot, 'heartbeat');
  const heartbeat = beat.node === null ? null : resolveHeartbeat(beat, loading);
  return repeatMs === null || groupWaitMs === null || routes === null || runbooks === null
    ? null
    : { receivers, routes, repeatMs, groupWaitMs, runbooks, heartbeat };
}

function resolveRunbooks(spot: Spot, { problems }: Loading): string | null {
  return spot.node === null ? RUNBOOKS_DEFAULT : parseSpot(alertsSchema.shape.runbooks, spot, problems);
}

function resolveSpan(name: 'repeat' | 'group_wait', above: Spot, { problems }: Loading): number | null {
  const spot = spotAt(above, name);
  const isRepeat = name === 'repeat';
  if (spot.node === null) return isRepeat ? NO_ALERTS.repeatMs : NO_ALERTS.groupWaitMs;
  const text = parseSpot(alertsSchema.shape[name], spot, problems);
  const range = isRepeat ? REPEAT_RANGE : GROUP_WAIT_RANGE;
  return text === null ? null : readDuration(text, { spot, ...range }, problems);
}

function receiverSpots(spot: Spot, { problems }: Loading): Map<string, Spot> {
  return spot.node === null ? new Map() : resolveNamed(alertsSchema.shape.receivers, spot, problems);
}

type Known = { readonly receivers: readonly string[]; readonly groups: readonly string[] };

function resolveRoutes(spot: Spot, known: Known, loading: Loading): RouteSpec[] | null {
  if (spot.node === null) {
    if (known.receivers.length === 0) return [];
    return [{ severities: [], groups: [], to: known.receivers, continues: false }];
  }
  if (spot.node.kind !== 'list') {
    parseSpot(alertsSchema.shape.routes, spot, loading.problems);
    return null;
  }
  const routes = childSpots(spot)
    .map((route) => resolveRoute(route, known, loading))
    .filter((route) => route !== null);
  const [receiver] = known.receivers;
  if (receiver !== undefined && !routes.some(takesAllCritical)) {
    const message = 'critical alerts of what is in no group, as of purser itself, reach nobody';
    loading.problems.warn(spot, message, `add a last route "{ to: [${receiver}] }"`);
  }
  return routes;
}

function takesAllCritical({ severities, groups }: RouteSpec): boolean {
  return groups.length === 0 && (severities.length === 0 || severities.includes('critical'));
}

function resolveRoute(spot: Spot, known: Known, { problems }: Loading): RouteSpec | null {
  const route = parseKeys(routeSchema, spot, problems);
  if (route === null) return null;
  const { to = [], groups: groupNames = [], severity = [] } = route;
  for (const [index, name] of to.entries()) {
    if (known.receivers.includes(name)) continue;
    reportUnknownName(
      { what: 'receiver', name, known: known.receivers, spot: spotAt(spot, 'to', index) },
      problems,
    );
  }
  for (const [index, name] of groupNames.entries()) {
    if (known.groups.includes(name)) continue;
    reportUnknownName(
      { what: 'group', name, known: known.groups, spot: spotAt(spot, 'groups', index) },
      problems,
    );
  }
  const groups = groupNames.map((name) => parseName<GroupName>(name)).filter((name) => name !== null);
  return { severities: severity, groups, to, continues: route.continue ?? false };
}
