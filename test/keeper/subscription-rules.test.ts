import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { badPosts } from './a-low-wallet.ts';
import { aRuledAccount, EVENING, openKeeper, subscriptionsOf } from './a-ruled-account.ts';
import { charges, posts } from './sandbox-record.ts';

const PRO_IN_THE_EVENING = { plan: 'Basic', rules: [{ plan: 'Standard', ...EVENING }] };

test('a window upgrades the plan once and charges once, and its end goes back', async () => {
  const { client, keeper } = await aRuledAccount(41, PRO_IN_THE_EVENING);
  await keeper.live(6 * HOUR_MS - MINUTE_MS);
  expect(await posts(client)).toEqual([]);
  await keeper.live(10 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client, 'plan_change')).toHaveLength(1);
  await keeper.live(3 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  expect(await posts(client)).toHaveLength(2);
  expect(await charges(client, 'plan_change')).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([
    { kind: 'change_plan', state: 'settled', amount_usd: 27 },
    { kind: 'change_plan', state: 'settled', amount_usd: 47 },
  ]);
  expect(keeper.context.view.accounts()[0]?.subscription?.sentence).toBe(
    'the subscription is as declared: plan Basic (no rule holds)',
  );
});

test('the same window on the next days is another change, in the same billing period', async () => {
  const { client, keeper } = await aRuledAccount(41, PRO_IN_THE_EVENING);
  await keeper.rest(3 * DAY_MS);
  expect(await posts(client)).toHaveLength(6);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(Array(6).fill('settled'));
  expect(await keeper.told()).not.toContainEqual(expect.stringMatching(/^firing/));
});

const firing = (lines: readonly string[]) => lines.filter((line) => line.startsWith('firing'));
const BY_HAND =
  'firing purser.degraded: agent-0001: subscription 503 was changed by hand from Basic to Premium; purser leaves it';

test('what a person changed is told once and not fought, over a restart, until something else is wanted', async () => {
  const alerts = { repeat: '24h' };
  const { client, keeper } = await aRuledAccount(41, PRO_IN_THE_EVENING, { alerts });
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { plan_id: 43 } });
  await keeper.live(HOUR_MS);
  keeper.close();
  const next = await openKeeper(client, PRO_IN_THE_EVENING, { folder: keeper.folder, alerts });
  await next.live(3 * HOUR_MS);
  expect(await posts(client)).toEqual([]);
  expect(firing(await next.told())).toEqual([BY_HAND]);
  expect(next.context.view.accounts()[0]?.subscription).toMatchObject({ reason: 'changed_by_hand' });
  await next.live(90 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  expect((await next.told()).filter((line) => line.includes('by hand'))).toEqual([
    BY_HAND,
    BY_HAND.replace('firing', 'resolved'),
  ]);
});

test('what a person put back by himself is told as over', async () => {
  const { client, keeper } = await aRuledAccount(41, PRO_IN_THE_EVENING);
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { plan_id: 43 } });
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { plan_id: 41 } });
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toEqual([BY_HAND, BY_HAND.replace('firing', 'resolved')]);
  expect(await posts(client)).toEqual([]);
});

