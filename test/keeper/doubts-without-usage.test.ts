import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aRuledAccount, subscriptionsOf } from './a-ruled-account.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const RULED = {
  plan: 'Basic',
  rules: [{ plan: 'Standard', when_remaining_below: '10%' }],
};

/** Usage cannot be read all along; POSTs fail without effect for the first minutes, then the provider is well. */
async function scene(declared: object, code = 500) {
  const wire = { isDown: true };
  const transport = new WatchedWire(
    (send) => (wire.isDown ? Promise.resolve(answer(code, {})) : send()),
    (send, { url }) => (url.includes('/usage/') ? Promise.resolve(answer(500, {})) : send()),
  );
  const { client, keeper } = await aRuledAccount(41, { ...RULED, ...declared }, { transport, poll: '5m' });
  await keeper.live(10 * MINUTE_MS);
  return { client, keeper, wire };
}

test.each([500, 429])(
  'policy: a repair that failed with %i for three minutes is repeated though usage cannot be read',
  async (code) => {
    const { client, keeper, wire } = await scene({ when_past_due: 'fix_payment' }, code);
    await client.patch({ subscription: { status: 'past_due' } });
    await keeper.live(3 * MINUTE_MS);
    wire.isDown = false;
    await keeper.rest(25 * HOUR_MS);
    expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  },
);

test.each([500, 429])(
  'hand: a repair that failed with %i for three minutes is repeated though usage cannot be read',
  async (code) => {
    const { client, keeper, wire } = await scene({ when_past_due: 'alert' }, code);
    await client.patch({ subscription: { status: 'past_due' } });
    await keeper.live(3 * MINUTE_MS);
    const { withdraw } = keeper.place({ kind: 'fix_payment', subscription: null });
    await keeper.live(3 * MINUTE_MS);
    withdraw();
    wire.isDown = false;
    await keeper.rest(25 * HOUR_MS);
    expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  },
);
