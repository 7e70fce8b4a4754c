import { expect, test } from 'vitest';
import { HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import type { Wish } from './fleet-config.ts';
import { InterruptedWire } from './interrupted-wire.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const STEP_MS = 15 * SECOND_MS;

/** A keeper that has seen the first of two accounts and knows nothing of the other, and a reload for it. */
async function aScene(wire: InterruptedWire) {
  const client = await startClient({ accounts: calmAccounts(2) });
  const { parts, keeper } = await runOn(client, { transport: wire, accounts: { 'agent-0001': {} } });
  const reload = async (wish: Wish) => {
    parts.respec(wish);
    await keeper.respec();
  };
  const pass = (durationMs: number) => wire.pass(client.clock, durationMs, STEP_MS);
  await pass(10 * STEP_MS);
  return { client, parts, reload, pass };
}

test.each([
  ['between two passes', false],
  ['in the middle of a pass', true],
])(
  'credentials of another account under a known name, by a reload %s, charge nothing',
  async (_, isInPass) => {
    const wire = new InterruptedWire();
    const { client, reload, pass } = await aScene(wire);
    const swap = () => reload({ accounts: { 'agent-0001': { token: { env: 'TOKEN_AGENT_0002' } } } });
    await client.ask('/wallet/fund', {
      body: { amount: 400, payment_method_id: 'pm_agent_0002_visa' },
      key: 'a-person',
      token: client.sandbox.accounts[1]?.token ?? null,
    });
    await client.patch({ balance: 5 }, 'agent-0002');
    if (isInPass) wire.interruptAt('/wallet/transactions', swap);
    else await swap();
    await pass(1.5 * HOUR_MS); // with the hourly look
    expect(await charges(client)).toHaveLength(1); // the person's own
  },
);

/** A wallet that was charged once; the answer to its second charge is lost, and a reload comes behind a request to `at`. */
async function aSecondCharge(reloaded: Wish, at: string) {
  let funded = 0;
  const wire = new InterruptedWire((reply, { method }) => {
    funded += method === 'GET' ? 0 : 1;
    return method !== 'GET' && funded === 2 ? { kind: 'lost', reason: 'reset' } : reply;
  });
  const scene = await aScene(wire);
  const { client, reload, pass } = scene;
  await client.patch({ balance: 5 });
  await pass(HOUR_MS / 2);
  expect((await scene.parts.intents()).map(({ state }) => state)).toEqual(['settled']);
  await client.patch({ balance: 5 });
  wire.interruptAt(at, () => reload(reloaded));
  await pass(HOUR_MS);
  return scene;
}

test('an account that leaves the config while its charge is on the way has its doubt resolved', async () => {
  const { parts } = await aSecondCharge({ accounts: { 'agent-0002': {} } }, '/wallet/fund');
  expect((await parts.intents()).map(({ state }) => state)).toEqual(['settled', 'settled']);
});

test('mode observe in the middle of a pass charges nothing', async () => {
  const wish: Wish = { mode: 'observe', accounts: { 'agent-0001': {} } };
  const { client } = await aSecondCharge(wish, '/payment-methods');
  expect(await charges(client)).toHaveLength(1);
});

test('while nobody says whose ledger it is, no charge is ended by it', async () => {
  const client = await startClient();
  const lost = new WatchedWire(async () => ({ kind: 'lost', reason: 'socket' }));
  const before = await AKeeper.open(client, { transport: lost });
  await before.pass();
  await lower(client);
  await before.pass();
  before.close();
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (url.endsWith('/me') ? answer(500, {}) : await send()),
  );
  const accounts = { 'agent-0001': { token: { env: 'TOKEN_AGENT_0002' } } };
  const keeper = await AKeeper.open(client, { transport, accounts, folder: before.folder });
  const token = client.sandbox.accounts[1]?.token ?? null;
  const body = { amount: 50, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body, key: 'a-person', token });
  await keeper.live(HOUR_MS);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['in_doubt']);
});
