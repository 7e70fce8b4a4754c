import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { OffClock } from './off-clock.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const CARD = 'pm_agent_0001_visa';
const WITH_LINKS = { wallet: { pay_with: ['default', 'human'] } };

/** A card that does so, and a wallet that is low for so long. */
async function whereTheCard(behaviour: string, wish: Opening, lowForMs: number) {
  const client = await startClient();
  const provider = { isDown: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send) => (provider.isDown ? answer(500, {}) : await send()),
  );
  const keeper = await AKeeper.open(client, { ...wish, transport });
  await keeper.pass();
  await client.patch({ cards: [{ id: CARD, behaviour }] });
  await lower(client);
  await keeper.live(lowForMs);
  /** What is told from here on. */
  const listen = async () => {
    const before = (await keeper.told()).length;
    return async () => (await keeper.told()).slice(before);
  };
  return { client, provider, keeper, listen };
}

/** A payment page is out, and the card has funded the wallet since. */
async function anUnneededPage() {
  const scene = await whereTheCard('insufficient_funds', WITH_LINKS, 5 * MINUTE_MS);
  await scene.client.patch({ cards: [{ id: CARD, behaviour: 'succeed' }] });
  await scene.keeper.live(7 * HOUR_MS);
  expect(await scene.client.balance()).toBe(62);
  const states = (await scene.keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);
  expect(states).toContain('fund_link link_open');
  return scene;
}

test('a challenge beside a link that was paid asks nobody any more to confirm what is not needed', async () => {
  const { client, keeper, listen } = await whereTheCard('requires_action', WITH_LINKS, HOUR_MS);
  expect((await keeper.told()).filter((line) => line.includes('to confirm'))).not.toEqual([]);
  await client.patch({ pay_link: true });
  await keeper.live(HOUR_MS);
  expect(await client.balance()).toBe(62);
  const told = await listen();
  await keeper.rest(DAY_MS);
  expect(await told()).toEqual([]);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect((await told()).filter((line) => line.includes('to confirm'))).not.toEqual([]);
});

test('nor one where a person funded the wallet elsewhere', async () => {
  const { client, keeper, listen } = await whereTheCard('requires_action', { wallet: {} }, HOUR_MS);
  await client.fund(100, 'portal', 'pm_agent_0001_mastercard');
  await keeper.live(HOUR_MS);
  const told = await listen();
  await keeper.rest(DAY_MS);
  expect((await told()).filter((line) => line.includes('confirm'))).toEqual([]);
  expect(keeper.context.view.stateOf(keeper.account('agent-0001').name)).toBe('charging');
  expect(await keeper.context.metrics.text()).not.toMatch(/purser_needs_human.*requires_action.* 1\n/);
});

test('a challenge is asked for still while its account, whose wallet is low, is frozen over something else', async () => {
  const { client, keeper } = await whereTheCard('requires_action', { wallet: {} }, 10 * MINUTE_MS);
  const { name: account } = keeper.account('agent-0001');
  const since = client.clock.now();
  await keeper.store.journal.setHold(
    { account, kind: 'freeze', reason: 'a refund', since, intent: null },
    [],
  );
  await keeper.live(10 * MINUTE_MS);
  const firing = keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing).toContainEqual(expect.stringContaining('to confirm'));
});

test('a pass that cannot see the provider asks nobody to pay a page that is not needed', async () => {
  const { provider, keeper, listen } = await anUnneededPage();
  const told = await listen();
  provider.isDown = true;
  await keeper.passes(2);
  provider.isDown = false;
  await keeper.live(10 * MINUTE_MS);
  expect((await told()).filter((line) => line.includes('to pay'))).toEqual([]);
});

test('a page that is needed is asked for all the same, while the provider cannot be seen', async () => {
  const { provider, keeper, listen } = await whereTheCard('insufficient_funds', WITH_LINKS, 5 * MINUTE_MS);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing()).toContainEqual(expect.stringContaining('to pay'));
  const told = await listen();
  provider.isDown = true;
  await keeper.passes(3, 10_000);
  expect(firing()).toContainEqual(expect.stringContaining('to pay'));
  expect((await told()).filter((line) => line.includes('to pay'))).toEqual([]);
});

test('nor does a pause of an account that is well ask for it', async () => {
  const { client, keeper, listen } = await anUnneededPage();
  const told = await listen();
  const { name: account } = keeper.account('agent-0001');
  const since = client.clock.now();
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: 'by hand', since, intent: null }, []);
  await keeper.live(10 * MINUTE_MS);
  expect((await told()).filter((line) => line.includes('to pay'))).toEqual([]);
});

