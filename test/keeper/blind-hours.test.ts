import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, faults } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const LIVE = { status: 'active', plan_id: 42 };
const PAST_DUE = { status: 'past_due', plan_id: 42 };

type Answered = Extract<TransportReply, { kind: 'answered' }>;
type Spoil = { readonly url: RegExp; readonly answer: (reply: Answered) => string };

const EMPTY_LIST: Spoil = { url: /\/subscriptions$/, answer: () => JSON.stringify({ data: [] }) };
const HALF_LIST: Spoil = {
  url: /\/subscriptions$/,
  answer: (reply) => {
    const { data } = JSON.parse(reply.bodyText);
    return JSON.stringify({ data: data.filter((one: { status: string }) => one.status !== 'active') });
  },
};
const OTHER_PLAN: Spoil = {
  url: /\/subscriptions$/,
  answer: ({ bodyText }) =>
    bodyText.replaceAll('"plan_id":42', '"plan_id":41').replaceAll('Standard', 'Basic'),
};
const TORN_LOOK: Spoil = {
  url: /type=credit/,
  answer: (reply) => {
    const told = JSON.parse(reply.bodyText);
    told.data.wallet.amount_used += 1; // used between the two reads of the provider
    return JSON.stringify(told);
  },
};

type How = 'an outage' | 'a sleep of the host' | 'a restart';

/** One odd answer, hours in which nothing is seen, and one odd answer more. */
async function aroundBlindHours(
  wish: Opening,
  {
    how,
    hours,
    spoil,
    prepare,
  }: {
    how: How;
    hours: number;
    spoil: Spoil;
    prepare: (client: Awaited<ReturnType<typeof startClient>>) => Promise<void>;
  },
) {
  const client = await startClient();
  const provider = { isDown: false, isOdd: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      if (provider.isDown) return answer(503, {});
      const reply = await send();
      if (reply.kind !== 'answered' || !provider.isOdd || !spoil.url.test(url)) return reply;
      return { ...reply, bodyText: spoil.answer(reply) };
    },
  );
  await client.patch({ subscription: null });
  let keeper = await AKeeper.open(client, { ...wish, transport });
  await prepare(client);
  if (wish.wallet === null) await keeper.live(10 * MINUTE_MS);
  provider.isOdd = true;
  await keeper.pass();
  provider.isDown = true;
  if (how === 'an outage') await keeper.live(hours * HOUR_MS);
  else client.clock.advance(hours * HOUR_MS);
  if (how === 'a restart') {
    keeper.close();
    keeper = await AKeeper.open(client, { ...wish, transport, folder: keeper.folder });
  }
  provider.isDown = false;
  await keeper.pass();
  provider.isOdd = false;
  await keeper.live(HOUR_MS);
  return { client, keeper };
}

const HOWS: readonly [How, number][] = [
  ['an outage', 0.75],
  ['an outage', 3],
  ['a sleep of the host', 8],
  ['a restart', 1],
];

type Odd = {
  readonly lists: string;
  readonly spoil: Spoil;
  readonly there: object;
  readonly wish: object;
  /** A person buys one beside it. */
  readonly isBought?: true;
};

const ODD: readonly Odd[] = [
  { lists: 'empty', spoil: EMPTY_LIST, there: LIVE, wish: { when_canceled: 'subscribe' } },
  {
    lists: 'half',
    spoil: HALF_LIST,
    there: PAST_DUE,
    wish: { when_past_due: 'fix_payment' },
    isBought: true,
  },
  { lists: 'of another plan', spoil: OTHER_PLAN, there: LIVE, wish: { when_wrong_plan: 'change' } },
];

test.each(ODD.flatMap((odd) => HOWS.map(([how, hours]) => ({ ...odd, how, hours }))))(
  'nothing is done by two lists that are $lists, one on each side of $how of $hours hours',
  async ({ how, hours, spoil, there, wish, isBought = false }) => {
    const { keeper } = await aroundBlindHours(
      { wallet: null, subscription: { plan: 'Standard', ...wish } },
      {
        how,
        hours,
        spoil,
        prepare: async (client) => {
          await client.patch({ subscription: there });
          const body = { plan_id: 42, payment_method_id: 'pm_agent_0001_visa' };
          if (isBought) await client.ask('/subscriptions', { body, key: 'a-person' });
        },
      },
    );
    expect(await keeper.intents()).toEqual([]);
  },
);

test.each(HOWS)('two torn looks, one on each side of %s of %d hours, freeze nothing', async (how, hours) => {
  const { client, keeper } = await aroundBlindHours({}, { how, hours, spoil: TORN_LOOK, prepare: lower });
  const { name } = keeper.account('agent-0001');
  expect(await keeper.store.journal.holds(name)).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test.each<[How, boolean]>([
  ['an outage', true],
  ['an outage', false],
  ['a sleep of the host', true],
  ['a restart', true],
])(
  'a charge right before %s of hours is not missed by one page from before it (%s)',
  async (how, isStale) => {
    const client = await startClient();
    const provider = { isDown: false, isOld: false, page: '' };
    const transport = new WatchedWire(
      async (send) => {
        const reply = await send();
        provider.isDown = true;
        return reply;
      },
      async (send, { url }) => {
        if (provider.isDown) return answer(503, {});
        const reply = await send();
        if (reply.kind !== 'answered' || !url.includes('type=credit')) return reply;
        if (provider.isOld) return { ...reply, bodyText: provider.page };
        provider.page = reply.bodyText;
        return reply;
      },
    );
    let keeper = await AKeeper.open(client, { transport });
    await keeper.live(10 * MINUTE_MS);
    await lower(client);
    await keeper.pass();
    expect((await keeper.intents()).map(({ state }) => state)).toEqual(['charged']);
    if (how === 'an outage') await keeper.live(3 * HOUR_MS);
    else client.clock.advance(3 * HOUR_MS);
    if (how === 'a restart') {
      keeper.close();
      keeper = await AKeeper.open(client, { transport, folder: keeper.folder });
    }
    [provider.isDown, provider.isOld] = [false, isStale];
    await keeper.pass();
    provider.isOld = false;
    await keeper.live(HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
    expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
    expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled']);
  },
);

test('nor by that page where its row was late in its first seconds', async () => {
  const client = await startClient();
  const provider = { isDown: false, isOld: false, page: '' };
  const transport = new WatchedWire(
    async (send) => {
      provider.isOld = true;
      return await send();
    },
    async (send, { url }) => {
      if (provider.isDown) return answer(503, {});
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('type=credit')) return reply;
      if (provider.isOld) return { ...reply, bodyText: provider.page };
      provider.page = reply.bodyText;
      return reply;
    },
  );
  await faults(client, { fund_answer: 'balance_only' });
  const keeper = await AKeeper.open(client, { transport });
  await keeper.live(10 * MINUTE_MS);
  await lower(client);
  await keeper.passes(2, 1_000);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['charged']);
  provider.isDown = true;
  await keeper.live(3 * HOUR_MS);
  provider.isDown = false;
  await keeper.pass();
  provider.isOld = false;
  await keeper.live(HOUR_MS);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled']);
});
