import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Row = Record<string, unknown>;

/** A person's payment, the newest credit, is paid back by the provider; so many older credits stand below it. */
async function paidBack(count: number) {
  const client = await startClient();
  const start = client.clock.now();
  const state = { isRefunded: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('type=credit') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      const { searchParams } = new URL(url);
      const [limit, offset] = [
        Number(searchParams.get('limit') ?? 50),
        Number(searchParams.get('offset') ?? 0),
      ];
      const full = (await client.ask('/wallet/transactions?type=credit&limit=200')).body.data
        .items as unknown as Row[];
      const old: Row[] = Array.from({ length: count }, (_, n) => ({
        ...full.at(-1),
        id: 900 - n,
        amount: 10,
        transaction_id: `pi_old${n}`,
        created_at: new Date(start - (n + 1) * HOUR_MS).toISOString(),
      }));
      const items = [
        ...full.slice(0, -1).map((row) => ({
          ...row,
          status: state.isRefunded && row['amount'] === 30 ? 'refunded' : row['status'],
        })),
        ...old,
      ];
      if (state.isRefunded) {
        body.data.wallet.total_credited -= 30;
        body.data.wallet.amount_used -= 30;
      }
      const page = items.slice(offset, offset + limit);
      Object.assign(body.data, { items: page, count: page.length, total: items.length });
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  client.clock.advance(MINUTE_MS);
  await client.fund(30, 'a-person');
  await keeper.live(2 * HOUR_MS);
  state.isRefunded = true;
  await lower(client, 30);
  await keeper.live(2 * HOUR_MS);
  for (let poll = 0; poll < 8; poll += 1) {
    await lower(client, 18 - poll / 10);
    await keeper.live(20 * MINUTE_MS);
  }

  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  expect((await charges(client)).filter(({ key }) => key !== 'a-person').length).toBeGreaterThan(0);
}

test('control: a short ledger', async () => await paidBack(10));
test('a ledger longer than a page', async () => await paidBack(120));
