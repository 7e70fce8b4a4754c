import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { aLowWallet, lower } from './a-low-wallet.ts';
import { charges, faults, posts } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

async function aKeeper(opening: Opening) {
  const client = await startClient();
  return { client, keeper: await AKeeper.open(client, { poll: '10m', ...opening }) };
}

const BACKSTOP = { auto_funding: { threshold: 5, amount: 25 } };

async function paths(client: Parameters<typeof posts>[0], word: string): Promise<readonly string[]> {
  const all = await posts(client);
  return all.filter(({ path }) => path.includes(word)).map(({ method, status }) => `${method} ${status}`);
}

test('the declared recharge is set once, said again after a week, and after a restart only when it is due', async () => {
  const { client, keeper } = await aKeeper({ wallet: BACKSTOP });
  await keeper.rest(6 * DAY_MS);
  expect(await paths(client, 'auto-funding')).toEqual(['PUT 200']);
  keeper.close();
  const next = await AKeeper.open(client, { poll: '10m', wallet: BACKSTOP, folder: keeper.folder });
  await next.live(HOUR_MS);
  expect(await paths(client, 'auto-funding')).toEqual(['PUT 200']);
  await next.rest(DAY_MS);
  expect(await paths(client, 'auto-funding')).toEqual(['PUT 200', 'PUT 200']);
});

test('another declaration is set at once; off turns it off; leave does nothing', async () => {
  const { client, keeper } = await aKeeper({ wallet: BACKSTOP });
  await keeper.live(HOUR_MS);
  keeper.respec({ poll: '10m', wallet: { auto_funding: { threshold: 4, amount: 25 } } });
  await keeper.live(HOUR_MS);
  keeper.respec({ poll: '10m', wallet: { auto_funding: 'off' } });
  await keeper.live(HOUR_MS);
  keeper.respec({ poll: '10m', wallet: { auto_funding: 'leave' } });
  await keeper.live(HOUR_MS);
  expect(await paths(client, 'auto-funding')).toEqual(['PUT 200', 'PUT 200', 'DELETE 200']);
});

test('a recharge that cannot be set is told once, tried again, and holds nothing up', async () => {
  const client = await startClient();
  let isDown = true;
  const transport = new WatchedWire(async (send, _ordinal, { url }) =>
    isDown && url.includes('auto-funding')
      ? { kind: 'answered', status: 500, headers: {}, bodyText: '{}' }
      : await send(),
  );
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: BACKSTOP, transport });
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  const headline = 'purser.degraded: agent-0001: auto-funding is not as declared';
  const told = (await keeper.told()).filter((line) => line.includes('auto-funding'));
  expect(told).toEqual([`firing ${headline}`]);
  isDown = false;
  await keeper.live(HOUR_MS);
  expect((await keeper.told()).filter((line) => line.includes('auto-funding'))).toEqual([
    `firing ${headline}`,
    `resolved ${headline}`,
  ]);
});

test('in observe mode, or while the account is paused, nothing is set or redeemed', async () => {
  const wallet = { ...BACKSTOP, coupons: ['WELCOME50'] };
  const { client, keeper } = await aKeeper({ wallet, mode: 'observe' });
  await keeper.live(HOUR_MS);
  const paused = await AKeeper.open(client, { poll: '10m', wallet });
  const { name } = paused.account('agent-0001');
  const hold = {
    account: name,
    kind: 'pause',
    reason: 'x',
    since: client.clock.now(),
    intent: null,
  } as const;
  await paused.store.journal.setHold(hold, []);
  await paused.live(HOUR_MS);
  expect(await posts(client)).toEqual([]);
});

test('its own recharge counts against the caps, and is no news where it is declared', async () => {
  const { client, keeper } = await aKeeper({
    wallet: { ...BACKSTOP, pay_with: ['human'] },
  });
  await keeper.pass();
  await client.patch({ balance: 4.5, burn: 60 });
  client.clock.advance(60_000);
  await keeper.live(HOUR_MS);
  expect((await charges(client, 'auto_recharge')).length).toBeGreaterThan(0);
  const { caps } = keeper.account('agent-0001').policy;
  const [used] = await keeper.store.journal.usage(
    [{ kind: 'account', name: 'agent-0001', caps }],
    client.clock.now(),
  );
  expect(used?.usage.dayCents).toBeGreaterThanOrEqual(2_500);
  expect((await keeper.told()).filter((line) => line.includes('did not make'))).toEqual([]);
});

