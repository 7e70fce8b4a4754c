import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';

test('a token for another provider is not sent to the one that the process was started on', async () => {
  const fleet = await AFleet.open({}, 1);
  const seen: string[] = [];
  const old = createServer((request, response) => {
    seen.push(request.headers.authorization ?? '');
    response.writeHead(401, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void old.close());
  const address = old.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const config = (base: string, file: string): void =>
    fleet.writeText(
      `version: 1\nmode: enforce\nquarantine: 0s\nserver: { listen: 127.0.0.1:0 }\nprovider: { base_url: ${base}, stripe_url: ${fleet.sandbox.stripeUrl} }\n` +
        `policies: { only: { wallet: { min_balance: 20, top_up: { amount: 50 } }, caps: { day: 500 } } }\n` +
        `defaults: { poll: 1s, policy: only }\naccounts: [{ name: agent-0001, token: { file: ${file} } }]\n`,
    );
  writeFileSync(join(fleet.folder, 'old.token'), 'token-of-the-old-one', { mode: 0o600 });
  writeFileSync(join(fleet.folder, 'new.token'), 'token-of-the-new-one', { mode: 0o600 });
  config(`http://127.0.0.1:${port}`, 'old.token');
  const daemon = new AProcess(['run'], fleet.surroundings);
  await daemon.until('its start', () => daemon.logged('purser.started').length === 1);
  await daemon.until('its first requests', () => seen.length >= 2);
  config(fleet.sandbox.baseUrl, 'new.token');
  await daemon.until(
    'the reload',
    () => daemon.logged('config.reloaded').length + daemon.logged('config.reload_failed').length >= 1,
  );
  expect(daemon.logged('config.reloaded')).toEqual([]);
  expect([...new Set(seen)]).toEqual(['Bearer token-of-the-old-one']);
}, 40_000);
