import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { OFFICE, subscriptionsOf } from './a-ruled-account.ts';
import { rowsWithPlanId } from './rows-with-plan-id.ts';
import { charges, posts } from './sandbox-record.ts';
import { type AroundRead, answer, WatchedWire } from './watched-wire.ts';

const DAYS_LEFT = 10;

/** `agent-0001` on plan 42 for ten days more, at a provider that says yes to every change and makes it at the period's end. */
async function aChange(plan: string, more: Opening = {}, onGet?: AroundRead) {
  const client = await startClient();
  const paid = { status: 'active', plan_id: 42, renews_in_s: (DAYS_LEFT * DAY_MS) / 1_000 };
  await client.patch({ subscription: paid });
  const later = answer(200, {
    data: { message: 'Takes effect at the end of the period.', status: 'active' },
  });
  const transport = new WatchedWire(
    (send, _ordinal, { method }) => (method === 'PUT' ? Promise.resolve(later) : send()),
    onGet,
  );
  const caps = { per_charge: 150, day: 150, month: 1_000 };
  const keeper = await AKeeper.open(client, { transport, poll: '1h', caps, ...more });
  await keeper.pass();
  const order: HandOrder = {
    kind: 'change_plan',
    subscription: null,
    plan: { kind: 'id', id: plan as PlanId }, // a plan of the sandbox
  };
  const { withdraw } = keeper.place(order);
  await keeper.live(MINUTE_MS);
  withdraw();
  const standing = async () => {
    const intent = (await keeper.intents()).find(({ kind }) => kind === 'change_plan');
    const holds = await keeper.store.journal.holds(keeper.account('agent-0001').name);
    return [intent?.state, holds.map(({ reason }) => reason)];
  };
  return { client, keeper, standing };
}

const NOT_SHOWN = 'charged, but neither ledger nor subscription shows it';

test('a downgrade that waits for the end of the period freezes nothing, and is done when it shows', async () => {
  const { client, keeper, standing } = await aChange('41');
  await keeper.live((DAYS_LEFT - 1) * DAY_MS);
  expect(await standing()).toEqual(['charged', []]);
  expect(await keeper.told()).toEqual([]);
  await keeper.rest(DAY_MS);
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  await keeper.live(2 * HOUR_MS);
  expect(await standing()).toEqual(['settled', []]);
  expect(await keeper.told()).toEqual([expect.stringContaining('is on plan Basic (41)')]);
  expect(await posts(client)).toEqual([]);
});

test('what it may have cost counts for its day, not for as long as it waits', async () => {
  const { client, keeper } = await aChange('41');
  for (const count of [1, 2, 3]) {
    await keeper.rest(25 * HOUR_MS);
    for (let made = 0; made < 3; made += 1) {
      await lower(client);
      await keeper.live(HOUR_MS);
    }
    expect(await charges(client)).toHaveLength(count * 3);
  }
});

test('one whose renewal is not paid on the new plan is done all the same', async () => {
  const { client, keeper, standing } = await aChange('41');
  await keeper.rest(DAYS_LEFT * DAY_MS + HOUR_MS);
  await client.patch({ subscription: { status: 'past_due', plan_id: 41 } });
  await keeper.live(2 * HOUR_MS);
  expect(await standing()).toEqual(['settled', []]);
});

test('a renewal that is not paid on the old plan is repaired beside it', async () => {
  const { client, keeper } = await aChange('41', { subscription: { when_past_due: 'fix_payment' } });
  await keeper.rest(DAYS_LEFT * DAY_MS);
  await client.patch({ subscription: { status: 'past_due', plan_id: 42, renews_in_s: -60 } });
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
});

test('a person repairs such a renewal by hand too', async () => {
  const { client, keeper } = await aChange('41');
  await keeper.live((DAYS_LEFT - 1) * DAY_MS);
  await client.patch({ subscription: { status: 'past_due', plan_id: 42, renews_in_s: -60 } });
  const [answered] = await keeper.ask([{ kind: 'fix_payment', subscription: null }]);
  expect(answered).toMatchObject({ outcome: 'done' });
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});

test('one that does not show a day behind the period waits for a person', async () => {
  const { keeper, standing } = await aChange('41');
  await keeper.live((DAYS_LEFT + 1) * DAY_MS);
  expect(await standing()).toEqual(['charged', []]);
  await keeper.live(4 * HOUR_MS);
  expect(await standing()).toEqual(['charged', [NOT_SHOWN]]);
});

test('an upgrade that does not show within two hours waits for a person', async () => {
  const { keeper, standing } = await aChange('43');
  await keeper.live(3 * HOUR_MS);
  expect(await standing()).toEqual(['charged', [NOT_SHOWN]]);
});

