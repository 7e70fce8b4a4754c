import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { basic, PAYMENT, row, scene } from './a-challenge.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const RESUME = { subscription: { plan: 41, when_paused: 'resume' } };

test('one odd list ends nothing for as long as plans cannot be listed (resume)', async () => {
  const { client, keeper, world, firing, states } = await scene(
    (url) => url.endsWith('/resume'),
    [basic(800, 'paused')],
    RESUME,
  );
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['resume action']);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
  world.arePlansDown = true;
  await keeper.live(2 * HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
  world.rows = [basic(800, 'active')];
  await keeper.pass();
  world.rows = [basic(800, 'paused')];
  client.clock.advance(MINUTE_MS);
  await keeper.rest(2 * DAY_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
});

test('what a reload takes up again is asked for, though plans cannot be listed (fix_payment)', async () => {
  const { keeper, world, opening, firing, states } = await scene(
    (url) => url.endsWith('/fix-payment'),
    [basic(800, 'past_due')],
    { subscription: { plan: 41, when_past_due: 'fix_payment' } },
  );
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['fix_payment action']);
  keeper.respec({ ...opening, subscription: { plan: 41, when_past_due: 'leave' } });
  await keeper.live(HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
  world.arePlansDown = true;
  await keeper.live(HOUR_MS);
  keeper.respec(opening);
  await keeper.rest(DAY_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
});

test('what is left alone, with a decline that may be charged still, keeps telling so', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const details = { decline_code: 'insufficient_funds', payment_intent_id: PAYMENT };
  const error = { code: 'payment_declined', message: 'No money.', details };
  const transport = new WatchedWire(
    (send, _o, { url }) =>
      url.endsWith('/subscriptions') ? Promise.resolve(answer(402, { data: null, error })) : send(),
    async (send, { url }) =>
      url.includes(PAYMENT)
        ? answer(200, { data: { status: 'processing', payment_intent_id: PAYMENT } })
        : await send(),
  );
  const subscription = { plan: 41, when_canceled: 'subscribe', pay_with: ['default'] };
  const opening: Opening = { poll: '1m', wallet: null, transport, subscription };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(8 * MINUTE_MS);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  keeper.respec({ ...opening, subscription: { ...subscription, when_canceled: 'leave' } });
  await keeper.live(3 * MINUTE_MS);
  expect(firing()).not.toEqual([]);
});

test('list of all: a challenge that is of no use beside a live one', async () => {
  const { keeper, world } = await scene((url) => url.endsWith('/subscriptions'), null, {
    subscription: { plan: 41, when_canceled: 'subscribe', when_wrong_plan: 'leave', pay_with: ['default'] },
  });
  await keeper.live(HOUR_MS);
  world.rows = [row(900, 43, 'Premium', 'active')];
  await keeper.live(HOUR_MS);
  world.isListDown = true;
  await keeper.pass();
  const name = keeper.account('agent-0001').name;
  expect(keeper.context.view.stateOf(name)).not.toBe('needs_person');
});

const PAGE = { subscription: { plan: 41, when_canceled: 'subscribe', pay_with: ['human'] } };

test('a page that is out is asked for under the new name of its account', async () => {
  const { client, keeper, world, opening, firing } = await scene(() => false, null, PAGE);
  await keeper.live(HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to pay $27.00'));
  keeper.close();
  client.clock.advance(10 * MINUTE_MS);
  const accounts = { 'render-eu': { token: { env: 'TOKEN_AGENT_0001' } } };
  world.arePlansDown = true;
  const next = await AKeeper.open(client, { ...opening, folder: keeper.folder, accounts });
  await next.live(6 * HOUR_MS, 'render-eu');
  const now = next.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(now).toContainEqual('render-eu needs a person to pay $27.00');
});

test('one odd list takes no page from people for as long as plans cannot be listed', async () => {
  const { client, keeper, world, firing } = await scene(() => false, null, PAGE);
  await keeper.live(HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to pay $27.00'));
  world.arePlansDown = true;
  await keeper.live(HOUR_MS);
  world.rows = [basic(800, 'active')];
  await keeper.pass();
  world.rows = [];
  client.clock.advance(MINUTE_MS);
  await keeper.live(6 * HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to pay $27.00'));
});
