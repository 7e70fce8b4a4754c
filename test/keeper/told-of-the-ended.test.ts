import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import { basic, row, scene } from './a-challenge.ts';

const FIX = { subscription: { plan: 41, when_past_due: 'fix_payment' } };
const isFix = (url: string) => url.endsWith('/fix-payment');

test('nobody is to confirm the payment of a subscription that has ended, beside another in arrears', async () => {
  const { keeper, world, firing, states } = await scene(isFix, [basic(800, 'past_due')], FIX);
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['fix_payment action']);
  world.rows = [basic(800, 'canceled'), basic(801, 'past_due')];
  await keeper.live(2 * HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
});

test('nor beside one of another plan that is paused', async () => {
  const { keeper, world, firing, states } = await scene(isFix, [basic(800, 'past_due')], FIX);
  await keeper.live(HOUR_MS);
  expect(await states()).toEqual(['fix_payment action']);
  world.rows = [basic(800, 'canceled'), row(801, 43, 'Premium', 'paused')];
  await keeper.live(2 * HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
});
