import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, posts } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

async function aCardThatAsks(opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'requires_action' }] });
  await lower(client);
  await keeper.live(HOUR_MS);
  return { client, keeper };
}

test('a 3-D Secure challenge asks a person once and is not charged around', async () => {
  const { client, keeper } = await aCardThatAsks({
    wallet: { pay_with: ['default', 'pm_agent_0001_mastercard'] },
  });
  expect(await keeper.intents()).toMatchObject([{ state: 'action', settled_usd: null }]);
  expect(await charges(client)).toEqual([]);
  expect(await posts(client)).toHaveLength(1);
  expect(await keeper.told()).toEqual([
    'firing payment.action_required: agent-0001 needs a person to confirm $50.00 (3-D Secure)',
  ]);
});

test('a challenge that is answered late settles the charge, which is made once', async () => {
  const { client, keeper } = await aCardThatAsks();
  await client.patch({ complete_3ds: true });
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', settled_usd: 50 }]);
  expect(await keeper.told()).toEqual([
    'firing payment.action_required: agent-0001 needs a person to confirm $50.00 (3-D Secure)',
    'resolved payment.action_required: agent-0001 needs a person to confirm $50.00 (3-D Secure)',
    'notice charge.succeeded: agent-0001 funded: $62.00',
  ]);
});

test('a challenge that is refused frees the reservation, and the next card is tried', async () => {
  const { client, keeper } = await aCardThatAsks({
    wallet: { pay_with: ['default', 'pm_agent_0001_mastercard'] },
  });
  await client.patch({ fail_3ds: true });
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toMatchObject([{ card: 'pm_agent_0001_mastercard' }]);
  const [, first] = await keeper.intents();
  expect(first).toMatchObject({ state: 'released', detail: 'declined: authentication_required' });
});

test('an open challenge keeps its money reserved', async () => {
  const { client, keeper } = await aCardThatAsks({ caps: { per_charge: 50, day: 60 } });
  client.clock.advance(MINUTE_MS);
  const { caps } = keeper.account('agent-0001').policy;
  const scopes = [{ kind: 'account', name: 'agent-0001', caps }] as const;
  const [found] = await keeper.store.journal.usage(scopes, client.clock.now());
  expect(found?.usage.dayCents).toBe(5_000);
});

const PAYMENT = 'pi_waits000000001';
const SUBSCRIBE = { plan: 41, when_canceled: 'subscribe', pay_with: ['default', 'others'] };

/** The first POST to a path is declined for want of the card's holder, and its payment is what `is` says. */
function aDecline(path: string) {
  const payment = { is: 'requires_action' };
  const details = { decline_code: 'authentication_required', payment_intent_id: PAYMENT };
  const error = { code: 'payment_declined', message: 'The card needs its holder.', details };
  const transport = new WatchedWire(
    (send, ordinal, { url }) =>
      ordinal === 0 && url.endsWith(path) ? Promise.resolve(answer(402, { data: null, error })) : send(),
    (send, { url }) =>
      url.includes(PAYMENT)
        ? Promise.resolve(answer(200, { data: { status: payment.is, payment_intent_id: PAYMENT } }))
        : send(),
  );
  return { payment, transport };
}

/** An account without its subscription, an hour after the purchase of one was declined so. */
async function aPurchaseThatAsks(status = 'requires_action') {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { payment, transport } = aDecline('/subscriptions');
  payment.is = status;
  const opening = { poll: '10m', subscription: SUBSCRIBE, transport };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(HOUR_MS);
  return { client, keeper, payment, opening };
}

const states = async (keeper: AKeeper) =>
  (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);
const heldBy = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);

