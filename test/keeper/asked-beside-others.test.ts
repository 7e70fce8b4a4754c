import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { aWorld, type Row, row } from './a-challenge.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';

const SUBSCRIBE = { plan: 41, when_canceled: 'subscribe', pay_with: ['default'] };

const other = (status: string): Row => row(900, 43, 'Premium', status);

async function aChallenge(more: Opening = {}) {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld((url) => url.endsWith('/subscriptions'));
  const opening: Opening = { poll: '10m', subscription: SUBSCRIBE, transport, ...more };
  const keeper = await AKeeper.open(client, opening);
  await keeper.live(HOUR_MS);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm $27.00'));
  const listen = async () => {
    const before = (await keeper.told()).length;
    return async () => (await keeper.told()).slice(before);
  };
  return { client, keeper, world, opening, firing, listen };
}

const states = async (keeper: AKeeper) =>
  (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);

test('one list that fails asks nobody to confirm a purchase beside a live one', async () => {
  const { keeper, world, firing, listen } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  expect(firing().filter((line) => line.includes('to confirm'))).toEqual([]);
  const told = await listen();
  world.isListDown = true;
  await keeper.pass();
  world.isListDown = false;
  await keeper.live(30 * MINUTE_MS);
  expect((await told()).filter((line) => line.includes('to confirm'))).toEqual([]);
});

test('nor after a restart', async () => {
  const { client, keeper, world, opening, listen } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  const told = await listen();
  const seen = (await told()).length;
  expect(seen).toBe(0);
  const before = (await keeper.told()).length;
  keeper.close();
  world.isListDown = true;
  const next = await AKeeper.open(client, { ...opening, folder: keeper.folder });
  await next.pass();
  world.isListDown = false;
  await next.live(30 * MINUTE_MS);
  expect((await next.told()).slice(before).filter((line) => line.includes('to confirm'))).toEqual([]);
});

test('a wallet link that is out keeps nobody from hearing of a subscription that stays on another plan', async () => {
  const { client, keeper, world, firing } = await aChallenge({ wallet: { pay_with: ['human'] } });
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['fund_link link_open', 'subscribe action']);
  world.rows = [other('active')];
  await keeper.live(2 * HOUR_MS);
  const about = keeper.store.firingIncidents().map(({ fingerprint }) => fingerprint);
  expect(firing().filter((line) => !line.includes('to pay $50.00'))).not.toEqual([]);
  expect(about.length).toBeGreaterThan(1);
});

test('a challenge that nobody answered is no purchase where a reload wants the plan that is there', async () => {
  const { keeper, world, opening } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  keeper.respec({ ...opening, subscription: { ...SUBSCRIBE, plan: 43 } });
  await keeper.live(HOUR_MS);
  expect((await keeper.intents()).filter(({ settled_usd }) => settled_usd === 27)).toEqual([]);
});

test('an addon is none, also where plans cannot be listed for an hour', async () => {
  const { keeper, world, listen } = await aChallenge();
  world.rows = [{ id: 901, plan_id: 51, plan_name: 'Extra training', status: 'active' }];
  await keeper.live(HOUR_MS);
  const told = await listen();
  world.arePlansDown = true;
  await keeper.live(3 * HOUR_MS);
  world.arePlansDown = false;
  await keeper.live(HOUR_MS);
  expect((await told()).filter((line) => line.includes('to confirm') && line.startsWith('resolved'))).toEqual(
    [],
  );
});

test('a wallet link keeps nobody from hearing that a page for another plan holds the subscription back', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const wanting = (plan: number): Opening => ({
    poll: '10m',
    wallet: { pay_with: ['human'] },
    subscription: { plan, when_canceled: 'subscribe', pay_with: ['human'] },
  });
  const keeper = await AKeeper.open(client, wanting(43));
  await keeper.live(HOUR_MS);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['fund_link link_open', 'subscribe_link link_open']);
  keeper.respec(wanting(41));
  await keeper.live(6 * HOUR_MS);
  const firing = keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`);
  expect(firing.filter((line) => !line.includes('to pay $50.00'))).not.toEqual([]);
});

test('what holds the other plan back is not told as something to confirm', async () => {
  const { keeper, world } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(2 * HOUR_MS);
  const firing = keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`);
  expect(firing.filter((line) => line.includes('waits for a person to confirm it'))).toEqual([]);
});

