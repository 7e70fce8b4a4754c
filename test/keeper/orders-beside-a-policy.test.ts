import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { PlanId, SubscriptionId } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { aRuledAccount, EVENING, OFFICE, subscriptionsOf } from './a-ruled-account.ts';
import { wireWithPlanId } from './rows-with-plan-id.ts';
import { charges, posts } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const plan = (id: string) => ({ kind: 'id', id: id as PlanId }) as const;
const subscribe = (id: string): HandOrder => ({ kind: 'subscribe', plan: plan(id), card: null });

async function scene(there: object | null, wish: Opening) {
  const client = await startClient();
  await client.patch({ subscription: there });
  const keeper = await AKeeper.open(client, wish);
  await keeper.pass();
  return { client, keeper };
}

async function refusal(keeper: AKeeper, order: HandOrder): Promise<string> {
  const [told] = await keeper.ask([order]);
  await keeper.live(2 * HOUR_MS);
  expect(told?.outcome).toBe('refused');
  return told?.sentence ?? '';
}

const bought = async (client: SandboxClient) =>
  (await Promise.all(['subscribe', 'change_plan'].map((kind) => charges(client, kind)))).flat();

test.each<[string, HandOrder, string]>([
  ['a cheaper plan', subscribe('41'), '42'],
  ['a dearer plan', subscribe('43'), '41'],
  ['a link for another plan', { kind: 'subscribe_link', plan: plan('41') }, '42'],
])(
  '%s than the one that the policy would change it to is not subscribed to by hand',
  async (_, order, declared) => {
    const subscription = { plan: Number(declared), when_wrong_plan: 'change' };
    const { client, keeper } = await scene(null, { subscription });
    expect(await refusal(keeper, order)).toContain(`would change it to plan ${declared} at once`);
    expect(await bought(client)).toEqual([]);
    const [told] = await keeper.ask([subscribe(declared)]);
    await keeper.live(2 * HOUR_MS);
    expect(told?.outcome).toBe('done');
    expect(await bought(client)).toHaveLength(1);
  },
);

const RULES = { plan: 'Standard', rules: [{ plan: 'Premium', ...OFFICE }] };

test('what enforced rules would change back inside a window is not changed by hand', async () => {
  const { client, keeper } = await aRuledAccount(43, { ...RULES, enforce: true });
  await keeper.live(MINUTE_MS);
  const change: HandOrder = { kind: 'change_plan', subscription: null, plan: plan('42') };
  expect(await refusal(keeper, change)).toContain('would change it back');
  expect(await posts(client)).toEqual([]);
});

test('nor is what rules without a word of enforcing would change at first sight subscribed to', async () => {
  const { client, keeper } = await aRuledAccount(null, { ...RULES, when_wrong_plan: 'change' });
  await keeper.live(10 * MINUTE_MS);
  expect(await refusal(keeper, subscribe('41'))).toContain('would change it to plan Premium');
  expect(await bought(client)).toEqual([]);
});

test('nor resumed by hand what enforced hours would pause again', async () => {
  const { client, keeper } = await aRuledAccount(42, { plan: 42, enforce: true, pause: { hours: EVENING } });
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard paused']);
  expect(await refusal(keeper, { kind: 'resume', subscription: null })).toContain('would pause it again');
});

