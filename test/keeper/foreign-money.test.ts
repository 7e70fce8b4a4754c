import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { first, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aLowWallet, lower } from './a-low-wallet.ts';
import { charges, faults, posts } from './sandbox-record.ts';

test('a credit that a person paid is told once and counts against the caps', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { caps: { per_charge: 50, day: 90 } });
  await keeper.live(MINUTE_MS);
  await client.fund(50, 'a-person');
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.told()).toEqual([
    'notice purser.degraded: agent-0001: a credit of $50.00 that purser did not make',
  ]);
  await lower(client, 5);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'cap_day' });
});

test('credits from before purser came are nobody’s news, but count', async () => {
  const client = await startClient();
  await client.fund(50, 'before');
  client.clock.advance(HOUR_MS);
  const keeper = await AKeeper.open(client, { caps: { per_charge: 50, day: 90 } });
  await client.patch({ balance: 5 });
  await keeper.live(HOUR_MS);
  expect((await keeper.told()).filter((line) => line.includes('did not make'))).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test('the provider’s own recharge is expected where foreign_credits allows it, and counts', async () => {
  const client = await startClient();
  await client.ask('/wallet/auto-funding', {
    method: 'PUT',
    body: { auto_charge_amount: 25, charge_threshold: 10 },
  });
  const keeper = await AKeeper.open(client, {
    wallet: { min_balance: 5, foreign_credits: 'allow' },
    caps: { per_charge: 50, day: 60 },
  });
  await keeper.live(MINUTE_MS);
  await client.patch({ balance: 8 });
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'auto_recharge')).toHaveLength(1);
  expect(await keeper.told()).toEqual([]);
  const { caps } = keeper.account('agent-0001').policy;
  const scopes = [{ kind: 'account', name: 'agent-0001', caps }] as const;
  const [found] = await keeper.store.journal.usage(scopes, client.clock.now());
  expect(found?.usage).toMatchObject({ dayCents: 2_500, chargesToday: 1 });
});

test('a coupon is no card credit: it neither alarms nor counts', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  await keeper.live(MINUTE_MS);
  await client.ask('/wallet/coupons/redeem', { body: { coupon_code: 'WELCOME50' }, key: 'coupon' });
  expect(await client.balance()).toBe(100);
  await keeper.live(2 * HOUR_MS);
  expect(await keeper.told()).toEqual([]);
});

test('a refund of our own charge freezes the account instead of charging again', async () => {
  const { client, keeper } = await aLowWallet();
  await keeper.live(30 * MINUTE_MS);
  const [own] = await keeper.intents();
  await client.patch({ refund: own?.payment_intent });
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toMatchObject([
    { kind: 'freeze', reason: expect.stringContaining('took back a charge') },
  ]);
  const frozen = (await keeper.messages()).filter(({ fact }) => fact.fingerprint.endsWith('/frozen'));
  expect(frozen).toHaveLength(1);
  expect(keeper.context.view.accounts()[0]).toMatchObject({
    frozen: expect.stringContaining('took back a charge'),
    wallet: { kind: 'hold', reason: 'frozen' },
  });
});

test('a refund freezes where the charge was known by its amount alone, for its answer named no payment', async () => {
  const { client, keeper } = await aLowWallet();
  await faults(client, { fund_answer: 'balance_only' });
  await keeper.live(30 * MINUTE_MS);
  const [own] = await keeper.intents();
  expect(own).toMatchObject({ state: 'settled', payment_intent: expect.stringMatching(/^pi_/) });
  await client.patch({ refund: own?.payment_intent });
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toMatchObject([
    { kind: 'freeze', reason: expect.stringContaining('took back a charge') },
  ]);
});

test('a frozen account is charged again after resume, and the same refund does not freeze it twice', async () => {
  const { client, keeper } = await aLowWallet();
  await keeper.live(30 * MINUTE_MS);
  const [own] = await keeper.intents();
  await client.patch({ refund: own?.payment_intent });
  await keeper.live(HOUR_MS);
  const { name } = keeper.account('agent-0001');
  await keeper.store.journal.liftHold(name, 'freeze', [], client.clock.now());
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.store.journal.holds(name)).toEqual([]);
  expect(await charges(client)).toHaveLength(2);
});

test('a paused account is seen but not charged, and charged when it is resumed', async () => {
  const { client, keeper } = await aLowWallet();
  const { name } = keeper.account('agent-0001');
  const hold = {
    account: name,
    kind: 'pause',
    reason: 'card moves',
    since: client.clock.now(),
    intent: null,
  };
  await keeper.store.journal.setHold({ ...hold, kind: 'pause' }, []);
  await keeper.live(HOUR_MS);
  expect(await posts(client)).toEqual([]);
  expect(first(keeper.context.view.accounts())).toMatchObject({
    balance_usd: 12,
    paused: 'card moves',
    wallet: { reason: 'paused_by_operator' },
  });
  await keeper.store.journal.liftHold(name, 'pause', [], client.clock.now());
  await keeper.live(MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('mode observe decides, tells and sends nothing but reads', async () => {
  const { client, keeper } = await aLowWallet({ mode: 'observe' });
  await client.patch({ subscription: { status: 'past_due', plan_id: 42, renews_in_s: -10 } });
  await keeper.live(3 * HOUR_MS);
  expect(await posts(client)).toEqual([]);
  expect(await keeper.intents()).toEqual([]);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({
    kind: 'charge',
    reason: 'below_minimum',
  });
});
