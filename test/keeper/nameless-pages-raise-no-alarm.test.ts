import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { faults } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** confirm-checkout answers as documented: a balance, no payment. The row is 90 s late. */
test.each([2, 12])(
  'a page paid after %i minutes, its payment not named, its row late, raises no "wallet low"',
  async (minutes) => {
    const client = await startClient();
    const transport = new WatchedWire(async (send, _, { url }) => {
      const reply = await send();
      if (!url.endsWith('/confirm-checkout') || reply.kind !== 'answered' || reply.status !== 200)
        return reply;
      return { ...reply, bodyText: JSON.stringify({ data: { balance: 62 }, error: null }) };
    });
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] }, transport });
    await keeper.live(5 * MINUTE_MS);
    await lower(client);
    await keeper.live(minutes * MINUTE_MS);
    await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 90_000, stale_balance: 0 });
    await client.patch({ pay_link: true });
    await keeper.live(HOUR_MS);
    const told = (await keeper.messages()).map(
      ({ status, fact }) => `${status} ${fact.type} ${fact.severity}: ${fact.headline} | ${fact.detail}`,
    );
    expect(told.filter((one) => one.startsWith('firing wallet.low'))).toEqual([]);
  },
);

test('where the money of a paid page does not come the wallet is told as low for all that', async () => {
  const client = await startClient();
  const wire = { isPaid: false };
  const transport = new WatchedWire(async (send, _, { url }) =>
    wire.isPaid && url.endsWith('/confirm-checkout') ? answer(200, { data: { balance: 62 } }) : await send(),
  );
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] }, transport });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(12 * MINUTE_MS);
  wire.isPaid = true;
  await keeper.live(30 * MINUTE_MS);
  expect(await keeper.told()).toContainEqual(expect.stringMatching(/^firing wallet\.low/));
});