test('what was idle is resumed by hand, enforced or not: it begins to be idle anew', async () => {
  const { client, keeper } = await aRuledAccount(42, { plan: 42, enforce: true, pause: { idle_for: '6h' } });
  await keeper.live(8 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard paused']);
  const [told] = await keeper.ask([{ kind: 'resume', subscription: null }]);
  await keeper.live(HOUR_MS);
  expect(told?.outcome).toBe('done');
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
});

test('nothing is subscribed to by hand only to be paused outside its hours', async () => {
  const { client, keeper } = await aRuledAccount(null, { plan: 42, pause: { hours: EVENING } });
  await keeper.live(10 * MINUTE_MS);
  expect(await refusal(keeper, subscribe('42'))).toContain('would pause it at once');
  expect(await bought(client)).toEqual([]);
});

test('an addon that is there is not bought a second time by hand', async () => {
  const { client, keeper } = await scene({ status: 'active', plan_id: 51 }, {});
  expect(await refusal(keeper, subscribe('51'))).toContain('is active');
  expect(await bought(client)).toEqual([]);
});

const ADDON = { status: 'active', plan_id: 51 };

test('an addon that stands alone is not changed into the declared plan, which is bought beside it', async () => {
  const subscription = { plan: 42, when_wrong_plan: 'change', when_canceled: 'subscribe' };
  const { client, keeper } = await scene(ADDON, { subscription });
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(
    expect.arrayContaining(['Extra training active', 'Standard active']),
  );
  expect(await bought(client)).toHaveLength(1);
});

test('an addon that lives hides no plan in arrears', async () => {
  const { client, keeper } = await scene(ADDON, { subscription: { when_past_due: 'fix_payment' } });
  const body = { plan_id: 42, payment_method_id: 'pm_agent_0001_visa' };
  await client.ask('/subscriptions', { body, key: 'portal' });
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
  expect(await subscriptionsOf(client)).toEqual(
    expect.arrayContaining(['Extra training active', 'Standard active']),
  );
});

test('a plan is subscribed to by hand beside an addon', async () => {
  const { client, keeper } = await scene(ADDON, {});
  const [told] = await keeper.ask([subscribe('42')]);
  expect(told?.outcome).toBe('done');
  expect(await subscriptionsOf(client)).toEqual(
    expect.arrayContaining(['Extra training active', 'Standard active']),
  );
});

test('a plan that got dearer within the hour is not bought past the cap per charge', async () => {
  const price = { isOld: true };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!price.isOld || !url.endsWith('/subscriptions/plans') || reply.kind !== 'answered') return reply;
      return { ...reply, bodyText: reply.bodyText.replace('"price":147', '"price":47') };
    },
  );
  const { client, keeper } = await scene(
    { status: 'active', plan_id: 43 },
    {
      transport,
      subscription: { plan: 43, when_canceled: 'subscribe' },
      caps: { per_charge: 100, day: 200, month: 1_000 },
    },
  );
  await keeper.ask([{ kind: 'change_plan', subscription: null, plan: plan('43') }]); // the list is read
  await keeper.live(20 * MINUTE_MS);
  price.isOld = false;
  await client.patch({ subscription: { status: 'canceled' } });
  await keeper.live(HOUR_MS);
  expect(await bought(client)).toEqual([]);
  expect(await keeper.told()).toContainEqual(expect.stringContaining('cap'));
});

test.each<[string, number | undefined]>([
  ['tells no id of its plan', undefined],
  ['is on an older plan of that name, which the list of plans lacks', 7],
])('a subscription that %s is paid for and resumed at the price of the declared plan', async (_, id) => {
  const transport = wireWithPlanId(id);
  const subscription = { plan: 'Standard', when_past_due: 'fix_payment', when_paused: 'resume' };
  const { client, keeper } = await scene({ status: 'active', plan_id: 42 }, { subscription, transport });
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
  await client.patch({ subscription: { status: 'paused' } });
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
});

test('a list of plans that cannot be read again before a repair is told', async () => {
  const provider = { isDown: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) =>
      provider.isDown && url.endsWith('/subscriptions/plans') ? answer(500, {}) : await send(),
  );
  const subscription = { plan: 'Standard', when_past_due: 'fix_payment' };
  const { client, keeper } = await scene({ status: 'past_due', plan_id: 42 }, { subscription, transport });
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { status: 'past_due', renews_in_s: 20 * 24 * 3_600 } });
  provider.isDown = true;
  const before = (await keeper.told()).length;
  await keeper.live(40 * MINUTE_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
  expect((await keeper.told()).slice(before)).toContainEqual(expect.stringContaining('past due'));
});

