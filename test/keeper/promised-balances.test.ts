import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges, posts } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** A reseller's wallet far enough above its maximum for a sweep, and the withdrawals that went out. */
async function aFullWallet(transport?: (ask: () => void) => WatchedWire) {
  const client = await startClient();
  const asked: ReturnType<AKeeper['place']>[] = [];
  const ask = () => void asked.push(keeper.place(ensureOrder(cents(10_800))));
  const wire = transport === undefined ? {} : { transport: transport(ask) };
  const keeper: AKeeper = await AKeeper.open(client, { poll: '10m', wallet: { max_balance: 100 }, ...wire });
  await keeper.pass();
  await client.patch({ balance: 130, reseller: true });
  const paidOut = async () => (await posts(client)).filter(({ path }) => path.endsWith('/withdraw')).length;
  return { client, keeper, asked, paidOut };
}

test('a balance that somebody was told of is not swept out within a day, across a restart too', async () => {
  const { client, keeper, paidOut } = await aFullWallet();
  const order = ensureOrder(cents(10_800));
  expect(await keeper.ask([order, order])).toMatchObject([{ sentence: 'the wallet holds $130.00' }, {}]);
  await keeper.rest(12 * HOUR_MS);
  keeper.close();
  const next = await AKeeper.open(client, {
    poll: '10m',
    wallet: { max_balance: 100 },
    folder: keeper.folder,
  });
  await next.live(11 * HOUR_MS);
  expect({ balance: await client.balance(), paidOut: await paidOut() }).toEqual({ balance: 130, paidOut: 0 });
  await next.live(2 * HOUR_MS);
  expect({ balance: await client.balance(), paidOut: await paidOut() }).toEqual({ balance: 100, paidOut: 1 });
});

test('who asks for what the maximum leaves in the wallet holds no sweep back', async () => {
  const { client, keeper, paidOut } = await aFullWallet();
  expect(await keeper.ask([ensureOrder(cents(8_000))])).toMatchObject([{ outcome: 'done' }]);
  await keeper.live(HOUR_MS);
  expect({ balance: await client.balance(), paidOut: await paidOut() }).toEqual({ balance: 100, paidOut: 1 });
});

test('who asks while a sweep is on the wire is not told of the money that it takes', async () => {
  const { client, keeper, asked } = await aFullWallet(
    (ask) =>
      new WatchedWire(async (send, _ordinal, { url }) => {
        if (url.endsWith('/wallet/withdraw')) ask();
        return await send();
      }),
  );
  await keeper.passes(20);
  expect(asked).toHaveLength(1);
  expect(await asked[0]?.answered).toMatchObject({ outcome: 'done', sentence: 'the wallet holds $129.60' });
  expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([2_960]);
  expect(await client.balance()).toBe(129.6);
});

test('a sweep that waits while something else ends takes nothing of what was told meanwhile', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { max_balance: 100 } });
  await keeper.pass();
  await keeper.ask([{ kind: 'fund_link', amountCents: cents(5_000) }]);
  client.clock.advance(DAY_MS);
  await client.patch({ balance: 130, reseller: true });
  await keeper.pass(); // puts the withdrawal of $30 on the desk
  const { answered } = keeper.place(ensureOrder(cents(10_800)));
  client.clock.advance(2 * MINUTE_MS);
  await keeper.pass();
  expect(await keeper.intents()).toMatchObject([{ kind: 'fund_link', state: 'released' }]);
  expect(await answered).toMatchObject({ sentence: 'the wallet holds $130.00' });
  await keeper.live(HOUR_MS);
  expect(await client.balance()).toBe(130);
});
