import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dashboard, ROWS, TOP_UPS } from '../../deploy/grafana/dashboard.ts';
import { readRules, runbooksUrl } from '../../deploy/prometheus/rules-file.ts';
import { metricsOf } from '../../deploy/prometheus/selectors.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { scratchFolder } from '../keeper/fleet-config.ts';

const TESTS = 'deploy/prometheus/tests';
const RUNBOOKS = 'docs/runbooks';
const rules = readRules();
const alerts = rules.map(({ alert }) => alert);

/** As operations people know them; the order is the file's. */
const ALERTS = `PurserDown PurserReconcileStalled PurserProviderUnreachable PurserChargeOutcomeUnknown
  PurserChargeDeclined PurserNeedsHuman PurserCapReached PurserWalletEmptySoon PurserWalletBelowMinimum
  PurserBalanceStale PurserApiErrors PurserNotificationsFailing PurserConfigReloadFailed PurserCardExpiring
  PurserTokenExpiring`.split(/\s+/);

/** Metrics that neither a rule nor a panel reads, each with the reason why it is there all the same. */
const UNUSED: ReadonlyMap<string, string> = new Map();

function promtool(args: readonly string[]): string {
  const ran = spawnSync('promtool', args, { encoding: 'utf8' });
  if (ran.error !== undefined) throw new Error('promtool is missing: apt-get install prometheus');
  return ran.status === 0 ? 'ok' : ran.stdout + ran.stderr;
}

const namesIn = (folder: string, end: string) =>
  readdirSync(folder).flatMap((name) => (name.endsWith(end) ? [name.slice(0, -end.length)] : []));

test('every alert is shipped', () => {
  expect(alerts).toEqual(ALERTS);
});

test('promtool takes the rules and the config of Prometheus', () => {
  expect(promtool(['check', 'rules', 'deploy/prometheus/purser.rules.yaml'])).toBe('ok');
  expect(promtool(['check', 'config', 'deploy/prometheus/prometheus.yml'])).toBe('ok');
});

test.each(alerts)('%s fires and keeps silent as its promtool test says', (alert) => {
  const file = `${TESTS}/${alert}.yaml`;
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^ {10}- exp_labels:/m);
  expect(text).toMatch(/^ {8}exp_alerts: \[\]$/m);
  expect(promtool(['test', 'rules', file])).toBe('ok');
});

test('no promtool test is of an alert that there is not', () => {
  expect(namesIn(TESTS, '.yaml').toSorted()).toEqual(alerts.toSorted());
});

test('every alert has a runbook, and every runbook an alert', () => {
  expect(namesIn(RUNBOOKS, '.md').toSorted()).toEqual(alerts.toSorted());
});

test('every alert links to its runbook, by the address that prometheus.yml names or by its path', () => {
  for (const { alert, annotations } of rules) {
    expect(annotations.runbook_url).toBe(
      `{{ with $externalLabels.purser_runbooks }}{{ . }}{{ else }}${RUNBOOKS}{{ end }}/${alert}.md`,
    );
    expect(existsSync(`${RUNBOOKS}/${alert}.md`)).toBe(true);
  }
});

test('every panel that links to a runbook links to one that there is', () => {
  const linked = ROWS.flatMap(({ panels }) => panels.flatMap(({ runbook }) => runbook ?? []));
  expect(linked.filter((alert) => !alerts.includes(alert))).toEqual([]);
  expect(alerts.filter((alert) => !linked.includes(alert))).toEqual([]);
});

test('every metric that a rule, a panel or an annotation reads is one of purser', async () => {
  const declared = await declaredMetrics();
  const read = metricsRead();
  expect(read.size).toBeGreaterThan(20);
  expect([...read].filter((name) => !declared.has(name) && name !== 'up')).toEqual([]);
});

test('every metric of purser is read by a rule or a panel, or says why not', async () => {
  const read = metricsRead();
  const declared = [...(await declaredMetrics())].filter((name) => name.startsWith('purser_'));
  expect(declared.filter((name) => !read.has(name))).toEqual([...UNUSED.keys()]);
});

test('the committed dashboard is what `npm run dashboards` writes', () => {
  const committed: unknown = JSON.parse(readFileSync('deploy/grafana/dashboards/purser.json', 'utf8'));
  expect(committed).toEqual(dashboard(runbooksUrl()));
});

test('every panel says what it shows, has a unit and a place of its own', () => {
  const cells = new Set<string>();
  for (const panel of ROWS.flatMap(({ panels }) => panels)) {
    expect(panel.description).toMatch(/\.$/);
    expect(panel.queries.length).toBeGreaterThan(0);
  }
  for (const { gridPos } of placed()) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(cells.has(`${x} ${y}`), `two panels at ${x} ${y}`).toBe(false);
        cells.add(`${x} ${y}`);
      }
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  }
});

type Place = {
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
};

function placed(): readonly Place[] {
  return dashboard(runbooksUrl()).panels as readonly Place[]; // every panel of Grafana has a gridPos
}

function metricsRead(): ReadonlySet<string> {
  const panels = ROWS.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries));
  const exprs = [...rules, ...panels].map(({ expr }) => expr);
  return new Set([...exprs, TOP_UPS].flatMap(metricsOf));
}

async function declaredMetrics(): Promise<ReadonlySet<string>> {
  const metrics = createMetrics({ version: '0', revision: 'test', processMetrics: true });
  const types = (await metrics.text()).matchAll(/^# TYPE (\S+) /gm);
  return new Set(Array.from(types, ([, name]) => String(name)));
}

test.each([
  ['15s', '0x4 1x12'],
  ['1m', '0x1 1x4'],
])('a top-up between two scrapes, %s apart, is marked', (interval, values) => {
  const expr = `count(${TOP_UPS.replaceAll('$account', '.*')})`;
  const series = 'purser_charges_total{account="render-eu", kind="fund", outcome="settled"}';
  const file = join(scratchFolder(), 'top-ups.yaml');
  const seen = ['70s', '130s', '190s', '250s'].map((at) => {
    const promql_expr_test = [{ expr, eval_time: at, exp_samples: [{ labels: '{}', value: 1 }] }];
    writeFileSync(
      file,
      JSON.stringify({ tests: [{ interval, input_series: [{ series, values }], promql_expr_test }] }),
    );
    return promtool(['test', 'rules', file]) === 'ok';
  });
  expect(seen).toContain(true);
});
