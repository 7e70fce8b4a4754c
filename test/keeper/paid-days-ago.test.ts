import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Row = { readonly amount: number };

/** People pay $80 by hand, and are three days later shown to a purser that may charge $100 a day: how often it charges. */
async function chargesOfToday(options: {
  /** How long purser runs on after they paid. */
  readonly watchedForMs: number;
  /** What is shown of the rows before today. */
  readonly before?: (rows: readonly Row[]) => readonly Row[];
}): Promise<number> {
  const { watchedForMs, before = (rows) => rows } = options;
  const client = await startClient();
  const isToday = { yet: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (isToday.yet || reply.kind !== 'answered' || !url.includes('/wallet/transactions')) return reply;
      const body = JSON.parse(reply.bodyText);
      const items = before(body.data.items);
      Object.assign(body.data, { items, count: items.length, total: items.length });
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const opening: Opening = { transport, poll: '30m', caps: { per_charge: 50, day: 100, month: 1_000 } };
  const first = await AKeeper.open(client, opening);
  await first.pass();
  if (watchedForMs === 0) first.close();
  for (const key of ['friday-1', 'friday-2']) {
    await client.fund(40, key);
    client.clock.advance(HOUR_MS);
  }
  if (watchedForMs > 0) await first.live(watchedForMs);
  first.close();
  client.clock.advance(3 * DAY_MS - watchedForMs);
  isToday.yet = true;
  const second = await AKeeper.open(client, { ...opening, folder: first.folder });
  await second.pass();
  await lower(client);
  await second.live(30 * MINUTE_MS);
  return (await charges(client)).filter(({ key }) => key?.startsWith('purser-')).length;
}

const isOfPeople = ({ amount }: Row): boolean => amount === 40;

test.each([
  ['purser saw it then', 3 * DAY_MS],
  ['purser was down', 0],
])('what people paid three days ago does not fill the cap of today: %s', async (_, watchedForMs) => {
  expect(await chargesOfToday({ watchedForMs })).toBe(1);
});

const asPending = (row: Row) => (isOfPeople(row) ? { ...row, status: 'pending' } : row);

test.each([
  ['was pending when purser stopped', HOUR_MS, (rows: readonly Row[]) => rows.map(asPending)],
  ['was not shown by then', 3 * DAY_MS, (rows: readonly Row[]) => rows.filter((row) => !isOfPeople(row))],
])('what is stamped three days ago fills the cap of today where it %s', async (_, watchedForMs, before) => {
  expect(await chargesOfToday({ watchedForMs, before })).toBe(0);
});
