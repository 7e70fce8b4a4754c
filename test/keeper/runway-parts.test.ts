import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { AKeeper } from './a-keeper.ts';
import { aRunway, aWire, ownCents } from './a-runway.ts';
import { OffClock } from './off-clock.ts';
import type { WatchedWire } from './watched-wire.ts';

/** Stamps without a zone, as a database prints them. */
function zoneless(): WatchedWire {
  return aWire((_url, { data }) => {
    for (const row of data.items ?? []) row.created_at = row.created_at.slice(0, 19).replace('T', ' ');
  });
}

/** Passes as rare as the polls, and when a pass asks for one; gives how often the wallet was found empty in between. */
async function liveRarely(
  { client, keeper }: Awaited<ReturnType<typeof aRunway>>,
  { pollMs, forMs }: { readonly pollMs: number; readonly forMs: number },
): Promise<number> {
  const endAt = client.clock.now() + forMs;
  let dry = 0;
  let nextAt: number = client.clock.now() + pollMs;
  while (client.clock.now() < endAt) {
    client.clock.advance(10 * MINUTE_MS);
    if ((await client.balance()) <= 0) dry += 1;
    while (client.clock.now() >= nextAt) {
      const { until } = await keeper.pass();
      const soonest = Math.min(client.clock.now() + pollMs, until ?? Number.POSITIVE_INFINITY);
      nextAt = Math.max(soonest, client.clock.now() + SECOND_MS);
      if (nextAt < client.clock.now() + MINUTE_MS) client.clock.advance(nextAt - client.clock.now());
    }
  }
  return dry;
}

test.each([3, 6])(
  'a job that begins between two looks, %i h apart, is charged for by all that it used, once that is known',
  async (hours) => {
    const pollMs = hours * HOUR_MS;
    const account = await aRunway(300, {
      transport: zoneless(),
      poll: `${hours}h`,
      caps: { per_charge: 20_000, day: 50_000, month: 90_000 },
      wallet: { min_balance: 60, top_up: { runway: '24h', minimum: 10 } },
    });
    const { client, keeper } = account;
    await keeper.live(pollMs + MINUTE_MS);
    await client.patch({ burn: (((await client.balance()) - 55) / pollMs) * HOUR_MS });
    expect(await liveRarely(account, { pollMs, forMs: DAY_MS })).toBe(0);
    const [first = 0] = await ownCents(client);
    expect(first).toBeGreaterThan(50_000);
  },
);

test('steady use that is looked at once a day is charged for in one charge a day', async () => {
  const account = await aRunway(400, {
    transport: zoneless(),
    poll: '24h',
    wallet: { min_balance: 100, top_up: { runway: '72h', minimum: 10 } },
    caps: { per_charge: 500, day: 500, month: 5_000, charges_per_day: 1 },
  });
  expect(await liveRarely(account, { pollMs: DAY_MS, forMs: 14 * DAY_MS })).toBe(0);
});

/** Ids of rows are no numbers, and their stamps are cut to the minute. */
function minuteStamps(salt: string): WatchedWire {
  return aWire((_url, { data }) => {
    for (const row of data.items ?? []) {
      row.id = createHash('sha1').update(`${salt}${row.id}`).digest('hex');
      row.created_at = `${row.created_at.slice(0, 16)}:00.000Z`;
    }
  });
}

test.each([
  ['a', 0],
  ['d', 0],
  ['a', 20],
  ['a', 40],
  ['d', 20],
  ['d', 40],
] as const)(
  'two parts of a runway whose rows cannot be told apart by time freeze nothing (ids %s, this clock %i s ahead)',
  async (salt, aheadSeconds) => {
    const wish = {
      transport: minuteStamps(salt),
      poll: '10s',
      wallet: { top_up: { runway: '24h', minimum: 10 } },
    };
    const { client, keeper: first } = await aRunway(26, wish);
    first.close();
    const clock = new OffClock(client.clock);
    clock.offMs = aheadSeconds * SECOND_MS;
    const keeper = await AKeeper.open(client, { ...wish, clock, folder: first.folder });
    client.clock.advance(MINUTE_MS - (client.clock.now() % MINUTE_MS));
    await client.patch({ balance: 24 });
    await keeper.live(129 * SECOND_MS);
    await client.patch({ balance: 8 }); // a job used $16 within half a minute
    client.clock.advance(SECOND_MS);
    await keeper.live(10 * MINUTE_MS);
    expect((await ownCents(client)).length).toBeGreaterThan(1);
    await client.patch({ balance: 100, burn: 2 });
    await keeper.live(3 * HOUR_MS);
    await client.patch({ balance: 15 });
    await keeper.live(4 * HOUR_MS);
    expect((await keeper.told()).filter((line) => /frozen|does not come/.test(line))).toEqual([]);
  },
);
