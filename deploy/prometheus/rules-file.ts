import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const RULES = new URL('purser.rules.yaml', import.meta.url);
const CONFIG = new URL('prometheus.yml', import.meta.url);

const ruleSchema = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
const rulesSchema = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(ruleSchema) })) });
const configSchema = z.object({
  global: z.object({ external_labels: z.object({ purser_runbooks: z.url() }) }),
});

export type Rule = z.output<typeof ruleSchema>;

/** The alert rules that are shipped. */
export function readRules(): readonly Rule[] {
  const { groups } = rulesSchema.parse(parse(readFileSync(RULES, 'utf8')));
  return groups.flatMap(({ rules }) => rules);
}

/** Where people find the runbooks: said once, in prometheus.yml. */
export function runbooksUrl(): string {
  const { global } = configSchema.parse(parse(readFileSync(CONFIG, 'utf8')));
  return global.external_labels.purser_runbooks;
}