/** One that the policy wanted; at a provider that names plans by their names only, if so. Its list of plans can be down. */
async function aPolicyChange({ isNamesOnly = false, whenCanceled = 'alert', shown = { is: true } } = {}) {
  const client = await startClient();
  const paid = { status: 'active', plan_id: 42, renews_in_s: (DAYS_LEFT * DAY_MS) / 1_000 };
  await client.patch({ subscription: paid });
  const later = answer(200, {
    data: { message: 'Takes effect at the end of the period.', status: 'active' },
  });
  const plans = { isDown: false };
  const transport = new WatchedWire(
    (send, _ordinal, { method }) => (method === 'PUT' ? Promise.resolve(later) : send()),
    async (send, request) => {
      if (plans.isDown && request.url.endsWith('/subscriptions/plans')) return answer(500, {});
      const reply = await (isNamesOnly ? rowsWithPlanId(undefined)(send, request) : send());
      if (shown.is || !request.url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const { data } = JSON.parse(reply.bodyText) as { data: { status: string }[] }; // the sandbox's wire form
      return answer(200, { data: data.filter(({ status }) => status === 'canceled') });
    },
  );
  const subscription = {
    plan: 'Basic',
    when_wrong_plan: 'change',
    when_paused: 'resume',
    when_canceled: whenCanceled,
  };
  const keeper = await AKeeper.open(client, { transport, poll: '10m', subscription });
  await keeper.live(HOUR_MS);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['charged']);
  return { client, keeper, subscription, plans };
}

test.each([false, true])(
  'one that the policy wanted asks nobody for anything while it waits (names only: %s)',
  async (isNamesOnly) => {
    const { keeper, plans } = await aPolicyChange({ isNamesOnly });
    await keeper.rest(DAY_MS);
    plans.isDown = true;
    await keeper.live(3 * HOUR_MS);
    expect(await keeper.told()).toEqual([]);
    expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  },
);

test.each(['paused', 'a dearer plan is wanted'])('what else is wrong meanwhile is told: %s', async (what) => {
  const { client, keeper, subscription } = await aPolicyChange();
  if (what === 'paused') await client.patch({ subscription: { status: what } });
  else keeper.respec({ poll: '10m', subscription: { ...subscription, plan: 'Premium' } });
  await keeper.rest(DAY_MS);
  expect(await keeper.told()).toContainEqual(expect.stringContaining('needs a person'));
});

test('one whose subscription ends meanwhile is let go, and a wallet goes on being funded', async () => {
  const { client, keeper, standing } = await aChange('41');
  await client.patch({ subscription: { status: 'canceled', plan_id: 42 } });
  await keeper.live(2 * HOUR_MS);
  expect(await standing()).toEqual(['released', []]);
  await keeper.live((DAYS_LEFT + 1) * DAY_MS);
  expect(await standing()).toEqual(['released', []]);
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client, 'fund')).toHaveLength(1);
});

test('one whose subscription is canceled makes way for the next one within the hour', async () => {
  const { client, keeper } = await aPolicyChange({ whenCanceled: 'subscribe' });
  await client.patch({ subscription: { status: 'canceled', plan_id: 42 } });
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'subscribe')).toHaveLength(1);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
});

test.each(['paused', 'past_due'])(
  'one whose subscription is %s when its period ends freezes nothing',
  async (status) => {
    const { client, standing, keeper } = await aChange('41');
    await keeper.live((DAYS_LEFT - 1) * DAY_MS);
    await client.patch({ subscription: { status, plan_id: 42 } });
    await keeper.rest(DAY_MS + 4 * HOUR_MS);
    expect(await standing()).toEqual(['charged', []]);
  },
);

test('a pause beside it is ended by the policy, and by hand', async () => {
  for (const resume of ['policy', 'hand']) {
    const when_paused = resume === 'policy' ? 'resume' : 'leave';
    const { client, keeper } = await aChange('41', { subscription: { when_paused } });
    await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
    if (resume === 'policy') await keeper.live(2 * HOUR_MS);
    else await keeper.ask([{ kind: 'resume', subscription: null }]);
    const resumed = (await keeper.intents()).find(({ kind }) => kind === 'resume');
    expect(resumed?.state).toBe('settled');
  }
});

test('one that half a list lacks is let go only where it stays away', async () => {
  const lists = { areHalf: false };
  const half: AroundRead = async (send, { url }) =>
    lists.areHalf && url.endsWith('/subscriptions') ? answer(200, { data: [] }) : await send();
  const { keeper, standing } = await aChange('41', {}, half);
  for (let half = 0; half < 3; half += 1) {
    lists.areHalf = true;
    await keeper.live(HOUR_MS);
    lists.areHalf = false;
    await keeper.live(HOUR_MS);
    expect(await standing()).toEqual(['charged', []]);
  }
  lists.areHalf = true;
  await keeper.live(4 * HOUR_MS);
  expect(await standing()).toEqual(['released', []]);
});

