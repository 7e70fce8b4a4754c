import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { charges, fairWeather, faults, posts } from '../keeper/sandbox-record.ts';
import { WatchedWire } from '../keeper/watched-wire.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';

const BACKSTOP = { auto_funding: { threshold: 5, amount: 25 } };

async function aBackstop(opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { poll: '1m', wallet: BACKSTOP, ...opening });
  await keeper.pass();
  return { client, keeper };
}

async function usedToday(keeper: AKeeper): Promise<number | undefined> {
  const { caps } = keeper.account('agent-0001').policy;
  const scopes = [{ kind: 'account', name: 'agent-0001', caps }] as const;
  const [found] = await keeper.store.journal.usage(scopes, keeper.client.clock.now());
  return found?.usage.dayCents;
}

/** The wallet falls below the provider's own threshold between two polls. */
async function recharge(client: SandboxClient): Promise<void> {
  await client.patch({ balance: 4 });
  client.clock.advance(1_000);
  expect(await client.balance()).toBe(29);
}

const said = async (client: SandboxClient) =>
  (await posts(client)).filter(({ path }) => path.includes('auto-funding')).map(({ method }) => method);

test('what the provider recharged by itself leaves so much less for purser, also after a restart', async () => {
  const caps = { per_charge: 60, day: 60, month: 600 };
  const { client, keeper } = await aBackstop({ caps });
  await recharge(client);
  await keeper.live(5 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await keeper.live(5 * MINUTE_MS);
  expect(await usedToday(keeper)).toBe(2_500);
  keeper.close();
  const next = await AKeeper.open(client, { poll: '30m', wallet: BACKSTOP, caps, folder: keeper.folder });
  await next.live(HOUR_MS);
  expect(await charges(client)).toEqual([]);
  expect(next.context.view.accounts()[0]?.wallet).toMatchObject({ kind: 'hold', reason: 'cap_day' });
  expect(await next.told()).toContain('firing cap.reached: agent-0001 hit its day cap $60.00');
  await next.live(DAY_MS);
  expect(await charges(client)).toMatchObject([{ amount_cents: 5_000 }]);
  expect((await next.told()).filter((line) => line.includes('did not make'))).toEqual([]);
});

test.each(['lost_request', 'lost_response'])(
  'a recharge of the same amount is not taken for the top-up whose answer was lost (%s)',
  async (fault) => {
    const client = await startClient();
    let bad = 5; // past the quick replays, so that the ledger has to say
    const transport = new WatchedWire(async (send, _ordinal, { url }) => {
      if (!url.endsWith('/wallet/fund') || bad === 0) return await send();
      bad -= 1;
      await faults(client, { [fault]: 1 });
      const reply = await send();
      await fairWeather(client);
      return reply;
    });
    const wallet = { ...BACKSTOP, top_up: { amount: 25 } };
    const keeper = await AKeeper.open(client, { poll: '1m', wallet, transport });
    await keeper.pass();
    await client.patch({ balance: 12 });
    await keeper.pass();
    await client.patch({ balance: 4 });
    client.clock.advance(1_000);
    await keeper.live(6 * HOUR_MS);
    const own = (await charges(client)).length;
    expect(await charges(client, 'auto_recharge')).toHaveLength(1);
    const [intent] = await keeper.intents();
    expect(intent?.state).toBe(own === 1 ? 'settled' : 'released');
    expect(await usedToday(keeper)).toBe(2_500 * (own + 1));
    expect(await client.balance()).toBe(4 + 25 * (fault === 'lost_request' ? own + 1 : 1));
  },
);

test('a declaration that changed while no daemon ran is set by the next one, and off ends the recharge', async () => {
  const { client, keeper } = await aBackstop();
  expect(await said(client)).toEqual(['PUT']);
  keeper.close();
  const wallet = { auto_funding: { threshold: 3, amount: 30 } };
  const next = await AKeeper.open(client, { wallet, folder: keeper.folder });
  await next.live(20 * MINUTE_MS);
  expect(await said(client)).toEqual(['PUT', 'PUT']);
  next.close();
  const pay_with = ['human'];
  const off = await AKeeper.open(client, {
    wallet: { auto_funding: 'off', pay_with },
    folder: keeper.folder,
  });
  await off.live(20 * MINUTE_MS);
  expect(await said(client)).toEqual(['PUT', 'PUT', 'DELETE']);
  await client.patch({ balance: 1 });
  await off.live(2 * HOUR_MS);
  expect(await charges(client, 'auto_recharge')).toEqual([]);
});

test('a recharge that is declared again after it was left alone is set again', async () => {
  const { client, keeper } = await aBackstop({ poll: '10m' });
  await keeper.live(HOUR_MS);
  keeper.respec({ poll: '10m', wallet: { auto_funding: 'leave' } });
  await keeper.live(HOUR_MS);
  await client.ask('/wallet/auto-funding', { method: 'DELETE' }); // whoever has it now
  keeper.respec({ poll: '10m', wallet: BACKSTOP });
  await keeper.live(HOUR_MS);
  expect(await said(client)).toEqual(['PUT', 'DELETE', 'PUT']);
});
