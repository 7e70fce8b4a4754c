import { describe, expect, test } from 'vitest';
import { receiversOf } from '../../src/alerts/routing.ts';
import type { OutboxMessage, Severity } from '../../src/domain/incident.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ReceiverSpec, RouteSpec } from '../../src/domain/spec.ts';
import { account, group, someMessage } from './some-message.ts';

const slack: ReceiverSpec = {
  kind: 'slack',
  webhookUrl: new Secret('https://hooks.example/services/x'),
  payLinks: false,
};
const receivers = new Map([
  ['ops', slack],
  ['money', slack],
  ['eu', slack],
]);
const route = (changes: Partial<RouteSpec>): RouteSpec => ({
  severities: [],
  groups: [],
  to: ['ops'],
  continues: false,
  ...changes,
});
const groups = new Map([
  [account('render-eu'), group('fleet-eu')],
  [account('render-us'), group('fleet-us')],
]);

function receiversFor(
  routes: readonly RouteSpec[],
  options: {
    severity?: Severity;
    name?: string | null;
    status?: OutboxMessage['status'];
    told?: readonly string[];
  } = {},
) {
  const { severity = 'critical', name = 'render-eu', status = 'firing', told = [] } = options;
  const message = someMessage('m', {
    status,
    fact: { severity, account: name === null ? null : account(name) },
  });
  const alerts = {
    receivers,
    routes,
    repeatMs: 0,
    groupWaitMs: 0,
    runbooks: 'docs/runbooks',
    heartbeat: null,
  };
  return receiversOf({ message, alerts, groupOf: (each) => groups.get(each) ?? null, told });
}

describe('routing', () => {
  const eu = route({ groups: [group('fleet-eu')], to: ['eu'] });
  const table: readonly [
    string,
    readonly RouteSpec[],
    Parameters<typeof receiversFor>[1],
    readonly string[],
  ][] = [
    ['no route sends nothing', [], {}, []],
    ['a route without conditions takes everything', [route({})], {}, ['ops']],
    ['the severity must be listed', [route({ severities: ['warning'] })], {}, []],
    ['one of several severities is enough', [route({ severities: ['warning', 'critical'] })], {}, ['ops']],
    ['the first match wins', [route({ to: ['money'] }), route({})], {}, ['money']],
    [
      'a route that continues lets the next one have it too',
      [route({ to: ['money'], continues: true }), route({})],
      {},
      ['money', 'ops'],
    ],
    [
      'a continuing route that does not match adds nothing',
      [route({ severities: ['info'], to: ['money'], continues: true }), route({})],
      {},
      ['ops'],
    ],
    [
      'nothing is sent twice to one receiver',
      [route({ continues: true }), route({ to: ['ops', 'ops', 'eu'] })],
      {},
      ['ops', 'eu'],
    ],
    ["an account's group decides", [eu, route({})], {}, ['eu']],
    ['another group passes by', [eu, route({})], { name: 'render-us' }, ['ops']],
    ['an account without a group passes by', [eu, route({})], { name: 'lonely' }, ['ops']],
    ['a fact about no account passes by routes of groups', [eu, route({})], { name: null }, ['ops']],
    ['a receiver that is not there is left out', [route({ to: ['nobody', 'ops'] })], {}, ['ops']],
  ];
  test.each(table)('%s', (_title, routes, options, expected) => {
    expect(receiversFor(routes, options)).toEqual(expected);
  });

  test.each(['acknowledged', 'resolved'] as const)(
    'what is %s is told to those who know of it, and to nobody else, whatever its severity is now',
    (status) => {
      const routes = [route({ severities: ['critical'], to: ['money'] }), route({ to: ['ops'] })];
      const options = { status, severity: 'warning', told: ['money'] } as const;
      expect(receiversFor(routes, options)).toEqual(['money']);
      expect(receiversFor(routes, { ...options, told: [] })).toEqual([]);
    },
  );

  test.each(['acknowledged', 'resolved'] as const)(
    'what is %s is told by the routes too where one of those who know of it is not there any more',
    (status) => {
      const routes = [route({ to: ['ops', 'money'] }), route({ to: ['eu'] })];
      expect(receiversFor(routes, { status, told: ['gone'] })).toEqual(['ops', 'money']);
      expect(receiversFor(routes, { status, told: ['gone', 'money'] })).toEqual(['money', 'ops']);
    },
  );
});
