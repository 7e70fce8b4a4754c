import { expect, onTestFinished, test } from 'vitest';
import { HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { stepUntil } from './clock-steps.ts';
import { requests } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test('a challenge that waits for its card holder since yesterday is asked about a few times an hour', async () => {
  const client = await startClient({ accounts: calmAccounts(1) });
  const before = await AKeeper.open(client, { poll: '1h' });
  await before.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'requires_action' }] });
  await lower(client);
  await before.pass();
  expect(await before.intents()).toMatchObject([{ state: 'action' }]);
  before.close();
  client.clock.advance(20 * HOUR_MS);
  const parts = await AKeeper.open(client, { poll: '1h', folder: before.folder, clock: client.clock });
  const keeper = new Keeper(parts.context, {
    cron: { start: () => () => undefined },
    onToken: () => undefined,
  });
  const finished = keeper.run();
  onTestFinished(async () => {
    parts.stop.abort();
    await finished;
  });
  const endAt = client.clock.now() + 2 * HOUR_MS;
  const asked = async () =>
    (await requests(client)).filter(({ path }) => /\/payments\/.*\/status$/.test(path)).length;
  const earlier = await asked();
  await stepUntil(client.clock, 20 * SECOND_MS, 'two hours went by', async () => {
    await asked();
    return client.clock.now() >= endAt;
  });
  const later = await asked();
  expect(later - earlier).toBeGreaterThan(0);
  expect(later - earlier).toBeLessThan(10);
});

test('one account with an odd card does not stop the keeper of the others', async () => {
  const client = await startClient({ accounts: calmAccounts(3) });
  const odd = client.sandbox.accounts[1]?.token ?? 'none';
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url, headers }) => {
      const reply = await send();
      const isOdd =
        url.endsWith('/billing/payment-methods') && headers['authorization']?.endsWith(odd) === true;
      if (!isOdd || reply.kind !== 'answered') return reply;
      return { ...reply, bodyText: reply.bodyText.replace(/"exp_year": ?\d+/g, '"exp_year":20301231') };
    },
  );
  const parts = await AKeeper.open(client, { clock: client.clock, transport });
  const keeper = new Keeper(parts.context, {
    cron: { start: () => () => undefined },
    onToken: () => undefined,
  });
  let hasEnded = false;
  const finished = keeper.run().finally(() => {
    hasEnded = true;
  });
  onTestFinished(async () => {
    parts.stop.abort();
    await finished;
  });
  const accounts = async () => new Set((await requests(client)).map(({ account }) => account)).size;
  await stepUntil(client.clock, SECOND_MS, 'all were seen', async () => (await accounts()) === 3);
  const before = (await requests(client)).length;
  await stepUntil(client.clock, SECOND_MS, 'they were seen again', async () => {
    return hasEnded || (await requests(client)).length > before + 10;
  });
  expect(hasEnded).toBe(false);
});