test('and nothing is told where the policy leaves the other plan', async () => {
  const { keeper, world, firing } = await aChallenge({
    subscription: { ...SUBSCRIBE, when_wrong_plan: 'leave' },
  });
  world.rows = [other('active')];
  await keeper.live(2 * HOUR_MS);
  expect(firing()).toEqual([]);
});

test('a policy that lets go ends it, and takes it up again', async () => {
  const { keeper, opening, firing } = await aChallenge();
  const { subscription: _, ...without } = opening;
  keeper.respec(without);
  await keeper.live(HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
  keeper.respec(opening);
  await keeper.live(HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
});

test('lists fail now and then for a day: nobody hears of it again and again', async () => {
  const { keeper, world, listen } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  const told = await listen();
  for (let hour = 0; hour < 12; hour += 1) {
    world.isListDown = true;
    await keeper.pass();
    world.isListDown = false;
    await keeper.live(HOUR_MS);
  }
  expect((await told()).filter((line) => line.includes('to confirm')).length).toBeLessThanOrEqual(1);
});

test('a page beside one that rests is not asked for when a list fails', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const { world, transport } = aWorld(() => false);
  const subscription = { plan: 41, when_canceled: 'subscribe', pay_with: ['human'] };
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription, transport });
  await keeper.live(HOUR_MS);
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  const before = (await keeper.told()).length;
  world.isListDown = true;
  await keeper.pass();
  world.isListDown = false;
  await keeper.live(HOUR_MS);
  expect((await keeper.told()).slice(before).filter((line) => line.includes('to pay'))).toEqual([]);
});

test('a repair of a subscription that has ended is not to be confirmed beside a live one', async () => {
  const client = await startClient();
  const { world, transport } = aWorld((url) => url.endsWith('/fix-payment'));
  const mine = (status: string): Row => row(800, 41, 'Basic', status);
  world.rows = [mine('past_due')];
  const keeper = await AKeeper.open(client, {
    poll: '10m',
    subscription: { plan: 41, when_past_due: 'fix_payment' },
    transport,
  });
  await keeper.live(HOUR_MS);
  expect(await states(keeper)).toEqual(['fix_payment action']);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  world.rows = [mine('canceled'), other('active')];
  await keeper.live(2 * HOUR_MS);
  expect(firing().filter((line) => line.includes('to confirm'))).toEqual([]);
});

test('a challenge that nobody is asked about needs no person in the list of all', async () => {
  const { keeper, world } = await aChallenge({ subscription: { ...SUBSCRIBE, when_wrong_plan: 'leave' } });
  world.rows = [other('active')];
  await keeper.live(2 * HOUR_MS);
  expect(keeper.context.view.stateOf(keeper.account('agent-0001').name)).not.toBe('needs_person');
});