test('enforce puts back what a person changed, each time, two hours apart at least', async () => {
  const { client, keeper } = await aRuledAccount(41, { ...PRO_IN_THE_EVENING, enforce: true });
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { plan_id: 43 } });
  await keeper.live(30 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  await client.patch({ subscription: { plan_id: 43 } });
  await keeper.live(80 * MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Premium active']);
  await keeper.live(HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  expect(await posts(client)).toHaveLength(2);
});

test('at first sight the config decides: a person is asked, or the plan is changed', async () => {
  const asked = await aRuledAccount(43, PRO_IN_THE_EVENING);
  await asked.keeper.live(HOUR_MS);
  expect(await posts(asked.client)).toEqual([]);
  expect(firing(await asked.keeper.told())).toEqual([
    'firing payment.action_required: agent-0001 needs a person',
  ]);
  await asked.keeper.live(5.5 * HOUR_MS);
  expect(await subscriptionsOf(asked.client)).toEqual(['Premium active']);
  const named = await aRuledAccount(42, PRO_IN_THE_EVENING);
  await named.keeper.live(5 * HOUR_MS);
  expect(await posts(named.client)).toEqual([]);
  await named.keeper.live(6 * HOUR_MS);
  expect(await subscriptionsOf(named.client)).toEqual(['Basic active']);
  const changed = await aRuledAccount(43, { ...PRO_IN_THE_EVENING, when_wrong_plan: 'change' });
  await changed.keeper.live(HOUR_MS);
  expect(await subscriptionsOf(changed.client)).toEqual(['Basic active']);
});

test('a cap that is too small holds the upgrade, says why, and nothing is charged', async () => {
  const caps = { per_charge: 30, day: 300 };
  const { client, keeper } = await aRuledAccount(41, PRO_IN_THE_EVENING, { caps });
  await keeper.live(8 * HOUR_MS);
  expect(await posts(client)).toEqual([]);
  expect(keeper.context.view.accounts()[0]?.subscription).toMatchObject({ reason: 'cap_per_charge' });
  expect(await keeper.told()).toContain('firing cap.reached: agent-0001 hit its per-charge cap $30.00');
});

test.each(['lost_response', 'lost_request', 'error_after_effect', 'error_before_effect', 'garbage'])(
  'the plan is changed once whatever happens to the answers (%s)',
  async (fault) => {
    const { client, keeper } = await aRuledAccount(41, PRO_IN_THE_EVENING);
    await keeper.live(HOUR_MS);
    keeper.close();
    const transport = badPosts(client, { [fault]: 1 }, 3);
    const next = await openKeeper(client, PRO_IN_THE_EVENING, { folder: keeper.folder, transport });
    await next.live(8 * HOUR_MS);
    expect(await subscriptionsOf(client)).toEqual(['Standard active']);
    expect(await charges(client, 'plan_change')).toHaveLength(1);
    expect(await next.intents()).toMatchObject([{ kind: 'change_plan', state: 'settled' }]);
    await transport.close();
  },
);

test('a change that is in doubt when its window ends is not sent again', async () => {
  const { client, keeper } = await aRuledAccount(41, PRO_IN_THE_EVENING);
  await keeper.live(HOUR_MS);
  keeper.close();
  const transport = badPosts(client, { lost_request: 1 }, 100);
  const next = await openKeeper(client, PRO_IN_THE_EVENING, { folder: keeper.folder, transport });
  await next.live(9 * HOUR_MS - MINUTE_MS);
  expect(await next.intents()).toMatchObject([{ kind: 'change_plan', state: 'in_doubt' }]);
  const sent = (await next.intents())[0]?.sends ?? 0;
  expect(sent).toBeGreaterThan(5);
  await next.live(5 * HOUR_MS);
  expect((await next.intents())[0]?.sends).toBe(sent);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  expect(next.context.view.accounts()[0]?.frozen).toMatch(/does not show it/);
  await transport.close();
});

test('nor is it when the next window wants another plan', async () => {
  const rules = [
    { plan: 'Standard', ...EVENING },
    { plan: 'Premium', from: '0 22 * * *', for: '4h' },
  ];
  const { client, keeper } = await aRuledAccount(41, { plan: 'Basic', rules });
  await keeper.live(HOUR_MS);
  keeper.close();
  const transport = badPosts(client, { lost_request: 1 }, 100);
  const next = await openKeeper(client, { plan: 'Basic', rules }, { folder: keeper.folder, transport });
  await next.live(9 * HOUR_MS - MINUTE_MS);
  const sent = (await next.intents())[0]?.sends;
  await next.live(3 * HOUR_MS);
  expect(await next.intents()).toMatchObject([{ kind: 'change_plan', state: 'in_doubt', sends: sent }]);
  await transport.close();
});

test('a change that arrived, but is only seen when its window is over, is taken back', async () => {
  const { client, keeper } = await aRuledAccount(41, PRO_IN_THE_EVENING);
  await keeper.live(6 * HOUR_MS - MINUTE_MS);
  keeper.close();
  const transport = badPosts(client, { lost_response: 1 }, 100);
  const last = await openKeeper(client, PRO_IN_THE_EVENING, { folder: keeper.folder, transport });
  await last.live(MINUTE_MS + 40_000);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  expect(await last.intents()).toMatchObject([{ state: 'in_doubt' }]);
  last.close();
  client.clock.advance(6 * HOUR_MS);
  const next = await openKeeper(client, PRO_IN_THE_EVENING, { folder: keeper.folder });
  await next.live(2 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Basic active']);
  expect((await next.intents()).map(({ state }) => state)).toEqual(['settled', 'settled']);
  expect(await next.told()).not.toContainEqual(expect.stringContaining('changed by hand'));
  await transport.close();
});

test('what a person orders from purser is a change by hand like any other', async () => {
  const { keeper, client } = await aRuledAccount(41, PRO_IN_THE_EVENING);
  await keeper.live(HOUR_MS);
  const plan = { kind: 'name', name: 'Standard' } as const;
  const [answer] = await keeper.ask([{ kind: 'change_plan', subscription: null, plan }]);
  expect(answer).toMatchObject({ outcome: 'done' });
  await keeper.live(2 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
  expect(firing(await keeper.told())).toEqual([
    'firing purser.degraded: agent-0001: subscription 503 was changed by hand from Basic to Standard; purser leaves it',
  ]);
});
