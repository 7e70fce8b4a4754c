import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** Somebody makes a page of $50 by hand and pays it at once by bank debit, before purser's first question (15 s). */
test.each<[number, unknown]>([
  [200, { data: { status: 'processing' }, error: null }],
  [200, { data: { status: 'complete', payment_status: 'unpaid' }, error: null }],
  [409, { data: null, error: { code: 'payment_processing', message: 'x' } }],
])('paid by bank debit within the first minute (%i %j): no card beside', async (status, body) => {
  const client = await startClient();
  const scene = { isOn: false };
  const transport = new WatchedWire(async (send, _, { url }) =>
    scene.isOn && url.endsWith('/confirm-checkout') ? answer(status, body) : await send(),
  );
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
  await keeper.live(5 * MINUTE_MS);
  scene.isOn = true;
  const page = keeper.place({ kind: 'fund_link', amountCents: cents(5_000) });
  await keeper.live(MINUTE_MS);
  page.withdraw();
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toEqual([]);
});

/** confirm always takes so long; a $10 page by hand is out; the wallet is low, its card free. */
test.each<[number, string]>([
  [8, 'funded'],
  [20, 'told of'], // its "no" is of the past when it arrives
])('confirm takes %i s each time: the low wallet is %s', async (seconds, what) => {
  const client = await startClient();
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (url.endsWith('/confirm-checkout')) client.clock.advance(seconds * 1000);
    return await send();
  });
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
  await keeper.live(5 * MINUTE_MS);
  const page = keeper.place({ kind: 'fund_link', amountCents: cents(1_000) });
  await keeper.live(2 * MINUTE_MS);
  page.withdraw();
  await lower(client, 1);
  await keeper.live(3 * HOUR_MS);
  const told = (await keeper.told()).filter((one) => one.includes('wallet.low'));
  expect({ charged: (await charges(client)).length, isTold: told.length > 0 }).toMatchObject(
    what === 'funded' ? { charged: 1 } : { charged: 0, isTold: true },
  );
});
