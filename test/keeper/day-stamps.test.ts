import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Row = Readonly<Record<string, unknown>>;
type Data = { wallet: unknown; items: Row[]; count: number; total: number };

const DAY_ONLY = 'YYYY-MM-DD'.length;

/** A provider that names a day only, and whose rows have ids that are no numbers; `spoil` does the rest. */
async function aProvider(
  spoil: (data: Data, charges: number) => void = () => undefined,
  stampLength = DAY_ONLY,
) {
  const client = await startClient();
  let sent = 0;
  const transport = new WatchedWire(
    (send, ordinal) => {
      sent = ordinal + 1;
      return send();
    },
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/wallet/transactions') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      body.data.items = body.data.items.map((row: Row) => ({
        ...row,
        id: createHash('sha256').update(String(row['id'])).digest('hex').slice(0, 32),
        created_at: String(row['created_at']).slice(0, stampLength),
      }));
      spoil(body.data, sent);
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  return { client, transport };
}

/** A keeper at such a provider. */
async function scene(spoil?: Parameters<typeof aProvider>[0]) {
  const { client, transport } = await aProvider(spoil);
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  const topUps = async (count: number): Promise<number> => {
    for (let made = 0; made < count; made += 1) {
      await lower(client);
      await keeper.live(2 * HOUR_MS + 30 * MINUTE_MS);
    }
    return (await charges(client)).length;
  };
  const isFrozen = async () =>
    (await keeper.store.journal.holds(keeper.account('agent-0001').name)).length > 0;
  return { client, keeper, topUps, isFrozen };
}

test('four top-ups in a day are made where rows name a day only and have ids that are no numbers', async () => {
  const { topUps, isFrozen } = await scene();
  expect(await topUps(4)).toBe(4);
  expect(await isFrozen()).toBe(false);
});

test('where such rows stand in no order of time, every top-up is made once, or a person is asked', async () => {
  const byId = (one: Row, other: Row) => (String(one['id']) < String(other['id']) ? -1 : 1);
  const { topUps, isFrozen } = await scene((data) => data.items.sort(byId));
  const made = await topUps(4);
  expect(made < 4 ? await isFrozen() : made === 4).toBe(true);
});

test('where such rows change their order with every look, nothing is charged for one need twice', async () => {
  let looks = 0;
  const { topUps } = await scene((data) => {
    looks += 1;
    const { items } = data;
    for (let turn = 0; turn < looks % items.length; turn += 1) items.push(...items.splice(0, 1));
  });
  for (let needs = 1; needs <= 4; needs += 1) expect(await topUps(1)).toBeLessThanOrEqual(needs);
});

test('a page of such rows from before the last charge is not charged for', async () => {
  let old = '';
  const { topUps } = await scene((data, sent) => {
    if (sent < 3) old = JSON.stringify(data);
    else Object.assign(data, JSON.parse(old));
  });
  expect(await topUps(6)).toBe(3);
});

test('a wallet from before the last charge beside such rows is not charged for', async () => {
  let old: unknown = null;
  const { topUps } = await scene((data, sent) => {
    if (sent < 3) old = data.wallet;
    else data.wallet = old;
  });
  expect(await topUps(6)).toBe(3);
});

test('what was charged late in a day counts for a day, also where the journal was lost since', async () => {
  const { client, transport } = await aProvider();
  const opening: Opening = { transport, poll: '30m', caps: { per_charge: 50, day: 60 } };
  const before = await AKeeper.open(client, opening);
  await before.pass();
  client.clock.advance(DAY_MS - (client.clock.now() % DAY_MS) - HOUR_MS);
  await client.fund(10, 'a-person'); // its row is of the same day, and the first
  await lower(client);
  await before.live(10 * MINUTE_MS);
  before.close();
  await lower(client);
  const amnesiac = await AKeeper.open(client, opening);
  await amnesiac.rest(22 * HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
  await amnesiac.rest(2 * DAY_MS);
  expect(await charges(client)).toHaveLength(3);
});

test('what was charged late in a minute counts for a whole day after a lost journal, where rows name a minute', async () => {
  const { client, transport } = await aProvider(undefined, 'YYYY-MM-DDTHH:MM'.length);
  const opening: Opening = { transport, poll: '30m', caps: { per_charge: 50, day: 60 } };
  client.clock.advance(MINUTE_MS - 1_000 - (client.clock.now() % MINUTE_MS));
  await lower(client);
  const before = await AKeeper.open(client, opening);
  await before.pass();
  before.close();
  await lower(client);
  const amnesiac = await AKeeper.open(client, opening);
  await amnesiac.rest(DAY_MS - 5 * MINUTE_MS);
  amnesiac.close();
  const { folder } = amnesiac;
  const watchful = await AKeeper.open(client, { ...opening, poll: '10s', folder });
  await watchful.live(10 * MINUTE_MS);
  const [first = 0, second = 0, ...more] = (await charges(client)).map(({ at }) => Date.parse(at));
  expect(more).toEqual([]);
  expect(second - first).toBeGreaterThanOrEqual(DAY_MS);
});
