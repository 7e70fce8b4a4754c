import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { basic, row, scene } from './a-challenge.ts';
import { answer } from './watched-wire.ts';

const FIX = { subscription: { plan: 41, when_past_due: 'fix_payment' } };
const isFix = (url: string) => url.endsWith('/fix-payment');

test('two in arrears: the challenge of one is needed whichever the list names first', async () => {
  const { keeper, world, firing, states } = await scene(isFix, [basic(800, 'past_due')], FIX);
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['fix_payment action']);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
  world.rows = [basic(801, 'past_due'), basic(800, 'past_due')];
  await keeper.live(2 * HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
});

test('lists of another order in turn make no noise', async () => {
  const { keeper, world, listen, states } = await scene(
    isFix,
    [basic(800, 'past_due'), basic(801, 'past_due')],
    FIX,
  );
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['fix_payment action']);
  const told = await listen();
  for (let turn = 0; turn < 12; turn += 1) {
    const both = [basic(800, 'past_due'), basic(801, 'past_due')];
    world.rows = turn % 2 === 0 ? both.toReversed() : both;
    await keeper.live(10 * MINUTE_MS);
  }
  expect((await told()).filter((line) => line.includes('to confirm')).length).toBeLessThanOrEqual(1);
});

test('one half list that shows another one ends nothing that was asked', async () => {
  const { keeper, world, listen, states } = await scene(isFix, [basic(800, 'past_due')], FIX);
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['fix_payment action']);
  const told = await listen();
  world.rows = [row(802, 43, 'Premium', 'paused')];
  await keeper.live(MINUTE_MS);
  world.rows = [basic(800, 'past_due')];
  await keeper.live(20 * MINUTE_MS);
  expect((await told()).filter((line) => line.includes('to confirm'))).toEqual([]);
});

test('a change that ends one and begins another, not paid yet, is to be confirmed still', async () => {
  const { keeper, world, firing } = await scene(
    (url) => /subscriptions\/800/.test(url),
    [row(800, 43, 'Premium', 'active')],
    { subscription: { plan: 41, when_wrong_plan: 'change', when_past_due: 'fix_payment' } },
  );
  await keeper.live(HOUR_MS);
  world.rows = [row(800, 43, 'Premium', 'canceled'), basic(801, 'past_due')];
  await keeper.live(2 * HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
});

test('metrics and the list of all agree with what is told while lists fail', async () => {
  const { keeper, world, firing, metrics, states } = await scene(
    (url) => url.endsWith('/subscriptions'),
    null,
    {
      subscription: { plan: 41, when_canceled: 'subscribe', when_wrong_plan: 'leave', pay_with: ['default'] },
    },
  );
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['subscribe action']);
  world.rows = [row(900, 43, 'Premium', 'active')];
  await keeper.live(HOUR_MS);
  expect(firing()).toEqual([]);
  expect(await metrics()).toEqual([]);
  world.isListDown = true;
  await keeper.live(30 * MINUTE_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
  expect(await metrics()).toEqual([]);
  expect(keeper.context.view.stateOf(keeper.account('agent-0001').name)).not.toBe('needs_person');
});

test('a status that cannot be read now and then resolves nothing', async () => {
  const { keeper, world, listen } = await scene(() => false, [basic(800, 'active')], {
    subscription: { plan: 41, when_past_due: 'fix_payment', pay_with: ['default'] },
  });
  await keeper.live(HOUR_MS);
  let isDown = false;
  world.statusOf = (id) =>
    id === '800'
      ? isDown
        ? answer(500, {})
        : answer(200, { data: { id: 800, plan_id: 41, plan_name: 'Basic', status: 'past_due' } })
      : null;
  world.rows = [basic(801, 'past_due')];
  await keeper.live(2 * HOUR_MS);
  const told = await listen();
  for (let turn = 0; turn < 8; turn += 1) {
    isDown = turn % 2 === 0;
    await keeper.live(10 * MINUTE_MS);
  }
  expect((await told()).length).toBeLessThanOrEqual(1);
});
