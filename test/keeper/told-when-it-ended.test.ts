import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { basic, row, scene } from './a-challenge.ts';

const FIX = {
  subscription: { plan: 41, when_past_due: 'fix_payment', when_canceled: 'subscribe', pay_with: ['default'] },
};
const isFix = (url: string) => url.endsWith('/fix-payment');

test('one half list that shows another one of the plan ends nothing that was asked', async () => {
  const { keeper, world, listen, states } = await scene(isFix, [basic(800, 'past_due')], FIX);
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['fix_payment action']);
  const told = await listen();
  world.rows = [basic(801, 'paused')];
  await keeper.pass();
  world.rows = [basic(800, 'past_due')];
  await keeper.live(20 * MINUTE_MS);
  expect((await told()).filter((line) => line.includes('to confirm'))).toEqual([]);
});

test('a repair of a subscription that has ended is not to be confirmed, also where none is beside it', async () => {
  const { keeper, world, firing, states } = await scene(isFix, [basic(800, 'past_due')], FIX);
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['fix_payment action']);
  world.rows = [basic(800, 'canceled')];
  await keeper.live(3 * HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
});

test('nor a change of one that has ended', async () => {
  const { keeper, world, firing, states } = await scene(
    (url) => /subscriptions\/800/.test(url),
    [row(800, 43, 'Premium', 'active')],
    {
      subscription: {
        plan: 41,
        when_wrong_plan: 'change',
        when_canceled: 'subscribe',
        pay_with: ['default'],
      },
    },
  );
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['change_plan action']);
  world.rows = [row(800, 43, 'Premium', 'canceled')];
  await keeper.live(3 * HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
});

test('metrics agree with what is told where plans cannot be listed for days', async () => {
  const { keeper, world, firing, metrics } = await scene((url) => url.endsWith('/subscriptions'), null, {
    subscription: { plan: 41, when_canceled: 'subscribe', when_wrong_plan: 'change', pay_with: ['default'] },
  });
  await keeper.live(HOUR_MS);
  world.rows = [row(900, 43, 'Premium', 'active')];
  await keeper.live(HOUR_MS);
  const before = await metrics();
  world.arePlansDown = true;
  await keeper.live(6 * HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
  expect(await metrics()).toEqual(before);
});
