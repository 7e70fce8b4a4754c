import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { badPosts, lower } from './a-low-wallet.ts';
import { aRuledAccount, OFFICE, openKeeper, subscriptionsOf } from './a-ruled-account.ts';
import { charges, posts } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const OFFICE_HOURS = { pause: { hours: { ...OFFICE, ahead: '15m' } } };

test('it is paused outside its hours, and runs again before they begin', async () => {
  const { client, keeper } = await aRuledAccount(41, OFFICE_HOURS);
  await keeper.live(6 * HOUR_MS - MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  await keeper.live(2 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
  await keeper.live(13.5 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
  await keeper.live(20 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  await keeper.rest(3 * DAY_MS + 20 * MINUTE_MS);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(Array(8).fill('settled'));
  expect(await charges(client, 'renewal')).toEqual([]);
  expect(await keeper.told()).not.toContainEqual(expect.stringMatching(/^firing/));
}, 30_000);

test('it is paused, which costs nothing, also while nobody can read whether a top-up was taken back', async () => {
  const out = { isOn: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (out.isOn && url.includes('type=debit') ? answer(500, {}) : await send()),
  );
  const { client, keeper } = await aRuledAccount(41, OFFICE_HOURS, { wallet: {}, transport });
  await keeper.pass();
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  out.isOn = true;
  await keeper.live(5.5 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
});

test('what a person resumed outside its hours is told once and left until the next day', async () => {
  const { client, keeper } = await aRuledAccount(41, OFFICE_HOURS, { alerts: { repeat: '24h' } });
  await keeper.live(7 * HOUR_MS);
  await client.patch({ subscription: { status: 'active' } });
  await keeper.rest(12 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  const told = await keeper.told();
  expect(told.filter((line) => line.startsWith('firing'))).toEqual([
    'firing purser.degraded: agent-0001: subscription 503 was changed by hand from paused to running; purser leaves it',
  ]);
  await keeper.rest(DAY_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
});

test.each([
  ['is left and told', {}, 'Basic paused', 1],
  ['is resumed where when_paused says so', { when_paused: 'resume' }, 'Basic active', 0],
  ['is resumed where enforce says so', { enforce: true }, 'Basic active', 0],
  ['is left in silence where when_paused says so', { when_paused: 'leave' }, 'Basic paused', 0],
])('what a person paused within its hours %s', async (_what, words, expected, incidents) => {
  const { client, keeper } = await aRuledAccount(41, { ...OFFICE_HOURS, ...words });
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { status: 'paused' } });
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual([expected]);
  expect((await keeper.told()).filter((line) => line.startsWith('firing'))).toHaveLength(incidents);
});

test.each(['lost_response', 'lost_request', 'error_after_effect', 'garbage'])(
  'a pause and a resume whose answers are bad are each made once (%s)',
  async (fault) => {
    const { client, keeper } = await aRuledAccount(41, OFFICE_HOURS);
    await keeper.live(HOUR_MS);
    keeper.close();
    const transport = badPosts(client, { [fault]: 1 }, 2);
    const next = await openKeeper(client, OFFICE_HOURS, { folder: keeper.folder, transport });
    await next.rest(20 * HOUR_MS);
    expect(await subscriptionsOf(client)).toEqual(['Basic active']);
    expect((await next.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'resume settled',
      'pause settled',
    ]);
    await transport.close();
  },
);

test('a subscription that is paused changes its plan when it runs again, and none is bought beside it', async () => {
  const both = {
    ...OFFICE_HOURS,
    plan: 'Basic',
    when_canceled: 'subscribe',
    rules: [{ plan: 'Standard', from: '0 4 * * *', for: '8h' }],
  };
  const { client, keeper } = await aRuledAccount(41, both);
  await keeper.rest(19 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic paused']);
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  expect(await charges(client, 'subscribe')).toEqual([]);
  expect((await posts(client)).map(({ path }) => path.split('/').at(-1))).toEqual(['pause', 'resume', '503']);
});
