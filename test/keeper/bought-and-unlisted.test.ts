import { expect, test } from 'vitest';
import { onOperator } from '../../src/charge/step.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const PAYMENT = 'pi_waits000000001';
const CHANGE = { plan: 43, when_canceled: 'subscribe', when_wrong_plan: 'change' };

type Row = { id: number; plan_id: number; status: string };

function aWorld({ asks }: { readonly asks: boolean }) {
  const world = {
    payment: 'requires_action',
    /** Plans that lists are late with. */
    lacks: [] as readonly number[],
    isListDown: false,
    /** What is over is on no list. */
    lacksOver: false,
  };
  const details = { decline_code: 'authentication_required', payment_intent_id: PAYMENT };
  const error = { code: 'payment_declined', message: 'The card needs its holder.', details };
  let isAsked = !asks;
  const transport = new WatchedWire(
    (send, _ordinal, { url }) => {
      if (isAsked || !url.endsWith('/subscriptions')) return send();
      isAsked = true;
      return Promise.resolve(answer(402, { data: null, error }));
    },
    async (send, { url }) => {
      if (url.includes(PAYMENT))
        return answer(200, { data: { status: world.payment, payment_intent_id: PAYMENT } });
      if (!url.endsWith('/subscriptions')) return await send();
      if (world.isListDown) return answer(500, {});
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText) as { data: readonly Row[] }; // the sandbox's own list
      const data = body.data
        .filter(({ plan_id }) => !world.lacks.includes(plan_id))
        .filter(({ status }) => !world.lacksOver || status !== 'canceled');
      return { ...reply, bodyText: JSON.stringify({ ...body, data }) };
    },
  );
  return { world, transport };
}

async function resolve({ store, context }: AKeeper, verdict: 'charged' | 'not_charged') {
  const [before] = await store.journal.allOpenIntents();
  if (before === undefined) throw new Error('nothing is open');
  const now = context.clock.now();
  const { intent: after } = onOperator(before, verdict, now);
  await store.journal.record({ before, after, now, why: 'operator', freeze: null, incidents: [] });
  await store.journal.liftHold(before.account, 'freeze', [], now);
}

const states = async (keeper: AKeeper) =>
  (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);

const changes = async (client: SandboxClient) => await charges(client, 'plan_change');
const EVENING = { from: '0 18 * * *', for: '4h' };

test.each(['challenge', 'link'] as const)(
  'what a person paid (%s), and resolved so, is not paid again by a change under rules while the list lacks it',
  async (means) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    const { world, transport } = aWorld({ asks: means === 'challenge' });
    const pay_with = means === 'link' ? ['human'] : ['default'];
    const opening: Opening = {
      poll: '10m',
      wallet: null,
      subscription: { ...CHANGE, pay_with, rules: [{ plan: 42, ...EVENING }] },
      transport,
    };
    const keeper = await AKeeper.open(client, opening);
    await keeper.live(HOUR_MS);
    expect(await states(keeper)).toEqual([
      means === 'link' ? 'subscribe_link link_open' : 'subscribe action',
    ]);
    const body = { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' };
    await client.ask('/subscriptions', { body, key: 'a-person' });
    world.lacks = [43];
    await keeper.live(HOUR_MS);
    world.payment = 'succeeded';
    if (means === 'link') await client.patch({ pay_link: true });
    await keeper.live(10 * MINUTE_MS);
    expect((await states(keeper))[0]).toMatch(/ (charged|action)$/);
    await resolve(keeper, 'charged');
    await keeper.live(HOUR_MS);
    expect(await changes(client)).toEqual([]);
  },
);

test('a purchase that is over holds back no change of the next subscription', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld({ asks: false });
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription: CHANGE, transport });
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['subscribe settled']);
  await keeper.live(DAY_MS);
  // A person ends it, it leaves the list, and buys the cheaper one.
  await client.patch({ subscription: { status: 'canceled' } });
  world.lacksOver = true;
  const body = { plan_id: 41, payment_method_id: 'pm_agent_0001_visa' };
  await client.ask('/subscriptions', { body, key: 'p' });
  await keeper.live(5 * HOUR_MS);
  expect(keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`)).toEqual([]);
  expect(await changes(client)).toHaveLength(1);
});

test('nor does one that a person bought a day ago and resolved, and that the list shows', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld({ asks: true });
  const opening: Opening = { poll: '10m', wallet: null, subscription: CHANGE, transport };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['subscribe action']);
  await resolve(keeper, 'charged');
  world.payment = 'succeeded';
  await client.ask('/subscriptions', {
    body: { plan_id: 43, payment_method_id: 'pm_agent_0001_visa' },
    key: 'p',
  });
  await keeper.live(DAY_MS);
  // The very one that was bought is changed by a person; the policy says `when_wrong_plan: change`.
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  await keeper.live(5 * HOUR_MS);
  expect(keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`)).toEqual([]);
  expect(await changes(client)).toHaveLength(1);
});
