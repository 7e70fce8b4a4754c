import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readRules } from '../../deploy/prometheus/rules-file.ts';

const CONFIG = 'deploy/alertmanager/alertmanager.yml';

const matcherSchema = z.string().transform((text, context) => {
  const [, label, operator, value] = /^(\w+)(=~|=)"(.*)"$/.exec(text) ?? [];
  if (label === undefined || value === undefined) {
    context.addIssue({ code: 'custom', message: `not a matcher: ${text}` });
    return z.NEVER;
  }
  if (operator === '=' && !/^\w+$/.test(value)) throw new Error(`not a plain value: ${text}`);
  return { label, pattern: new RegExp(`^(?:${value})$`) };
});
const configSchema = z.looseObject({
  inhibit_rules: z.array(
    z.object({
      source_matchers: z.array(matcherSchema),
      target_matchers: z.array(matcherSchema),
      equal: z.array(z.string()),
    }),
  ),
});
const { inhibit_rules: inhibitions } = configSchema.parse(parse(readFileSync(CONFIG, 'utf8')));

/** Alerts that are held back while `source` fires. */
function heldBackBy(source: string): readonly string[] {
  const rules = inhibitions.filter(({ source_matchers: [matcher] }) => matcher?.pattern.test(source));
  const targets = rules.flatMap(({ target_matchers: matchers }) => matchers);
  return readRules()
    .map(({ alert }) => alert)
    .filter((alert) => targets.some(({ pattern }) => pattern.test(alert)));
}

test('amtool takes the config', () => {
  const ran = spawnSync('amtool', ['check-config', CONFIG], { encoding: 'utf8' });
  if (ran.error !== undefined) throw new Error('amtool is missing: apt-get install prometheus-alertmanager');
  expect(ran.stdout).toContain('SUCCESS');
  expect(ran.status).toBe(0);
});

test.each([
  ['critical', 'pager'],
  ['warning', 'team'],
])('a %s alert goes to %s', (severity, receiver) => {
  const args = ['config', 'routes', 'test', `--config.file=${CONFIG}`, `severity=${severity}`];
  expect(spawnSync('amtool', args, { encoding: 'utf8' }).stdout.trim()).toBe(receiver);
});

test('while the provider is unreachable, what follows from it is held back, and doubt about money is not', () => {
  expect(heldBackBy('PurserProviderUnreachable')).toEqual([
    'PurserReconcileStalled',
    'PurserWalletEmptySoon',
    'PurserWalletBelowMinimum',
    'PurserBalanceStale',
    'PurserApiErrors',
    'PurserTokenExpiring',
  ]);
});

test('a wallet that is empty soon is told once', () => {
  expect(heldBackBy('PurserWalletEmptySoon')).toEqual(['PurserWalletBelowMinimum']);
  const rule = inhibitions.find(({ source_matchers: [matcher] }) =>
    matcher?.pattern.test('PurserWalletEmptySoon'),
  );
  expect(rule?.equal).toContain('account');
});

test('every alert that the inhibitions name is shipped', () => {
  const names = readFileSync(CONFIG, 'utf8').matchAll(/alertname="(\w+)"/g);
  const shipped = readRules().map(({ alert }) => alert);
  for (const [, name] of names) expect(shipped).toContain(name);
  expect(heldBackBy('PurserDown')).toEqual([]);
});

test('secrets come from files', () => {
  const text = readFileSync(CONFIG, 'utf8');
  expect(text).not.toMatch(/^\s*(?:credentials|password|bearer_token|api_url|api_key):/m);
  expect(text).toContain('credentials_file: /run/secrets/alertmanager_webhook_token');
});
