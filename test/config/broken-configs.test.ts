import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/config/format-problems.ts';
import { loadConfig } from '../../src/config/load-config.ts';

const folder = fileURLToPath(new URL('../broken-configs', import.meta.url));
const faults = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace(/\.yaml$/, ''));

/** PURSER_TEST_UNSET is not among them. */
const env = {
  PURSER_TEST_TOKEN: '12|canarycanarycanary0123456789',
  PURSER_TEST_SLACK_URL: 'https://hooks.slack.com/services/T0/B0/canary0123456789',
  PURSER_TEST_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
};

/** Literal secrets in the files, and the values of the variables. */
const SECRETS = [
  'canary',
  'hunter2',
  'sk_live',
  'abcdefghijkl0123',
  'user:secret',
  env.PURSER_TEST_WEBHOOK_SECRET,
];

describe('a broken config is answered with its places and how to mend it', () => {
  it('covers at least thirty faults', () => {
    expect(faults.length).toBeGreaterThanOrEqual(30);
  });

  it.each(faults)('%s', (fault) => {
    const loaded = loadConfig({ path: `${folder}/${fault}.yaml`, env });
    if (loaded.ok) throw new Error('the config was accepted');
    const text = `${formatProblems(loaded.problems, { color: false })}\n`.replaceAll(`${folder}/`, '');
    expect(text).toBe(readFileSync(`${folder}/${fault}.txt`, 'utf8'));
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });
});
