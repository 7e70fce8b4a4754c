import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { cardId } from '../policy/a-case.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A person made a page of $10 by hand for somebody; the policy pays by a card that is free. confirm-checkout is down. */
test.each([503, 403, 429])(
  'a wallet that is low beside a page by hand, whose confirm answers %i, is funded or told',
  async (status) => {
    const client = await startClient();
    const wire = { isBad: false };
    const transport = new WatchedWire(async (send, _, { url }) =>
      wire.isBad && url.endsWith('/confirm-checkout') ? answer(status, { message: 'x' }) : await send(),
    );
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
    await keeper.live(5 * MINUTE_MS);
    const page = keeper.place({ kind: 'fund_link', amountCents: cents(1_000) });
    await keeper.live(MINUTE_MS);
    page.withdraw();
    wire.isBad = true;
    await lower(client, 1);
    await keeper.live(6 * HOUR_MS);
    const told = await keeper.told();
    expect(await charges(client)).toEqual([]); // held back all the time
    expect(told.filter((one) => one.startsWith('firing'))).toContainEqual(
      expect.stringContaining('wallet.low'),
    );
  },
);

test('so it is told while purser only watches', async () => {
  const client = await startClient();
  const opening = { wallet: { pay_with: ['default'] } };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(5 * MINUTE_MS);
  const page = keeper.place({ kind: 'fund_link', amountCents: cents(1_000) });
  await keeper.live(2 * MINUTE_MS);
  page.withdraw();
  keeper.respec({ ...opening, mode: 'observe' });
  await keeper.live(5 * MINUTE_MS);
  await lower(client, 1);
  await keeper.rest(12 * HOUR_MS);
  expect(await keeper.told()).toContainEqual(expect.stringMatching(/^firing wallet\.low/));
});

test('a charge of $10 by hand that waits for its holder hides no low wallet', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] } });
  await keeper.live(5 * MINUTE_MS);
  await client.patch({ cards: [{ id: 'pm_agent_0001_mastercard', behaviour: 'requires_action' }] });
  const card = cardId('pm_agent_0001_mastercard');
  const order = keeper.place({ kind: 'fund', amountCents: cents(1_000), card, coupon: null });
  await keeper.live(2 * MINUTE_MS);
  order.withdraw();
  expect(await statesOf(keeper)).toEqual(['fund action']);
  await lower(client, 1);
  await keeper.live(20 * MINUTE_MS);
  expect(await keeper.told()).toContainEqual(expect.stringMatching(/^firing wallet\.low/));
});

/** The page's payment takes days; a person orders $10 by card meanwhile, and the provider answers 503. */
test('a charge by hand that does not come to its end hides no wallet that is low behind a page', async () => {
  const client = await startClient();
  const scene = { isDebited: false };
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (url.endsWith('/wallet/fund')) return answer(503, {});
    const isDebit = scene.isDebited && url.endsWith('/confirm-checkout');
    return isDebit ? answer(200, { data: { status: 'processing' }, error: null }) : await send();
  });
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] }, transport });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.rest(23 * HOUR_MS);
  scene.isDebited = true;
  const order = keeper.place({ kind: 'fund', amountCents: cents(1_000), card: null, coupon: null });
  await keeper.live(MINUTE_MS);
  order.withdraw();
  await keeper.live(3 * HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['fund armed', 'fund_link link_open']);
  expect(await keeper.told()).toContainEqual(expect.stringMatching(/^firing wallet\.low/));
});