test.each(['requires_action', 'pending'])(
  'a subscription whose payment waits for the holder (402, %s) asks them, and freezes nothing: the wallet is funded',
  async (status) => {
    const { client, keeper } = await aPurchaseThatAsks(status);
    await keeper.rest(DAY_MS);
    expect(await heldBy(keeper)).toEqual([]);
    expect(await states(keeper)).toEqual(['subscribe action']);
    expect(new Set(await keeper.told())).toEqual(
      new Set([
        'firing charge.declined: agent-0001: charge declined',
        'resolved charge.declined: agent-0001: the holder of the card is asked',
        'firing payment.action_required: agent-0001 needs a person to confirm $27.00 (3-D Secure)',
      ]),
    );
    await lower(client);
    await keeper.live(HOUR_MS);
    expect(await charges(client)).toMatchObject([{ amount_cents: 5_000 }]);
    expect(await states(keeper)).toEqual(['fund settled', 'subscribe action']);
  },
);

test('a holder who confirms after a restart has it settled, and asked of nobody any more', async () => {
  const { client, keeper, payment, opening } = await aPurchaseThatAsks();
  keeper.close();
  const next = await AKeeper.open(client, { ...opening, folder: keeper.folder });
  await next.live(5 * HOUR_MS);
  expect(await states(next)).toEqual(['subscribe action']);
  payment.is = 'succeeded';
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  await next.live(3 * HOUR_MS);
  expect(await next.intents()).toMatchObject([{ state: 'settled', settled_usd: 27 }]);
  expect(await heldBy(next)).toEqual([]);
  expect(next.store.firingIncidents()).toEqual([]);
});

test.each([
  ['let lapse', 'canceled'],
  ['failed to confirm', 'requires_payment_method'],
])('a payment that its holder %s is one decline of its card, and the next card pays', async (_, status) => {
  const { client, keeper, payment } = await aPurchaseThatAsks();
  payment.is = status;
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'subscribe')).toMatchObject([{ card: 'pm_agent_0001_mastercard' }]);
  expect(await states(keeper)).toEqual(['subscribe settled', 'subscribe released']);
  expect(await keeper.store.journal.declineTotals()).toMatchObject([
    { code: 'authentication_required', count: 1 },
  ]);
});

test.each(['failed', 'requires_payment_method'])(
  'where the payment says %s at once it is a decline, nobody is asked, and the next card pays',
  async (status) => {
    const { client, keeper } = await aPurchaseThatAsks(status);
    expect(await charges(client, 'subscribe')).toMatchObject([{ card: 'pm_agent_0001_mastercard' }]);
    expect((await keeper.told()).filter((line) => line.includes('action_required'))).toEqual([]);
  },
);

test('a decline whose payment says nothing that is known freezes after two hours, as ever', async () => {
  const { keeper } = await aPurchaseThatAsks('processing');
  expect(await states(keeper)).toEqual(['subscribe declined']);
  await keeper.live(2 * HOUR_MS);
  expect(await heldBy(keeper)).toMatchObject([{ kind: 'freeze' }]);
});

test('beside a top-up that is declined so no page goes out while its payment may come', async () => {
  const client = await startClient();
  const { payment, transport } = aDecline('/wallet/fund');
  const wallet = { pay_with: ['default', 'human'] };
  const keeper = await AKeeper.open(client, { poll: '10m', wallet, transport });
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['fund declined']);
  payment.is = 'failed';
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['fund_link link_open', 'fund released']);
});

test('a purchase of a plan that is not wanted any more is not to be confirmed', async () => {
  const { keeper, opening } = await aPurchaseThatAsks();
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing()).toEqual(['agent-0001 needs a person to confirm $27.00 (3-D Secure)']);
  keeper.respec({ ...opening, subscription: { ...SUBSCRIBE, plan: 42 } });
  await keeper.live(HOUR_MS);
  expect(firing().filter((line) => line.includes('confirm'))).toEqual([]);
});

test('a purchase is not to be confirmed beside a live one that somebody bought meanwhile', async () => {
  const { client, keeper } = await aPurchaseThatAsks();
  await client.patch({ subscription: { status: 'active', plan_id: 43 } });
  const before = (await keeper.told()).length;
  await keeper.live(6 * HOUR_MS);
  const told = (await keeper.told()).slice(before);
  expect(told.filter((one) => one.startsWith('firing') && one.includes('confirm'))).toEqual([]);
});
