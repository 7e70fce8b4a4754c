import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { badPosts, lower } from './a-low-wallet.ts';
import { charges, posts } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** `agent-0001` with a subscription in that state, and a keeper that guards only subscriptions. */
async function aSubscription(
  state: Readonly<Record<string, unknown>> | null,
  guard: Readonly<Record<string, unknown>>,
  opening: (client: SandboxClient) => Opening = () => ({}),
) {
  const client = await startClient();
  await client.patch({ subscription: state });
  const keeper = await AKeeper.open(client, { wallet: null, subscription: guard, ...opening(client) });
  return { client, keeper };
}

async function statuses(client: SandboxClient): Promise<readonly string[]> {
  const { body } = await client.control('/accounts/agent-0001');
  return body.subscriptions.map(({ status }) => status);
}

const PAST_DUE = { status: 'past_due', plan_id: 42, renews_in_s: -3_600 };

test('a renewal that was not paid is paid once, and settled when it was seen active twice', async () => {
  const { client, keeper } = await aSubscription(PAST_DUE, { when_past_due: 'fix_payment' });
  await keeper.pass();
  expect(await charges(client, 'fix_payment')).toMatchObject([{ amount_cents: 4_700 }]);
  expect(await keeper.intents()).toMatchObject([{ kind: 'fix_payment', state: 'charged', amount_usd: 47 }]);
  await keeper.live(10 * MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([
    { state: 'settled', detail: 'by subscription_status', settled_usd: 47 },
  ]);
  expect(await statuses(client)).toEqual(['active']);
  expect((await keeper.told()).at(-1)).toMatch(
    /^notice subscription\.repaired: agent-0001: subscription [A-Z]\w+.* is active again/,
  );
});

test('a renewal of an account whose top-up the provider took back minutes ago is not paid', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { subscription: { when_past_due: 'fix_payment' } });
  await keeper.pass();
  await lower(client);
  await keeper.live(10 * MINUTE_MS);
  const [topUp] = await keeper.intents();
  await client.patch({ refund: topUp?.payment_intent });
  await client.patch({ balance: 60, subscription: PAST_DUE });
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client, 'fix_payment')).toEqual([]);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toMatchObject([
    { kind: 'freeze', reason: expect.stringContaining('took back') },
  ]);
});

test('the renewals of an account whose wallet cannot be read, nor was ever funded, are all paid', async () => {
  const { client, keeper } = await aSubscription(PAST_DUE, { when_past_due: 'fix_payment' }, () => ({
    transport: new WatchedWire(
      (send) => send(),
      async (send, { url }) => (url.includes('/wallet/') ? answer(403, {}) : await send()),
    ),
  }));
  await keeper.live(10 * MINUTE_MS);
  client.clock.advance(30 * DAY_MS);
  await client.patch({ subscription: PAST_DUE });
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(2);
});

test('a wallet is not filled while debits cannot be read, though a renewal is all that was paid', async () => {
  const state = { isDown: false };
  const client = await startClient();
  await client.patch({ subscription: PAST_DUE });
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => (state.isDown && url.includes('type=debit') ? answer(500, {}) : await send()),
  );
  const keeper = await AKeeper.open(client, { subscription: { when_past_due: 'fix_payment' }, transport });
  await keeper.live(10 * MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([{ kind: 'fix_payment', state: 'settled' }]);
  state.isDown = true;
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'fund')).toEqual([]);
});

test('one look at an active subscription settles nothing', async () => {
  const { client, keeper } = await aSubscription(PAST_DUE, { when_past_due: 'fix_payment' });
  await keeper.pass();
  const looks: string[] = [];
  for (let pass = 0; pass < 10; pass += 1) {
    const [intent] = await keeper.intents();
    looks.push(intent?.state ?? 'none');
    if (intent?.state === 'settled') break;
    client.clock.advance(MINUTE_MS);
    await keeper.pass();
  }
  expect(looks).toEqual(['charged', 'charged', 'settled']);
});

test.each(['lost_response', 'lost_request', 'error_after_effect', 'error_before_effect', 'garbage'])(
  'a renewal is paid once whatever happens to the answers (%s)',
  async (fault) => {
    const { client, keeper } = await aSubscription(PAST_DUE, { when_past_due: 'fix_payment' }, (sandbox) => ({
      transport: badPosts(sandbox, { [fault]: 1 }, 5),
    }));
    await keeper.live(4 * HOUR_MS);
    expect(await charges(client, 'fix_payment')).toHaveLength(1);
    expect(await keeper.intents()).toMatchObject([{ state: 'settled' }]);
  },
);