test('one whose subscription stood still over that end is due at the end of the next period', async () => {
  const { client, keeper, standing } = await aChange('41');
  await keeper.live((DAYS_LEFT - 1) * DAY_MS);
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  await keeper.rest(2 * DAY_MS);
  const nextIn = (days: number) => ({ status: 'active', plan_id: 42, renews_in_s: (days * DAY_MS) / 1_000 });
  await client.patch({ subscription: nextIn(5) });
  await keeper.rest(5 * DAY_MS);
  expect(await standing()).toEqual(['charged', []]);
  await client.patch({ subscription: nextIn(30) });
  await keeper.rest(2 * DAY_MS);
  expect(await standing()).toEqual(['charged', [NOT_SHOWN]]);
});

test('a list that names the day of a renewal only freezes nothing on that day', async () => {
  const byDay: AroundRead = async (send, { url }) => {
    const reply = await send();
    if (!url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
    const put = (key: string, value: unknown) => {
      if (key.startsWith('current_period')) return undefined;
      return key === 'next_billing_date' ? String(value).slice(0, 10) : value;
    };
    return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
  };
  const { client, keeper, standing } = await aChange('41', {}, byDay);
  await keeper.rest(DAYS_LEFT * DAY_MS - HOUR_MS);
  expect(await standing()).toEqual(['charged', []]);
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  await keeper.live(2 * HOUR_MS);
  expect(await standing()).toEqual(['settled', []]);
});

test.each([
  [1_000, 3],
  [170, 2],
])(
  'nothing was charged when it shows, and it counts for the day of its acceptance alone: $%d a month',
  async (month, count) => {
    const caps = { per_charge: 150, day: 150, month };
    const { client, keeper, standing } = await aChange('41', { caps });
    await keeper.rest(DAYS_LEFT * DAY_MS);
    await client.patch({ subscription: { status: 'active', plan_id: 41 } });
    await keeper.live(2 * HOUR_MS);
    expect(await standing()).toEqual(['settled', []]);
    const [message] = await keeper.messages();
    expect(message?.fact.detail).toBe('Nothing was charged for it.');
    for (let made = 0; made < 3; made += 1) {
      await lower(client);
      await keeper.live(HOUR_MS);
    }
    expect(await charges(client)).toHaveLength(count);
  },
);

test('hours of a pause are kept while one waits', async () => {
  const subscription = {
    plan: 42,
    when_wrong_plan: 'leave',
    when_paused: 'resume',
    pause: { hours: OFFICE },
  };
  const { client, keeper, standing } = await aChange('41', { subscription });
  const seen: string[] = [];
  for (let days = 0; days < 2; days += 0.5) {
    await keeper.rest(DAY_MS / 2);
    seen.push(...(await subscriptionsOf(client)));
  }
  expect(new Set(seen)).toEqual(new Set(['Standard active', 'Standard paused']));
  expect(await standing()).toEqual(['charged', []]);
});

test('a change that is made by another subscription is done', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const transport = new WatchedWire(async (send, _ordinal, { method }) => {
    if (method !== 'PUT') return await send();
    await client.patch({ subscription: { status: 'canceled' } });
    const body = { plan_id: 43, payment_method_id: 'pm_agent_0001_visa' };
    await client.ask('/subscriptions', { body, key: 'the-provider' });
    return answer(200, { data: { message: 'Subscription updated.', status: 'active' } });
  });
  const subscription = { plan: 43, when_wrong_plan: 'change' };
  const keeper = await AKeeper.open(client, { transport, poll: '10m', subscription });
  await keeper.live(4 * HOUR_MS);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled']);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
});

test('one that did not come with a renewal is told, also where that was in arrears for a while', async () => {
  const { client, keeper } = await aPolicyChange();
  await keeper.rest(DAYS_LEFT * DAY_MS);
  await client.patch({
    subscription: { status: 'past_due', plan_id: 42, renews_in_s: (30 * DAY_MS) / 1_000 },
  });
  await keeper.live(2 * HOUR_MS);
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  await keeper.rest(3 * DAY_MS);
  expect(await keeper.told()).toContainEqual(expect.stringContaining('is frozen'));
});

test('one that comes as another subscription, shown half an hour late, is waited for', async () => {
  const shown = { is: true };
  const { client, keeper } = await aPolicyChange({ whenCanceled: 'subscribe', shown });
  await keeper.rest(DAYS_LEFT * DAY_MS - HOUR_MS);
  shown.is = false;
  await client.patch({ subscription: { status: 'canceled', plan_id: 42, renews_in_s: 0 } });
  const body = { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' };
  await client.ask('/subscriptions', { body, key: 'the-provider' });
  await keeper.live(HOUR_MS / 2);
  shown.is = true;
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.intents()).toMatchObject([{ kind: 'change_plan', state: 'settled' }]);
});
