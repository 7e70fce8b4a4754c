import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { badPosts } from '../keeper/a-low-wallet.ts';
import { charges, posts } from '../keeper/sandbox-record.ts';
import { WatchedWire } from '../keeper/watched-wire.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { type Death, DyingWire } from './dying-wire.ts';

const WALLET = { max_balance: 100, cooldown: '0s' };
const WITHDRAWS: Death['fits'] = ({ url }) => url.endsWith('/wallet/withdraw');

async function aReseller(opening: (client: SandboxClient) => Opening = () => ({})) {
  const client = await startClient();
  await client.patch({ reseller: true });
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: WALLET, ...opening(client) });
  await keeper.pass();
  return { client, keeper };
}

/** What went out, in dollars, by the provider's own ledger. */
async function withdrawn(client: SandboxClient): Promise<readonly number[]> {
  const { items } = (await client.ask('/wallet/transactions?type=debit&limit=200')).body.data;
  return items.filter((row) => 'usecase' in row && row.usecase === 'withdrawal').map(({ amount }) => amount);
}

test('what lies above the maximum goes out, and exactly the maximum stays', async () => {
  const { client, keeper } = await aReseller();
  await client.patch({ balance: 187.65 });
  await keeper.live(HOUR_MS);
  expect(await withdrawn(client)).toEqual([87.65]);
  expect(await client.balance()).toBe(100);
});

test('within a day of a charge nothing goes out, by whatever means the wallet grew', async () => {
  const { client, keeper } = await aReseller();
  await client.patch({ balance: 12 });
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  await client.patch({ balance: 180 });
  await keeper.live(23 * HOUR_MS);
  expect(await withdrawn(client)).toEqual([]);
  await keeper.live(2 * HOUR_MS);
  expect(await withdrawn(client)).toEqual([80]);
});

test('within a day of a charge that the provider or a person made nothing goes out either', async () => {
  const { client, keeper } = await aReseller();
  await client.patch({ balance: 90 });
  expect((await client.fund(60, 'by-a-person')).status).toBe(200);
  await keeper.live(23 * HOUR_MS);
  expect(await withdrawn(client)).toEqual([]);
  await keeper.live(2 * HOUR_MS);
  expect(await withdrawn(client)).toEqual([50]);
});

test.each(['lost_response', 'lost_request', 'error_after_effect', 'error_before_effect', 'garbage'])(
  'a withdrawal whose answers meet %s goes out once',
  async (fault) => {
    const { client, keeper } = await aReseller((sandbox) => ({
      transport: badPosts(sandbox, { [fault]: 1 }, 2),
    }));
    await client.patch({ balance: 180 });
    await keeper.live(12 * HOUR_MS);
    expect(await withdrawn(client)).toEqual([80]);
    expect(await keeper.intents()).toMatchObject([{ kind: 'withdraw', state: 'settled' }]);
  },
);

test.each(['before', 'after'] as const)(
  'a daemon that dies %s a withdrawal left has it out once',
  async (moment) => {
    const wire = new DyingWire({ moment, fits: WITHDRAWS });
    const { client, keeper } = await aReseller(() => ({ transport: wire }));
    await client.patch({ balance: 180 });
    wire.arm();
    void keeper.live(HOUR_MS);
    await wire.died;
    keeper.close();
    const next = await AKeeper.open(client, { poll: '10m', wallet: WALLET, folder: keeper.folder });
    await next.live(12 * HOUR_MS);
    expect(await withdrawn(client)).toEqual([80]);
  },
);

test('who may not withdraw is tried once a day, keeps the money, and nobody is flooded with news', async () => {
  const { client, keeper } = await aReseller(() => ({ poll: '1h' }));
  await client.patch({ reseller: false, balance: 300 });
  await keeper.live(5 * DAY_MS);
  const tried = (await posts(client)).filter(({ path }) => path.endsWith('/withdraw'));
  expect(tried.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  expect(await client.balance()).toBe(300);
  expect(await keeper.told()).toEqual([]);
});

test("what the provider's own recharge has just charged stays in the wallet", async () => {
  const wallet = { ...WALLET, pay_with: ['human'], auto_funding: { threshold: 5, amount: 60 } };
  const { client, keeper } = await aReseller(() => ({ wallet }));
  await client.patch({ balance: 4 });
  client.clock.advance(1_000);
  expect(await client.balance()).toBe(64); // the provider charged the card
  await keeper.live(HOUR_MS);
  await client.patch({ balance: 180 });
  await keeper.live(20 * HOUR_MS);
  expect(await withdrawn(client)).toEqual([]);
  await keeper.live(5 * HOUR_MS);
  expect(await withdrawn(client)).toEqual([80]);
});

test.each(['pause', 'freeze'] as const)(
  'an account above its maximum that is under a %s is looked at as its schedule says',
  async (kind) => {
    const { client, keeper } = await aReseller();
    await client.patch({ balance: 180 });
    const { name } = keeper.account('agent-0001');
    const since = client.clock.now();
    await keeper.store.journal.setHold({ account: name, kind, reason: 'moving', since, intent: null }, []);
    expect(await keeper.live(40 * MINUTE_MS)).toBeLessThan(12);
    expect(await withdrawn(client)).toEqual([]);
    await keeper.store.journal.liftHold(name, kind, [], client.clock.now());
    await keeper.live(15 * MINUTE_MS);
    expect(await withdrawn(client)).toEqual([80]);
  },
);

test('a withdrawal that is refused without being tried is asked for once an hour', async () => {
  const wrongDates = ({ clock }: SandboxClient) =>
    new WatchedWire(
      (send) => send(),
      async (send) => {
        const reply = await send();
        if (reply.kind !== 'answered') return reply;
        // Further ahead than a clock may be where money moves.
        const date = new Date(clock.now() + 20 * MINUTE_MS).toUTCString();
        return { ...reply, headers: { ...reply.headers, date } };
      },
    );
  const { client, keeper } = await aReseller((sandbox) => ({ transport: wrongDates(sandbox) }));
  await client.patch({ balance: 180 });
  expect(await keeper.live(HOUR_MS)).toBeLessThan(70); // a look a minute, for the clock
  expect(await withdrawn(client)).toEqual([]);
});
