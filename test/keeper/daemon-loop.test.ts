import { expect, onTestFinished, test } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';
import { serveText } from '../modelslab/local-server.ts';
import { calmAccounts, type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { badPosts } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { pdfAt } from './answering-wire.ts';
import { stepUntil } from './clock-steps.ts';
import { charges, faults, requests } from './sandbox-record.ts';

/** The whole keeper at work on a sandbox of `count` accounts. Stopped when the test ends. */
async function aRunningKeeper(count: number, opening: (client: SandboxClient) => Opening = () => ({})) {
  const client = await startClient({ accounts: calmAccounts(count) });
  const { parts, keeper, finished } = await runOn(client, opening(client));
  return { client, parts, keeper, finished };
}

async function seenBy(client: SandboxClient): Promise<readonly string[]> {
  return [...new Set((await requests(client)).map(({ account }) => account ?? 'nobody'))].sort();
}

/** The wire, on which requests of one token hang until the keeper stops; it counts what is in flight for each. */
class PartlySilentWire implements Transport {
  readonly #wire = new UndiciTransport();
  readonly #silentToken: string | null;
  readonly #inFlight = new Map<string, number>();
  mostInFlight = 0;

  constructor(silentToken: string | null) {
    this.#silentToken = silentToken;
  }

  async request(request: TransportRequest): Promise<TransportReply> {
    const bearer = request.headers['authorization'] ?? '';
    const count = (this.#inFlight.get(bearer) ?? 0) + 1;
    this.#inFlight.set(bearer, count);
    this.mostInFlight = Math.max(this.mostInFlight, count);
    try {
      const isSilent = this.#silentToken !== null && bearer.endsWith(this.#silentToken);
      return isSilent ? await silence(request.signal) : await this.#wire.request(request);
    } finally {
      this.#inFlight.set(bearer, count - 1);
    }
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}

function silence(signal: AbortSignal | undefined): Promise<TransportReply> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve({ kind: 'lost', reason: 'aborted' }));
  });
}

test('every account is looked at within the first seconds, and again every poll', async () => {
  const { client } = await aRunningKeeper(20);
  await stepUntil(client.clock, 500, 'all 20 were seen', async () => (await seenBy(client)).length === 20);
  const before = (await requests(client)).length;
  await stepUntil(client.clock, SECOND_MS, 'they were seen again', async () => {
    return (await requests(client)).length >= before + 20;
  });
});

test('an account whose requests are never answered delays no other', async () => {
  let wire = new PartlySilentWire(null);
  const { client } = await aRunningKeeper(3, ({ sandbox }) => {
    wire = new PartlySilentWire(sandbox.accounts[0]?.token ?? null);
    return { transport: wire, poll: '10s' };
  });
  await client.patch({ balance: 5 }, 'agent-0002');
  await client.patch({ balance: 5 }, 'agent-0003');
  await stepUntil(
    client.clock,
    500,
    'both others were funded',
    async () => (await charges(client)).length === 2,
  );
  expect(await seenBy(client)).toEqual(['agent-0002', 'agent-0003']);
});

test('one account is never worked on twice at once, however often it is hurried', async () => {
  const wire = new PartlySilentWire(null);
  const { client, keeper, parts } = await aRunningKeeper(1, () => ({ transport: wire, poll: '5s' }));
  await faults(client, { latency_ms: 300 });
  const { name } = parts.account('agent-0001');
  let hurried = 0;
  await stepUntil(client.clock, 100, 'it was hurried 200 times', () => {
    keeper.hurry(name);
    hurried += 1;
    return hurried > 200;
  });
  expect(wire.mostInFlight).toBe(1);
});

test('after a restart an account with an open charge comes first', async () => {
  const client = await startClient({ accounts: calmAccounts(10) });
  const before = await AKeeper.open(client, { transport: badPosts(client, { lost_response: 1 }, 1) });
  await client.patch({ balance: 5 }, 'agent-0007');
  await before.pass('agent-0007');
  before.close();
  const seen = (await requests(client)).length;
  await runOn(client, { folder: before.folder });
  await stepUntil(client.clock, 500, 'all were seen', async () => (await seenBy(client)).length === 10);
  const order = (await requests(client)).slice(seen).map(({ account }) => account);
  expect(order[0]).toBe('agent-0007');
  expect(await charges(client)).toHaveLength(1);
});