test('one that rests and goes live ends it, and its end has it asked again', async () => {
  const { keeper, world, firing } = await aChallenge();
  world.rows = [other('paused')];
  await keeper.live(HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
  world.rows = [other('canceled')];
  await keeper.live(HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
});

test.each(['subscriptions', 'plans'] as const)(
  'a page for a plan that is not wanted any more, where another is by name, is not asked for while %s cannot be listed',
  async (what) => {
    const client = await startClient();
    await client.patch({ subscription: null });
    const { world, transport } = aWorld(() => false);
    const wanting = (plan: number | string): Opening => ({
      poll: '10m',
      wallet: null,
      subscription: { plan, when_canceled: 'subscribe', pay_with: ['human'] },
    });
    const keeper = await AKeeper.open(client, { ...wanting(43), transport });
    await keeper.live(HOUR_MS);
    keeper.respec(wanting('Standard'));
    await keeper.live(HOUR_MS);
    const told = (await keeper.told()).length;
    if (what === 'plans') world.arePlansDown = true;
    else world.isListDown = true;
    await keeper.live(2 * HOUR_MS);
    expect((await keeper.told()).slice(told).filter((line) => line.includes('to pay'))).toEqual([]);
  },
);

test.each([true, false])(
  'a low wallet is told where purser only watches (beside a challenge: %s)',
  async (isAsked) => {
    const { client, keeper, opening, firing } = await aChallenge();
    const { subscription, ...rest } = opening;
    keeper.respec({
      ...rest,
      ...(isAsked ? { subscription } : {}),
      mode: 'observe',
      wallet: { pay_with: ['human'] },
    } as Opening); // it is one, but for a key that is left out
    await lower(client);
    await keeper.live(2 * HOUR_MS);
    expect(firing()).toContainEqual(expect.stringContaining('wallet low'));
  },
);

test('a purchase that a reload leaves to people is not to be confirmed', async () => {
  const { keeper, opening, firing } = await aChallenge();
  keeper.respec({ ...opening, subscription: { plan: 41, when_canceled: 'leave' } });
  await keeper.live(2 * HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
});

/** Lists of both kinds come in turn: an old one that lacks what is live, and a new one. */
test('lists of two ages in turn make no noise', async () => {
  const { keeper, world, listen } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  const told = await listen();
  for (let turn = 0; turn < 24; turn += 1) {
    world.rows = turn % 2 === 0 ? [] : [other('active')];
    await keeper.live(10 * MINUTE_MS);
  }
  expect((await told()).filter((line) => line.includes('to confirm')).length).toBeLessThanOrEqual(1);
});

test('lists of two ages, an hour each, make no noise', async () => {
  const { keeper, world, listen } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  const told = await listen();
  for (let turn = 0; turn < 6; turn += 1) {
    world.rows = turn % 2 === 0 ? [] : [other('active')];
    await keeper.live(20 * MINUTE_MS);
  }
  expect((await told()).filter((line) => line.includes('to confirm'))).toEqual([]);
});

test('two accounts: the challenge of one is not touched by the live one of the other', async () => {
  const { client, keeper, world, firing } = await aChallenge();
  await client.patch({ subscription: { status: 'active', plan_id: 41 } }, 'agent-0002');
  world.rows = null;
  await keeper.live(HOUR_MS, 'agent-0002');
  await keeper.live(HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('agent-0001 needs a person to confirm'));
});

test('a challenge beside a live one is told again when that one ends while purser is down', async () => {
  const { client, keeper, world, opening } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  keeper.close();
  world.rows = [other('canceled')];
  client.clock.advance(3 * HOUR_MS);
  const next = await AKeeper.open(client, { ...opening, folder: keeper.folder });
  await next.live(HOUR_MS);
  const firing = next.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing).toContainEqual(expect.stringContaining('to confirm'));
});

test('a challenge that stops being wanted while the account is paused, and is wanted again', async () => {
  const { client, keeper, world, firing } = await aChallenge();
  const { name: account } = keeper.account('agent-0001');
  const since = client.clock.now();
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: 'by hand', since, intent: null }, []);
  await keeper.live(HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
  world.rows = [other('canceled')];
  await keeper.live(HOUR_MS);
  await keeper.store.journal.liftHold(account, 'pause', [], client.clock.now());
  await keeper.live(HOUR_MS);
  expect(firing()).toContainEqual(expect.stringContaining('to confirm'));
});

test('the acknowledged page is not fired anew by the tenth failing list', async () => {
  const { keeper, world, firing } = await aChallenge();
  world.rows = [other('active')];
  await keeper.live(HOUR_MS);
  world.isListDown = true;
  await keeper.live(5 * HOUR_MS);
  expect(firing()).not.toContainEqual(expect.stringContaining('to confirm'));
});