test('a page that is over is not offered on and on where purser only watches', async () => {
  const { keeper } = await whereTheCard('lost_card', WITH_LINKS, MINUTE_MS);
  keeper.respec({ ...WITH_LINKS, mode: 'observe' });
  await keeper.rest(26 * HOUR_MS);
  const before = (await keeper.messages()).length;
  await keeper.rest(DAY_MS);
  const messages = (await keeper.messages()).slice(before);
  expect(messages.filter(({ fact, status }) => status === 'firing' && fact.pay !== undefined)).toEqual([]);
});

test('who pays by link alone gets one though the saved cards cannot be listed', async () => {
  const client = await startClient();
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (url.includes('payment-methods') ? answer(404, {}) : await send()),
  );
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] }, transport });
  await keeper.pass();
  await lower(client);
  await keeper.live(HOUR_MS);
  expect((await keeper.intents()).map(({ kind }) => kind)).toEqual(['fund_link']);
});

test('a challenge that a job waits for is asked for, though the wallet is above its minimum', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, {});
  await keeper.pass();
  await client.patch({ cards: [{ id: CARD, behaviour: 'requires_action' }] });
  const { withdraw } = keeper.place(ensureOrder(cents(10_800)));
  await keeper.live(10 * MINUTE_MS);
  const firing = keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  withdraw();
  expect(firing).toContainEqual(expect.stringContaining('to confirm'));
});

test('a page that must be paid is asked for still where purser is started with its clock off', async () => {
  const { client, keeper } = await whereTheCard('insufficient_funds', WITH_LINKS, 5 * MINUTE_MS);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing()).toContainEqual(expect.stringContaining('to pay'));
  keeper.close();
  const clock = new OffClock(client.clock);
  clock.offMs = HOUR_MS;
  const next = await AKeeper.open(client, { ...WITH_LINKS, clock, folder: keeper.folder });
  await next.passes(3, MINUTE_MS);
  const still = next.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(still).toContainEqual(expect.stringContaining('to pay'));
});

test('one half list asks nobody to pay for a subscription that was bought elsewhere', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const list = { isHalf: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      const isHalf = list.isHalf && url.endsWith('/subscriptions') && reply.kind === 'answered';
      return isHalf ? { ...reply, bodyText: JSON.stringify({ data: [] }) } : reply;
    },
  );
  const subscription = { plan: 42, when_canceled: 'subscribe', pay_with: ['human'] };
  const keeper = await AKeeper.open(client, { wallet: null, subscription, transport });
  await keeper.live(HOUR_MS);
  expect((await keeper.told()).filter((line) => line.includes('to pay'))).toHaveLength(1);
  const body = { plan_id: 42, payment_method_id: CARD };
  await client.ask('/subscriptions', { body, key: 'portal' });
  await keeper.live(HOUR_MS);
  const before = (await keeper.told()).length;
  list.isHalf = true;
  await keeper.pass();
  list.isHalf = false;
  await keeper.live(10 * MINUTE_MS);
  expect((await keeper.told()).slice(before)).toEqual([]);
});

test.each([[['default']], [['default', 'human']]])(
  'a challenge of a job that comes back every five minutes is asked for once (%s)',
  async (pay_with) => {
    const client = await startClient();
    const keeper = await AKeeper.open(client, { wallet: { pay_with } });
    await keeper.pass();
    await client.patch({ cards: [{ id: CARD, behaviour: 'requires_action' }] });
    for (let asked = 0; asked < 6; asked += 1) {
      const { withdraw } = keeper.place(ensureOrder(cents(10_800)));
      await keeper.live(MINUTE_MS);
      withdraw();
      await keeper.live(4 * MINUTE_MS);
    }
    expect((await keeper.told()).filter((line) => line.includes('to confirm'))).toEqual([
      expect.stringMatching(/^firing/),
    ]);
    await client.patch({ complete_3ds: true });
    await keeper.live(HOUR_MS);
    expect((await keeper.told()).at(-1)).not.toContain('firing');
  },
);