test('an addon that stands alone, where no plan is declared, is what is guarded', async () => {
  const { client, keeper } = await scene(ADDON, { subscription: { when_past_due: 'fix_payment' } });
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});

test('nor does one hide arrears where hours of a pause are declared, and no plan', async () => {
  const subscription = { when_past_due: 'fix_payment', pause: { hours: OFFICE } };
  const { client, keeper } = await scene(ADDON, { subscription });
  const body = { plan_id: 42, payment_method_id: 'pm_agent_0001_visa' };
  await client.ask('/subscriptions', { body, key: 'portal' });
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});

test('an addon is subscribed to, and paused, by hand whatever the policy does with the plan', async () => {
  const { client, keeper } = await aRuledAccount(42, {
    plan: 42,
    enforce: true,
    when_paused: 'resume',
    pause: { hours: EVENING },
  });
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard paused']);
  const [told] = await keeper.ask([subscribe('51')]);
  expect(told?.outcome).toBe('done');
  const { body } = await client.ask('/subscriptions');
  const [, id] = /"id":(\d+),[^{}]*"plan_id":51\b/.exec(JSON.stringify(body)) ?? [];
  for (const kind of ['pause', 'resume'] as const) {
    const [done] = await keeper.ask([{ kind, subscription: String(id) as SubscriptionId }]);
    expect(done?.outcome).toBe('done');
  }
});

test.each<[string, object | null, HandOrder]>([
  ['subscribed to', null, subscribe('42')],
  [
    'changed to',
    { status: 'active', plan_id: 41 },
    { kind: 'change_plan', subscription: null, plan: plan('42') },
  ],
])(
  'a plan that is %s by hand is recognised by its name, where rows tell no more',
  async (_, there, order) => {
    const { keeper } = await scene(there, { transport: wireWithPlanId(undefined) });
    const { answered, withdraw } = keeper.place(order);
    await keeper.live(10 * MINUTE_MS);
    withdraw();
    expect((await answered).outcome).toBe('done');
    await keeper.live(4 * HOUR_MS);
    expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  },
);

test('so is one that the policy changes or subscribes to', async () => {
  for (const there of [null, { status: 'active', plan_id: 41 }]) {
    const subscription = { plan: 'Standard', when_canceled: 'subscribe', when_wrong_plan: 'change' };
    const { client, keeper } = await scene(there, { subscription, transport: wireWithPlanId(undefined) });
    await keeper.live(5 * HOUR_MS);
    expect(await subscriptionsOf(client)).toEqual(['Standard active']);
    expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  }
});

test('an order by hand waits where the list of plans cannot be read for a moment', async () => {
  let reads = 0;
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      if (!url.endsWith('/subscriptions/plans')) return await send();
      reads += 1;
      return reads > 1 && reads < 5 ? answer(500, {}) : await send();
    },
  );
  const { keeper } = await scene({ status: 'past_due', plan_id: 42 }, { transport });
  const [told] = await keeper.ask([{ kind: 'fix_payment', subscription: null }]);
  expect(told?.outcome).toBe('done');
});

test.each(['groups', 'category'])(
  'an addon that the list of plans lacks is known by its %s, and not changed into the plan',
  async (by) => {
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) => {
        const reply = await send();
        if (reply.kind !== 'answered' || !/\/subscriptions(\/plans)?$/.test(url)) return reply;
        const told = JSON.parse(reply.bodyText);
        const { data } = told;
        if (url.endsWith('/plans'))
          data.subscription_plans = data.subscription_plans.filter(({ id }: { id: number }) => id !== 51);
        else if (by === 'groups') told.data = { addon: data, normal: [] };
        else told.data = data.map((row: object) => ({ ...row, category: 'addon' }));
        return { ...reply, bodyText: JSON.stringify(told) };
      },
    );
    const subscription = { plan: 'Standard', when_wrong_plan: 'change', when_canceled: 'alert' };
    const { client, keeper } = await scene(ADDON, { subscription, transport });
    await keeper.live(2 * HOUR_MS);
    expect(await posts(client)).toEqual([]);
  },
);