test('a coupon is redeemed once, whatever restarts', async () => {
  const wallet = { coupons: ['WELCOME50'] };
  const { client, keeper } = await aKeeper({ wallet });
  await keeper.live(HOUR_MS);
  keeper.close();
  const next = await AKeeper.open(client, { poll: '10m', wallet, folder: keeper.folder });
  await next.live(HOUR_MS);
  expect(await paths(client, 'coupons/redeem')).toEqual(['POST 200']);
  expect((await next.told()).filter((line) => line.includes('coupon'))).toEqual([]);
});

test('a redemption whose answer was lost is found out and not told as refused', async () => {
  const { client, keeper } = await aKeeper({ wallet: { coupons: ['WELCOME50'] } });
  await faults(client, { lost_response: 1 });
  await keeper.pass();
  await faults(client, { lost_response: 0 });
  await keeper.live(2 * HOUR_MS);
  expect(
    (await paths(client, 'coupons/redeem')).filter((line) => line.endsWith('200')).length,
  ).toBeLessThanOrEqual(1);
  expect(await keeper.told()).toEqual([]);
  expect(keeper.store.upkeep.read(keeper.account('agent-0001').name, 'coupon/WELCOME50')).toMatchObject({
    result: 'done',
  });
});

/** A redemption that was lost, and what validating answers from then on. */
async function afterALostRedemption(arrives: boolean, validated: TransportReply) {
  let isLost = false;
  const transport = new WatchedWire(
    async (send) => {
      if (arrives) await send();
      isLost = true;
      return { kind: 'lost', reason: 'ECONNRESET' };
    },
    async (send, { url }) => (isLost && url.includes('coupons/validate') ? validated : await send()),
  );
  const { client, keeper } = await aKeeper({ wallet: { coupons: ['WELCOME50'] }, transport });
  await keeper.live(2 * HOUR_MS);
  const record = keeper.store.upkeep.read(keeper.account('agent-0001').name, 'coupon/WELCOME50');
  return { told: await keeper.told(), record, sent: (await posts(client)).length };
}

test.each([200, 422])(
  'of a coupon that ended after its redemption was lost it is told that nobody knows (%i)',
  async (status) => {
    const expired = { message: 'This coupon has expired.' };
    const validated =
      status === 200
        ? answer(200, { data: { valid: false, error: expired.message }, error: null })
        : answer(422, { data: null, error: { code: 'coupon_expired', ...expired } });
    const { told, record } = await afterALostRedemption(false, validated);
    expect(record).toMatchObject({ result: 'refused' });
    expect(record?.detail).toMatch(/expired.*whether it was redeemed is not known/);
    expect(told).toEqual(['firing purser.degraded: agent-0001: coupons is not as declared']);
  },
);

test('a redemption whose answer was lost is found out also where validating refuses what is spent', async () => {
  const spent = { code: 'coupon_used', message: 'This coupon has already been used.' };
  const { told, record, sent } = await afterALostRedemption(true, answer(422, { data: null, error: spent }));
  expect(record).toMatchObject({ result: 'done', detail: 'redeemed' });
  expect(told).toEqual([]);
  expect(sent).toBe(1);
});

test('a coupon that is worth nothing is told once, and no more when the config drops it', async () => {
  const { keeper } = await aKeeper({ wallet: { coupons: ['SUMMER24'] } });
  await keeper.live(HOUR_MS);
  const firing = 'firing purser.degraded: agent-0001: coupons is not as declared';
  expect(await keeper.told()).toEqual([firing]);
  keeper.respec({ poll: '10m', wallet: {} });
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toEqual([firing, firing.replace('firing', 'resolved')]);
});

test('a bonus coupon goes with the top-up that is made anyway, once', async () => {
  const { client, keeper } = await aLowWallet({ wallet: { coupons: ['BONUS20'], cooldown: '0s' } });
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'coupon')).toMatchObject([{ amount_cents: 5_000 }]);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'coupon')).toHaveLength(1);
  expect(await charges(client, 'fund')).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled' }, { state: 'settled' }]);
});
