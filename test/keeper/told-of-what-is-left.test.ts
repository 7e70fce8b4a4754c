import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { aWorld, row, scene } from './a-challenge.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const BUY = { plan: 41, when_canceled: 'subscribe', pay_with: ['default'] };
const isBuy = (url: string) => url.endsWith('/subscriptions');

test('a charge by hand in doubt hides no subscription that stays unrepaired', async () => {
  const { keeper, world, firing } = await scene((url) => url.endsWith('/subscriptions'), null, {
    wallet: { pay_with: ['default'] },
    subscription: { ...BUY, when_wrong_plan: 'change' },
  });
  await keeper.live(HOUR_MS);
  world.rows = [row(900, 43, 'Premium', 'active')];
  await keeper.live(2 * HOUR_MS);
  expect(firing()).toContainEqual('agent-0001 needs a person');
  world.isPostDown = true;
  const { withdraw } = keeper.place({ kind: 'charge_amount', amountCents: cents(2500) });
  await keeper.live(5 * MINUTE_MS);
  withdraw();
  await keeper.live(20 * MINUTE_MS);
  expect(firing()).toContainEqual('agent-0001 needs a person');
});

test('a page that is paid makes no alarm of a stuck charge', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld(() => false);
  const keeper = await AKeeper.open(client, {
    poll: '10m',
    wallet: null,
    transport,
    subscription: { ...BUY, pay_with: ['human'] },
  });
  await keeper.live(HOUR_MS);
  const before = (await keeper.told()).length;
  world.rows = [];
  await client.patch({ pay_link: true });
  await keeper.live(3 * MINUTE_MS);
  world.rows = null;
  await keeper.live(10 * MINUTE_MS);
  expect((await keeper.told()).slice(before).filter((line) => line.includes('does not come'))).toEqual([]);
});

test('what is left alone by a reload is not bought by a replay', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  let isDown = true;
  let posts = 0;
  const transport = new WatchedWire((send, _o, { url }) => {
    if (!isBuy(url)) return send();
    posts += 1;
    return isDown ? Promise.resolve(answer(500, {})) : send();
  });
  const opening: Opening = { poll: '1m', wallet: null, transport, subscription: BUY };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(7 * MINUTE_MS);
  const before = posts;
  keeper.respec({ ...opening, subscription: { ...BUY, when_canceled: 'leave' } });
  isDown = false;
  await keeper.live(HOUR_MS);
  expect(posts).toBe(before);
});

test('a doubt of what is left alone is told', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const transport = new WatchedWire((send, _o, { url }) =>
    isBuy(url) ? Promise.resolve(answer(500, {})) : send(),
  );
  const opening: Opening = { poll: '10m', wallet: null, transport, subscription: BUY };
  const keeper = await AKeeper.open(client, opening);
  for (let n = 0; n < 40 && (await keeper.intents()).length === 0; n += 1) await keeper.live(30_000);
  keeper.respec({ ...opening, subscription: { ...BUY, when_canceled: 'leave' } });
  await keeper.live(HOUR_MS);
  const firing = keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing).toContainEqual(expect.stringContaining('Unknown whether'));
});

test('a wallet page that was paid too little asks again', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: { pay_with: ['human'] } });
  await keeper.pass();
  await lower(client);
  await keeper.live(HOUR_MS);
  await client.patch({ pay_link: true });
  await client.patch({ balance: 2 });
  await keeper.live(HOUR_MS);
  await client.patch({ balance: 2 });
  await keeper.live(3 * HOUR_MS);
  const firing = keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing.length).toBeGreaterThan(0);
});

test('a card list that fails now and then resolves nothing', async () => {
  const client = await startClient();
  let isDown = false;
  const transport = new WatchedWire(
    (send) => send(),
    (send, { url }) =>
      isDown && url.includes('/payment-methods') ? Promise.resolve(answer(500, {})) : send(),
  );
  const keeper = await AKeeper.open(client, { poll: '10m', transport });
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
  await lower(client);
  await keeper.live(HOUR_MS);
  const before = (await keeper.told()).length;
  for (let turn = 0; turn < 8; turn += 1) {
    isDown = turn % 2 === 0;
    await keeper.live(10 * MINUTE_MS);
  }
  expect((await keeper.told()).length - before).toBeLessThanOrEqual(1);
});
