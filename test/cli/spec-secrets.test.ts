import { expect, test } from 'vitest';
import { specSecrets } from '../../src/cli/spec-secrets.ts';
import { configText, loadSpec } from '../config/memory-disk.ts';

test('every secret of every kind of receiver, and of the heartbeat, is known to the redactor', () => {
  const env = {
    HOOK: 'https://hooks.slack.com/services/T0/B0/canary',
    BOT: 'xoxb-canary',
    SIGN: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    KEY: 'canary00canary00canary00canary00',
    AM: 'canary-am',
    BEAT: 'https://hc.example.com/canary',
  };
  const receivers = [
    'hook: { slack: { webhook_url: { env: HOOK } } }',
    'bot: { slack: { bot_token: { env: BOT }, channel: C01 } }',
    'web: { webhook: { url: https://hooks.example.com, secret: { env: SIGN } } }',
    'pager: { pagerduty: { routing_key: { env: KEY } } }',
    'am: { alertmanager: { url: https://am.example.com, token: { env: AM } } }',
  ];
  const alerts = `{ receivers: { ${receivers.join(', ')} }, heartbeat: { url: { env: BEAT } } }`;
  const spec = loadSpec({ 'purser.yaml': configText({ alerts }) }, env);
  const known = specSecrets(spec).map((secret) => secret.reveal());
  expect(known).toEqual(expect.arrayContaining(Object.values(env)));
  expect(JSON.stringify([...spec.alerts.receivers])).not.toMatch(/canary|whsec/);
});
