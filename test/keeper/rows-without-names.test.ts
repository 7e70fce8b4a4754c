import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const LINK = { kind: 'fund_link', amountCents: 5_000 } as HandOrder;

/** Rows name no payment; those of a charge and of a page that was paid come a while after their money, in one look. */
async function twoPaymentsWhoseRowsComeTogether(areNamed: boolean) {
  const client = await startClient();
  const late = { isHidden: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/wallet/transactions') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      const rows: Record<string, unknown>[] = body.data.items;
      const cards = rows.filter(({ source }) => source === 'stripe').slice(0, -1);
      const shown = late.isHidden ? rows.filter((row) => !cards.includes(row)) : rows;
      const items = areNamed ? shown : shown.map((row) => ({ ...row, transaction_id: null }));
      Object.assign(body.data, { items, count: items.length, total: items.length });
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  client.clock.advance(MINUTE_MS);
  late.isHidden = true;
  const [answer] = await keeper.ask([LINK]);
  expect(answer).toMatchObject({ outcome: 'done' });
  await lower(client);
  await keeper.live(5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  await client.patch({ pay_link: true });
  await keeper.live(10 * MINUTE_MS);
  late.isHidden = false; // 15 minutes late at most
  await lower(client);
  await keeper.live(5 * HOUR_MS);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  expect(await charges(client)).toHaveLength(2);
}

test('control: with rows that name their payments the wallet is funded again', async () => {
  await twoPaymentsWhoseRowsComeTogether(true);
});

test('with rows that name none the wallet is funded again', async () => {
  await twoPaymentsWhoseRowsComeTogether(false);
});
