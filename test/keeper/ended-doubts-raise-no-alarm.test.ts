import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { WatchedWire } from './watched-wire.ts';

const lines = async (keeper: AKeeper) =>
  (await keeper.messages()).map(
    ({ status, fact }) => `${status} ${fact.type} ${fact.severity}: ${fact.headline} | ${fact.detail}`,
  );

test.each([1, 20, 90])(
  'a charge whose POSTs are lost for %i minutes, then made, raises no "wallet low" behind "funded"',
  async (minutes) => {
    const client = await startClient();
    let untilMs = 0;
    const transport = new WatchedWire(async (send, _, { url }) =>
      url.endsWith('/wallet/fund') && client.clock.now() < untilMs
        ? { kind: 'lost', reason: 'ECONNRESET' }
        : await send(),
    );
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
    await keeper.live(5 * MINUTE_MS);
    await lower(client);
    untilMs = client.clock.now() + minutes * MINUTE_MS;
    await keeper.live(4 * HOUR_MS);
    const told = await lines(keeper);
    const funded = told.findIndex((one) => one.includes('funded:'));
    expect(funded).not.toBe(-1);
    expect(told.slice(funded).filter((one) => one.startsWith('firing wallet.low'))).toEqual([]);
  },
);

/** A hand order of $10 for a paused-before account: low for half an hour. */
test('an order by hand of $50 for a wallet that is long low is not followed by "wallet low"', async () => {
  const client = await startClient();
  const opening = { wallet: { pay_with: ['human'] } };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(30 * MINUTE_MS);
  const order = keeper.place({ kind: 'fund', amountCents: cents(5_000), card: null, coupon: null });
  await keeper.live(2 * MINUTE_MS);
  order.withdraw();
  await keeper.live(30 * MINUTE_MS);
  const told = await lines(keeper);
  const funded = told.findIndex((one) => one.includes('funded:'));
  expect(told.slice(funded).filter((one) => one.startsWith('firing wallet.low'))).toEqual([]);
});