test('people are reminded of a page that must be paid while subscriptions cannot be listed', async () => {
  const client = await startClient();
  const list = { isDown: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (list.isDown && url.includes('/subscriptions') ? answer(500, {}) : await send()),
  );
  const subscription = { plan: 42, when_canceled: 'subscribe', pay_with: ['human'] };
  const keeper = await AKeeper.open(client, { wallet: null, subscription, transport });
  await keeper.pass();
  await client.patch({ subscription: { status: 'canceled', plan_id: 42 } });
  await keeper.live(HOUR_MS);
  const before = (await keeper.told()).length;
  list.isDown = true;
  await keeper.live(5 * HOUR_MS);
  const told = (await keeper.told()).slice(before);
  expect(told.filter((line) => line.startsWith('firing') && line.includes('to pay'))).toHaveLength(1);
});

const BY_LINK = { when_canceled: 'subscribe', pay_with: ['human'] };
const wanting = (plan: number | string) => ({
  poll: '10m',
  wallet: null,
  subscription: { ...BY_LINK, plan },
});

/** A page for plan 43 is out, and then a reload that wants another plan. */
async function aPageForAnotherPlan(plan: number | string) {
  const client = await startClient();
  await client.patch({ subscription: null });
  const list = { isDown: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (list.isDown && url.includes('/subscriptions') ? answer(500, {}) : await send()),
  );
  const keeper = await AKeeper.open(client, { ...wanting(43), transport });
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toEqual([TO_PAY_43]);
  keeper.respec(wanting(plan));
  await keeper.live(HOUR_MS);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact);
  const toldSince = async () => (await keeper.told()).slice(1);
  return { client, keeper, list, transport, firing, toldSince };
}

const TO_PAY_43 = 'firing payment.action_required: agent-0001 needs a person to pay $147.00';

test.each([
  [41, '$27.00'],
  ['Standard', '$47.00'],
])(
  'a page for a plan that is not wanted any more is not asked for; when it is over, one for plan %s (%s) is',
  async (plan, price) => {
    const { keeper, firing, toldSince } = await aPageForAnotherPlan(plan);
    expect(firing()).toMatchObject([
      { detail: expect.stringContaining('it is for another plan than the policy wants') },
    ]);
    await keeper.rest(25 * HOUR_MS);
    const told = (await toldSince()).filter((line) => line.includes('to pay'));
    expect(told).toEqual([
      TO_PAY_43.replace('firing', 'resolved'),
      `firing payment.action_required: agent-0001 needs a person to pay ${price}`,
    ]);
  },
);

test('nor is it while lists fail, nor after a restart; once its plan is wanted again it is', async () => {
  const { client, keeper, list, transport } = await aPageForAnotherPlan(41);
  keeper.close();
  const next = await AKeeper.open(client, { ...wanting(41), transport, folder: keeper.folder });
  list.isDown = true;
  await next.live(5 * HOUR_MS);
  list.isDown = false;
  await next.live(HOUR_MS);
  expect((await next.told()).filter((line) => line === TO_PAY_43)).toHaveLength(1);
  next.respec(wanting(43));
  await next.live(HOUR_MS);
  expect((await next.told()).filter((line) => line === TO_PAY_43)).toHaveLength(2);
  expect(next.store.firingIncidents().map(({ fact }) => fact.pay !== undefined)).toEqual([true]);
});

test.each([
  [43, 'active'],
  [42, 'past_due'],
  [42, 'paused'],
])(
  'whoever subscribed to plan %i elsewhere, now %s, is not asked to pay for a second one',
  async (plan, status) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    const subscription = { plan: 42, when_canceled: 'subscribe', pay_with: ['human'] };
    const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription });
    await keeper.live(HOUR_MS);
    const before = (await keeper.told()).length;
    const body = { plan_id: plan, payment_method_id: 'pm_agent_0001_visa' };
    await client.ask('/subscriptions', { body, key: 'a-person' });
    await client.patch({ subscription: { status, plan_id: plan } });
    await keeper.live(6 * HOUR_MS);
    const told = (await keeper.told()).slice(before);
    expect(told.filter((one) => one.startsWith('firing') && one.includes('to pay'))).toEqual([]);
  },
);

test('a page is asked for still where the list shows what it is for as not paid yet', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/subscriptions') || reply.kind !== 'answered' || !isOut) return reply;
      const row = { id: 900, plan_id: 42, plan_name: 'Standard', status: 'incomplete' };
      return { ...reply, bodyText: JSON.stringify({ data: [row] }) };
    },
  );
  let isOut = false;
  const subscription = { plan: 42, when_canceled: 'subscribe', pay_with: ['human'] };
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription, transport });
  await keeper.live(HOUR_MS);
  isOut = true;
  await keeper.live(2 * HOUR_MS);
  expect(await keeper.told()).not.toContainEqual(expect.stringMatching(/^resolved .*to pay/));
});
