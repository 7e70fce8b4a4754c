import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import type { Wish } from './fleet-config.ts';
import { charges } from './sandbox-record.ts';

/** An account that is always low: whatever is charged is spent at once. */
async function aHungryAccount(opening: Opening): Promise<{ client: SandboxClient; keeper: AKeeper }> {
  const client = await startClient();
  const keeper = await AKeeper.open(client, {
    poll: '30m',
    ...opening,
    wallet: { cooldown: '1m', ...opening.wallet },
  });
  await keeper.pass();
  return { client, keeper };
}

async function eat(client: SandboxClient, keeper: AKeeper, days: number, name = 'agent-0001') {
  for (let turn = 0; turn < days * 24; turn += 1) {
    await client.patch({ balance: 5 }, name);
    await keeper.live(HOUR_MS, name);
  }
}

const CASES: readonly [string, Wish, { reason: string; charged: number; headline: string }][] = [
  [
    'the day cap of the account',
    { caps: { per_charge: 50, day: 120 } },
    { reason: 'cap_day', charged: 2, headline: 'agent-0001 hit its day cap $120.00' },
  ],
  [
    'the week cap of the account',
    { caps: { per_charge: 50, week: 170 } },
    { reason: 'cap_week', charged: 3, headline: 'agent-0001 hit its week cap $170.00' },
  ],
  [
    'the month cap of the account',
    { caps: { per_charge: 50, month: 100 } },
    { reason: 'cap_month', charged: 2, headline: 'agent-0001 hit its month cap $100.00' },
  ],
  [
    'the charges a day of the account',
    { caps: { per_charge: 50, day: 5_000, charges_per_day: 3 } },
    { reason: 'cap_charges_per_day', charged: 3, headline: 'agent-0001 hit its cap of 3 charges a day' },
  ],
  [
    'the day cap of the group',
    { groups: { eu: { caps: { day: 100 } } }, accounts: { 'agent-0001': { group: 'eu' } } },
    { reason: 'cap_day', charged: 2, headline: 'eu hit its day cap $100.00' },
  ],
  [
    'the day cap of the fleet',
    { fleetCaps: { day: 150 } },
    { reason: 'cap_day', charged: 3, headline: 'fleet hit its day cap $150.00' },
  ],
];

test.each(CASES)('%s stops the charging and says so', async (_, wish, { reason, charged, headline }) => {
  const { client, keeper } = await aHungryAccount(wish);
  await eat(client, keeper, 0.5);
  expect(await charges(client)).toHaveLength(charged);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({ kind: 'hold', reason });
  const told = (await keeper.messages()).filter(({ fact }) => fact.type === 'cap.reached');
  expect(told.map(({ status, fact }) => [status, fact.headline])).toEqual(
    expect.arrayContaining([['firing', headline]]),
  );
  expect(new Set(told.map(({ fact }) => fact.fingerprint)).size).toBe(1);
});

test('a cap is a rolling window: what is a day old makes room', async () => {
  const { client, keeper } = await aHungryAccount({ caps: { per_charge: 50, day: 100 } });
  await eat(client, keeper, 3);
  const made = await charges(client);
  const times = made.map(({ at }) => Date.parse(at));
  const most = Math.max(...times.map((end) => times.filter((at) => at > end - DAY_MS && at <= end).length));
  expect(most).toBe(2);
  expect(made.length).toBeGreaterThanOrEqual(6);
});

test('what a cap holds back says by when there is room, and is charged then, however rare the polls', async () => {
  const { client, keeper } = await aHungryAccount({ poll: '7d', caps: { per_charge: 50, day: 100 } });
  const armed = client.clock.now();
  for (let turn = 0; turn < 3; turn += 1) {
    await client.patch({ balance: 5 });
    await keeper.live(HOUR_MS);
    await keeper.pass();
  }
  expect(await charges(client)).toHaveLength(2);
  const [, room = ''] =
    /; there is room by (\S+)$/.exec(keeper.context.view.accounts()[0]?.wallet?.sentence ?? '') ?? [];
  const roomMs = Date.parse(room);
  expect(roomMs - armed).toBeGreaterThan(DAY_MS);
  expect(roomMs - armed).toBeLessThanOrEqual(DAY_MS + 2 * HOUR_MS);
  const [told] = (await keeper.messages()).filter(({ fact }) => fact.type === 'cap.reached');
  expect(told?.fact.detail).toContain(`when the window has room, by ${room}, or`);
  await keeper.live(roomMs - client.clock.now() + MINUTE_MS);
  const [, , third] = await charges(client);
  expect(Date.parse(third?.at ?? '') - roomMs).toBeLessThan(5_000);
});

test('accounts that become low together never pass the cap of their fleet together', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { fleetCaps: { day: 70 } });
  const names = ['agent-0001', 'agent-0002'];
  for (const name of names) await keeper.pass(name);
  for (const name of names) await client.patch({ balance: 5 }, name);
  client.clock.advance(MINUTE_MS);
  await Promise.all(names.map((name) => keeper.pass(name)));
  expect(await charges(client)).toHaveLength(1);
});

test('lowering a cap acts at the next charge, raising it lets the wallet be funded', async () => {
  const { client, keeper } = await aHungryAccount({ caps: { per_charge: 50, day: 200 } });
  await eat(client, keeper, 1 / 24);
  keeper.respec({ caps: { per_charge: 50, day: 60 }, wallet: { cooldown: '1m' } });
  await eat(client, keeper, 2 / 24);
  expect(await charges(client)).toHaveLength(1);
  keeper.respec({ caps: { per_charge: 50, day: 150 }, wallet: { cooldown: '1m' } });
  await eat(client, keeper, 1 / 24);
  expect(await charges(client)).toHaveLength(2);
});

test('a restart forgets nothing that was spent', async () => {
  const wish: Opening = { caps: { per_charge: 50, day: 100 }, wallet: { cooldown: '1m' } };
  const { client, keeper } = await aHungryAccount(wish);
  await eat(client, keeper, 1 / 24);
  let folder = keeper.folder;
  keeper.close();
  for (let restart = 0; restart < 6; restart += 1) {
    const next = await AKeeper.open(client, { ...wish, folder });
    await eat(client, next, 1 / 24);
    folder = next.folder;
    next.close();
  }
  expect(await charges(client)).toHaveLength(2);
});
