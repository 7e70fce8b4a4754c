import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { purser } from './a-command.ts';
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

test('the journal of the built-in sandbox is taken for no other provider, whose accounts would miss their quarantine', async () => {
  const fleet = await AFleet.open({}, 1);
  fleet.writeText(
    'version: 1\nmode: enforce\nprovider: sandbox\nstore: sqlite:./purser.db\nserver: { listen: 127.0.0.1:0 }\n' +
      'policies: { only: { wallet: { min_balance: 20, top_up: { amount: 50 } }, caps: { day: 500 } } }\n' +
      'defaults: { policy: only }\naccounts: [{ name: agent-0001 }]\n',
  );
  expect((await purser(['once'], fleet.surroundings)).code).toBe(0);
  fleet.write({});
  await fleet.patch({ balance: 5 });
  for (const command of ['once', 'plan', 'run']) {
    const { code, stderr } = await purser([command], fleet.surroundings);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /is the journal of accounts at the built-in sandbox, and the config names a provider outside of purser\.\nNothing was done\. Give this config a journal of its own, such as `store: sqlite:\.\/data\/NAME\.db`\./,
    );
  }
  expect(await fleet.requests()).toEqual([]);
});
