import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import type { TempHome } from '../../test/chaos/temp-home.ts';
import { freePort, ServerProcess } from './server-process.ts';

const CONFIG = fileURLToPath(new URL('../prometheus/prometheus.yml', import.meta.url));
const RULES = fileURLToPath(new URL('../prometheus/purser.rules.yaml', import.meta.url));
const RUNBOOKS = fileURLToPath(new URL('../../docs/runbooks', import.meta.url));

const configSchema = z.looseObject({
  global: z.looseObject({ external_labels: z.record(z.string(), z.string()) }),
  alerting: z.looseObject({}),
  scrape_configs: z.tuple([z.looseObject({ job_name: z.string() })]),
});
const seriesSchema = z.object({
  data: z.object({
    result: z.array(z.looseObject({ metric: z.record(z.string(), z.string()) })),
  }),
});
const rulesSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            state: z.string(),
            health: z.string(),
            lastError: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
});

/** The shipped config with other addresses and a shorter step; the rules as they are unless others are given. */
export async function startPrometheus(
  home: TempHome,
  options: {
    readonly purserUrl: string;
    readonly everySeconds: number;
    readonly alertmanagerUrl?: string;
    readonly rules?: string;
  },
): Promise<ServerProcess> {
  const { purserUrl, everySeconds, alertmanagerUrl, rules = RULES } = options;
  const shipped = configSchema.parse(parse(readFileSync(CONFIG, 'utf8')));
  const port = await freePort();
  const every = `${everySeconds}s`;
  const [job] = shipped.scrape_configs;
  const targets = (url: string) => [{ targets: [new URL(url).host] }];
  const config = {
    ...shipped,
    global: {
      ...shipped.global,
      scrape_interval: every,
      evaluation_interval: every,
      scrape_timeout: every,
      external_labels: {
        ...shipped.global.external_labels,
        purser_runbooks: `http://127.0.0.1:${port}/consoles`,
      },
    },
    rule_files: [rules],
    alerting: {
      ...shipped.alerting,
      alertmanagers: alertmanagerUrl === undefined ? [] : [{ static_configs: targets(alertmanagerUrl) }],
    },
    scrape_configs: [{ ...job, static_configs: targets(purserUrl) }],
  };
  const path = home.file('prometheus.yml');
  writeFileSync(path, JSON.stringify(config, null, 2)); // JSON is YAML
  return await ServerProcess.start('prometheus', {
    port,
    logPath: home.file('prometheus.log'),
    args: [
      `--config.file=${path}`,
      `--storage.tsdb.path=${home.file('tsdb')}`,
      `--web.console.templates=${RUNBOOKS}`,
    ],
  });
}

/** How many series a query has now. */
export async function seriesNow(prometheus: ServerProcess, query: string): Promise<number> {
  const answer = await prometheus.get('/api/v1/query', { query });
  return seriesSchema.parse(answer).data.result.length;
}

/** How many series a query has at any step of the last seconds. */
export async function seriesOver(prometheus: ServerProcess, query: string, seconds: number): Promise<number> {
  const end = Date.now() / 1_000;
  const answer = await prometheus.get('/api/v1/query_range', {
    query,
    start: String(end - seconds),
    end: String(end),
    step: '5',
  });
  return seriesSchema.parse(answer).data.result.length;
}

export type RuleState = { readonly name: string; readonly state: string; readonly health: string };

export async function ruleStates(prometheus: ServerProcess): Promise<readonly RuleState[]> {
  const { groups } = rulesSchema.parse(await prometheus.get('/api/v1/rules')).data;
  return groups.flatMap(({ rules }) => rules);
}
