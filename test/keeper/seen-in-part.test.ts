import { expect, test } from 'vitest';
import type { HandAnswer, HandOrder } from '../../src/domain/hand-order.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const noCron = { cron: { start: () => () => undefined }, onToken: () => undefined };
const FOREIGN = { foreign_credits: 'allow' };
const WISH = {
  subscription: { plan: 'Standard', when_past_due: 'alert' },
  wallet: FOREIGN,
} as const;

/** A provider that answers nothing about subscriptions while `out.isOn`. */
function withoutSubscriptions() {
  const out = { isOn: true };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (out.isOn && url.endsWith('/subscriptions') ? answer(500, {}) : await send()),
  );
  return { out, transport };
}

async function live(client: SandboxClient, durationMs: number): Promise<void> {
  const endAt = client.clock.now() + durationMs;
  await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
}

test('while subscriptions cannot be read wallets under a cap of the fleet are funded', async () => {
  const client = await startClient();
  const { out, transport } = withoutSubscriptions();
  out.isOn = false;
  await runOn(client, { ...WISH, fleetCaps: { day: 500 }, transport });
  await live(client, 5 * MINUTE_MS);
  out.isOn = true;
  await live(client, 10 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await live(client, 10 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('also after a start, and by `purser once`', async () => {
  const client = await startClient();
  const { transport } = withoutSubscriptions();
  await lower(client);
  const parts = await AKeeper.open(client, { ...WISH, fleetCaps: { day: 500 }, transport });
  await new Keeper(parts.context, noCron).passOverAll();
  expect(await charges(client)).toHaveLength(1);
});

/** A keeper that has seen both accounts and is gone, behind which a person charged $40 on the second. */
async function payBesideAKeeper(client: SandboxClient, wish: Opening): Promise<AKeeper> {
  const keeper = await AKeeper.open(client, wish);
  await keeper.pass();
  await keeper.pass('agent-0002');
  keeper.close();
  client.clock.advance(HOUR_MS);
  const token = client.sandbox.accounts[1]?.token ?? null;
  const body = { amount: 40, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body, key: 'a-person', token });
  return keeper;
}

/** An order where no daemon runs that is held back by a cap, if what a person charged on the neighbour counts. */
async function orderBesideAPerson(client: SandboxClient, wish: Opening): Promise<void> {
  const before = await payBesideAKeeper(client, wish);
  const parts = await AKeeper.open(client, { ...wish, folder: before.folder, clock: client.clock });
  const order: HandOrder = { kind: 'ensure', neededCents: cents(10_000), targetCents: cents(10_000) };
  const signal = new AbortController().signal;
  const options = { timeoutMs: 5 * MINUTE_MS, signal };
  const answered = new Keeper(parts.context, noCron).orderAlone('agent-0001' as AccountName, order, options);
  const state: { told: HandAnswer | null } = { told: null };
  void answered.then((told) => {
    state.told = told;
  });
  await stepUntil(client.clock, SECOND_MS, 'it was answered', () => state.told !== null);
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
}

test('what others charged on an account whose subscription cannot be read counts for an order where no daemon runs', async () => {
  const client = await startClient();
  const { transport } = withoutSubscriptions();
  await orderBesideAPerson(client, { ...WISH, fleetCaps: { day: 80 }, transport });
});

/** One answer of the neighbour is spoiled: the second of those, for the first is that of the process before. */
function spoiledOnce(client: SandboxClient, url: RegExp, spoil: Spoil): WatchedWire {
  const met = { answers: 0 };
  return new WatchedWire(
    (send) => send(),
    async (send, request) => {
      const reply = await send();
      const isOther = request.headers['authorization'] === `Bearer ${client.sandbox.accounts[1]?.token}`;
      if (!isOther || !url.test(request.url) || reply.kind !== 'answered') return reply;
      met.answers += 1;
      return met.answers === 2 ? spoil(reply) : reply;
    },
  );
}

type Spoil = (reply: Extract<TransportReply, { readonly kind: 'answered' }>) => TransportReply;

const datedWrong: Spoil = (reply) => {
  const date = new Date(Date.parse(reply.headers['date'] ?? '') + 10 * MINUTE_MS).toUTCString();
  return { ...reply, headers: { ...reply.headers, date } };
};
const garbled: Spoil = () => answer(200, {});

test.each<[string, RegExp, Spoil]>([
  ['is dated wrong', /\/me$/, datedWrong],
  ['does not say whose it is', /\/me$/, garbled],
  ['says nothing of its wallet', /type=credit/, garbled],
])('so does what they charged on one that has an answer that %s', async (_, url, spoil) => {
  const client = await startClient();
  const transport = spoiledOnce(client, url, spoil);
  await orderBesideAPerson(client, { wallet: FOREIGN, fleetCaps: { day: 80 }, transport });
});

test('also for `purser once`', async () => {
  const client = await startClient();
  const wish = {
    wallet: FOREIGN,
    fleetCaps: { day: 80 },
    transport: spoiledOnce(client, /\/me$/, datedWrong),
  };
  const before = await payBesideAKeeper(client, wish);
  await lower(client);
  const parts = await AKeeper.open(client, { ...wish, folder: before.folder });
  await new Keeper(parts.context, noCron).passOverAll();
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
});

test('nor does a request that was lost wait longer to be sent again', async () => {
  const client = await startClient();
  const out = { isOn: false };
  const keeper = await AKeeper.open(client, {
    ...WISH,
    transport: new WatchedWire(
      async () => ({ kind: 'lost', reason: 'socket' }),
      async (send, { url }) => (out.isOn && url.endsWith('/subscriptions') ? answer(500, {}) : await send()),
    ),
  });
  await keeper.pass();
  await lower(client);
  out.isOn = true;
  const { until } = await keeper.pass();
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['in_doubt']);
  expect(until === null ? null : until - client.clock.now()).toBeLessThanOrEqual(2 * SECOND_MS);
});