test('a declined renewal rests the card by the schedule, says so, and is paid when it works', async () => {
  const { client, keeper } = await aSubscription(PAST_DUE, { when_past_due: 'fix_payment' }, () => ({
    poll: '30m',
  }));
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
  await keeper.live(3.5 * HOUR_MS);
  expect(await posts(client)).toHaveLength(1);
  expect(await keeper.told()).toEqual([
    expect.stringMatching(/^firing charge\.declined: agent-0001: charge declined/),
    expect.stringMatching(/^firing subscription\.past_due: agent-0001: subscription/),
  ]);
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'succeed' }] });
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
});

test('when_past_due: alert asks a person and pays nothing', async () => {
  const { client, keeper } = await aSubscription(PAST_DUE, {});
  await keeper.live(HOUR_MS);
  expect(await posts(client)).toEqual([]);
  const told = await keeper.told();
  expect(told.filter((line) => line.startsWith('firing payment.action_required'))).toHaveLength(1);
});

test('a paused subscription is resumed where the policy says so, and only there', async () => {
  const paused = { status: 'paused', plan_id: 42, renews_in_s: 86_400 };
  const left = await aSubscription(paused, { when_paused: 'leave' });
  await left.keeper.live(HOUR_MS);
  expect(await posts(left.client)).toEqual([]);
  expect(await left.keeper.told()).toEqual([]);
  const resumed = await aSubscription(paused, { when_paused: 'resume' });
  await resumed.keeper.live(HOUR_MS);
  expect(await statuses(resumed.client)).toEqual(['active']);
  expect(await posts(resumed.client)).toHaveLength(1);
  expect(await resumed.keeper.intents()).toMatchObject([{ kind: 'resume', state: 'settled' }]);
});

test('a canceled subscription is bought again only where the policy says so', async () => {
  const canceled = { status: 'canceled', plan_id: 42, renews_in_s: -86_400 };
  const asked = await aSubscription(canceled, { plan: 42 });
  await asked.keeper.live(HOUR_MS);
  expect(await charges(asked.client, 'subscribe')).toEqual([]);
  expect((await asked.keeper.told())[0]).toMatch(/^firing payment\.action_required: agent-0001/);
  const bought = await aSubscription(canceled, { plan: 'Standard', when_canceled: 'subscribe' });
  await bought.keeper.live(6 * HOUR_MS);
  expect(await charges(bought.client, 'subscribe')).toMatchObject([{ amount_cents: 4_700 }]);
  expect(await statuses(bought.client)).toContain('active');
});

test('an account without any subscription gets the declared one, once', async () => {
  const { client, keeper } = await aSubscription(null, { plan: 41, when_canceled: 'subscribe' });
  await keeper.rest(DAY_MS / 2);
  expect(await charges(client, 'subscribe')).toMatchObject([{ amount_cents: 2_700 }]);
  expect(await statuses(client)).toEqual(['active']);
});

test('a wrong plan is changed only where the policy says so', async () => {
  const active = { status: 'active', plan_id: 41, renews_in_s: 864_000 };
  const asked = await aSubscription(active, { plan: 43 });
  await asked.keeper.live(HOUR_MS);
  expect(await posts(asked.client)).toEqual([]);
  expect((await asked.keeper.told())[0]).toMatch(/^firing payment\.action_required: agent-0001/);
  const changed = await aSubscription(active, { plan: 43, when_wrong_plan: 'change' });
  await changed.keeper.live(HOUR_MS);
  expect(await posts(changed.client)).toMatchObject([{ method: 'PUT' }]);
  expect(await changed.keeper.intents()).toMatchObject([{ kind: 'change_plan', state: 'settled' }]);
});

test('the per-charge cap holds for subscriptions too, and says so', async () => {
  const { client, keeper } = await aSubscription(PAST_DUE, { when_past_due: 'fix_payment' }, () => ({
    caps: { per_charge: 30, day: 300 },
  }));
  await keeper.live(HOUR_MS);
  expect(await posts(client)).toEqual([]);
  expect(keeper.context.view.accounts()[0]?.subscription).toMatchObject({ reason: 'cap_per_charge' });
  expect(await keeper.told()).toContain('firing cap.reached: agent-0001 hit its per-charge cap $30.00');
});

test('a renewal and a top-up of one account are two charges, each made once', async () => {
  const { client, keeper } = await aSubscription(PAST_DUE, { when_past_due: 'fix_payment' }, () => ({
    wallet: {},
  }));
  await client.patch({ balance: 5 });
  await keeper.live(4 * HOUR_MS);
  expect(await charges(client, 'fix_payment')).toHaveLength(1);
  expect(await charges(client)).toHaveLength(1);
});