test('a reload takes in new accounts and leaves removed ones alone', async () => {
  const { client, parts, keeper } = await aRunningKeeper(3, () => ({
    accounts: { 'agent-0001': {}, 'agent-0002': {} },
    poll: '5s',
  }));
  await stepUntil(client.clock, 500, 'two were seen', async () => (await seenBy(client)).length === 2);
  parts.respec({ accounts: { 'agent-0001': {}, 'agent-0003': {} }, poll: '5s' });
  await keeper.respec();
  await stepUntil(client.clock, 500, 'the new one was seen', async () => (await seenBy(client)).length === 3);
  const before = (await requests(client)).length;
  await stepUntil(client.clock, 500, 'twenty more requests', async () => {
    return (await requests(client)).length >= before + 20;
  });
  const later = (await requests(client)).slice(before).map(({ account }) => account);
  expect([...new Set(later)].sort()).toEqual(['agent-0001', 'agent-0003']);
});

test('a document that never comes keeps the keeper from nothing, and from no stop', async () => {
  const asked = Promise.withResolvers<void>();
  const server = await serveText(() => asked.resolve());
  onTestFinished(() => server.close());
  const { client, parts, finished } = await aRunningKeeper(1, () => ({
    transport: pdfAt(`${server.url}/x.pdf`),
    invoices: { archive: './invoices' },
    beside: 'beside',
    poll: '5s',
  }));
  await stepUntil(client.clock, 500, 'it was looked at', async () => (await seenBy(client)).length === 1);
  await asked.promise;
  await client.patch({ balance: 5 });
  await stepUntil(client.clock, 500, 'it was charged', async () => (await charges(client)).length === 1);
  parts.stop.abort('SIGTERM');
  await finished;
  await parts.context.beside.idle();
});

test('what a reload declares is kept at once', async () => {
  const name = async () => (await client.ask('/billing/info')).body.data.name;
  const { client, parts, keeper } = await aRunningKeeper(1, () => ({
    poll: '5s',
    billingInfo: { name: 'A' },
  }));
  await stepUntil(client.clock, 500, 'it is set', async () => (await name()) === 'A');
  const before = client.clock.now();
  parts.respec({ poll: '5s', billingInfo: { name: 'B' } });
  await keeper.respec();
  await stepUntil(client.clock, 500, 'it is set anew', async () => (await name()) === 'B');
  expect(client.clock.now() - before).toBeLessThan(2 * MINUTE_MS);
});

test('an account that leaves the config with a charge in doubt is settled, then forgotten, never charged', async () => {
  const { client, parts, keeper } = await aRunningKeeper(2, (sandbox) => ({
    transport: badPosts(sandbox, { lost_response: 1 }, 2),
    poll: '5s',
    wallet: { cooldown: '1s' },
  }));
  await client.patch({ balance: 5 }, 'agent-0002');
  await stepUntil(client.clock, 200, 'it is in doubt', async () =>
    (await parts.intents()).some(({ state }) => state === 'in_doubt'),
  );
  parts.respec({ accounts: { 'agent-0001': {} }, poll: '5s' });
  await keeper.respec();
  await stepUntil(client.clock, 500, 'it is settled', async () =>
    (await parts.intents()).every(({ state }) => state === 'settled'),
  );
  client.clock.advance(MINUTE_MS);
  await client.patch({ balance: 5 }, 'agent-0002');
  const before = (await requests(client)).length;
  await stepUntil(client.clock, 500, 'twenty more requests', async () => {
    return (await requests(client)).length >= before + 20;
  });
  expect(await charges(client)).toHaveLength(1);
});

test('a stop waits for the answer of a charge in flight and writes it down', async () => {
  const { client, parts, finished } = await aRunningKeeper(1, () => ({ poll: '5s' }));
  await stepUntil(client.clock, 500, 'it was seen', async () => (await seenBy(client)).length === 1);
  await client.patch({ balance: 5 });
  await faults(client, { latency_ms: 500 });
  await stepUntil(client.clock, 100, 'the charge left', async () =>
    (await requests(client)).some(({ method }) => method === 'POST'),
  );
  parts.stop.abort();
  let isOver = false;
  void finished.then(() => {
    isOver = true;
  });
  await stepUntil(client.clock, 50, 'the keeper ended', () => isOver);
  expect(await charges(client)).toHaveLength(1);
  expect((await parts.intents())[0]?.state).toMatch(/^(?:charged|settled)$/);
});

test('a stop arms nothing new', async () => {
  const { client, parts, finished } = await aRunningKeeper(2, () => ({ poll: '1s' }));
  await stepUntil(client.clock, 500, 'they were seen', async () => (await seenBy(client)).length === 2);
  for (const name of ['agent-0001', 'agent-0002']) await client.patch({ balance: 5 }, name);
  parts.stop.abort();
  await finished;
  expect(await charges(client)).toEqual([]);
  expect(await parts.intents()).toEqual([]);
});
