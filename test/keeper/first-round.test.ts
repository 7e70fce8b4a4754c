import { expect, onTestFinished, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { calmAccounts, type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { hostClock } from './off-clock.ts';
import { charges, requests } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** An account of which purser gets no answer while it is held. */
class LateAccount {
  readonly wire: WatchedWire;
  #isHeld = true;
  readonly #waiting: (() => void)[] = [];

  constructor(token: string) {
    this.wire = new WatchedWire(
      (send) => send(),
      async (send, { headers }) => {
        if (this.#isHeld && headers['authorization']?.endsWith(token) === true)
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
        return await send();
      },
    );
  }

  release(): void {
    this.#isHeld = false;
    for (const go of this.#waiting) go();
  }
}

/** While it was down somebody paid $40 for the second account, and the first fell under its minimum. */
class AfterADowntime {
  readonly client: SandboxClient;
  readonly opening: Opening;

  private constructor(client: SandboxClient, opening: Opening) {
    this.client = client;
    this.opening = opening;
  }

  static async open(wish: Opening): Promise<AfterADowntime> {
    const client = await startClient();
    const before = await AKeeper.open(client, wish);
    await before.pass();
    await before.pass('agent-0002');
    before.close();
    client.clock.advance(HOUR_MS);
    const token = client.sandbox.accounts[1]?.token ?? 'none';
    const body = { amount: 40, payment_method_id: 'pm_agent_0002_visa' };
    await client.ask('/wallet/fund', { body, key: 'a-person', token });
    await lower(client);
    return new AfterADowntime(client, { ...wish, folder: before.folder });
  }

  late(place = 1): LateAccount {
    return new LateAccount(this.client.sandbox.accounts[place]?.token ?? 'none');
  }

  /** A daemon that is killed once it has seen one account, and has no answer yet about the other. */
  async shortLife(seen: 0 | 1): Promise<void> {
    const late = this.late(1 - seen);
    const { parts, finished } = await runOn(this.client, { ...this.opening, transport: late.wire });
    await this.untilAsked(`agent-000${seen + 1}`, 12);
    parts.stop.abort();
    late.release();
    await finished;
    parts.close();
  }

  /** What purser charged. */
  async charged() {
    return (await charges(this.client)).filter(({ key }) => key !== 'a-person');
  }

  async untilAsked(name: string, times: number): Promise<void> {
    const count = async () => (await requests(this.client)).filter(({ account }) => account === name).length;
    const before = await count();
    await stepUntil(
      this.client.clock,
      SECOND_MS,
      `${name} was looked at`,
      async () => (await count()) >= before + times,
    );
  }

  async pass(durationMs: number): Promise<void> {
    const endAt = this.client.clock.now() + durationMs;
    await stepUntil(
      this.client.clock,
      30 * SECOND_MS,
      'time went by',
      () => this.client.clock.now() >= endAt,
    );
  }
}

/** The second account comes to its turn late. */
async function start(wish: Opening) {
  const scene = await AfterADowntime.open(wish);
  const late = scene.late();
  await runOn(scene.client, { ...scene.opening, transport: late.wire });
  await scene.untilAsked('agent-0001', 12);
  const early = await scene.charged();
  late.release();
  await scene.untilAsked('agent-0002', 3);
  await scene.pass(HOUR_MS);
  return { early, all: await scene.charged() };
}

const RENAMED = { accounts: { 'agent-0001': {}, 'render-eu': { token: { env: 'TOKEN_AGENT_0002' } } } };
const FOREIGN = { wallet: { foreign_credits: 'allow' } };

test('after a start nothing is charged against a cap of the fleet before everybody was looked at', async () => {
  const { all } = await start({ ...FOREIGN, fleetCaps: { day: 80 } });
  expect(all).toEqual([]);
});

test('where it fits all the same it is charged then', async () => {
  const { early, all } = await start({ ...FOREIGN, fleetCaps: { day: 100 } });
  expect(early).toEqual([]);
  expect(all).toHaveLength(1);
});

test('without shared caps nobody waits', async () => {
  const { early } = await start(FOREIGN);
  expect(early).toHaveLength(1);
});

test('a daemon that is started again within its first round goes on with that', async () => {
  const scene = await AfterADowntime.open({ ...FOREIGN, fleetCaps: { day: 80 } });
  await scene.shortLife(0);
  const late = scene.late();
  await runOn(scene.client, { ...scene.opening, transport: late.wire });
  await scene.untilAsked('agent-0001', 12);
  expect(await scene.charged()).toEqual([]);
  late.release();
  await scene.untilAsked('agent-0002', 3);
  await scene.pass(HOUR_MS);
  expect(await scene.charged()).toEqual([]);
});

test('a rest between two lives is no part of a first round', async () => {
  const scene = await AfterADowntime.open({ ...FOREIGN, fleetCaps: { day: 80 } });
  await scene.shortLife(0);
  scene.client.clock.advance(110 * SECOND_MS);
  const late = scene.late();
  await runOn(scene.client, { ...scene.opening, transport: late.wire });
  await scene.untilAsked('agent-0001', 12);
  const early = await scene.charged();
  late.release();
  expect(early).toEqual([]);
});

test('an account whose token is refused once is waited for', async () => {
  const scene = await AfterADowntime.open({ ...FOREIGN, fleetCaps: { day: 80 } });
  const token = scene.client.sandbox.accounts[1]?.token ?? 'none';
  const late = scene.late();
  let refusals = 0;
  const transport = new WatchedWire(
    (send) => send(),
    async (send, request) => {
      if (request.headers['authorization']?.endsWith(token) !== true) return await send();
      refusals += 1;
      return refusals === 1 ? answer(401, { message: 'no' }) : await late.wire.request(request);
    },
  );
  await runOn(scene.client, { ...scene.opening, transport });
  await scene.untilAsked('agent-0001', 12);
  const early = await scene.charged();
  late.release();
  expect(early).toEqual([]);
});

test('what was charged on an account that has another name since counts before others are charged', async () => {
  const scene = await AfterADowntime.open({ ...FOREIGN, fleetCaps: { day: 80 } });
  await runOn(scene.client, { ...scene.opening, ...RENAMED });
  await scene.untilAsked('agent-0001', 60);
  expect(await scene.charged()).toEqual([]);
});

test('one that is killed again and again gets to its work', async () => {
  const scene = await AfterADowntime.open({ ...FOREIGN, fleetCaps: { day: 100 } });
  await scene.shortLife(0);
  await scene.shortLife(1);
  expect(await scene.charged()).toEqual([]);
  const late = scene.late();
  await runOn(scene.client, { ...scene.opening, transport: late.wire });
  await scene.untilAsked('agent-0001', 12);
  late.release();
  expect(await scene.charged()).toHaveLength(1);
});

const FUND: HandOrder = { kind: 'fund', amountCents: cents(5_000), card: null, coupon: null };

async function orderAlone(scene: AfterADowntime, transport?: WatchedWire) {
  const parts = await AKeeper.open(scene.client, {
    ...scene.opening,
    clock: scene.client.clock,
    ...(transport === undefined ? {} : { transport }),
  });
  const keeper = new Keeper(parts.context, {
    cron: { start: () => () => undefined },
    onToken: () => undefined,
  });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const answer = keeper.orderAlone('agent-0001' as AccountName, FUND, {
    timeoutMs: HOUR_MS,
    signal: stop.signal,
  });
  return { parts, answer };
}

test('an order where no daemon runs is held against what others charged on its neighbours', async () => {
  const scene = await AfterADowntime.open({ ...FOREIGN, fleetCaps: { day: 80 } });
  const late = scene.late();
  const { answer } = await orderAlone(scene, late.wire);
  await scene.untilAsked('agent-0001', 12);
  expect(await scene.charged()).toEqual([]);
  late.release();
  let isAnswered = false;
  void answer.finally(() => {
    isAnswered = true;
  });
  await stepUntil(scene.client.clock, SECOND_MS, 'the order was answered', () => isAnswered);
  expect(await answer).toMatchObject({ outcome: 'refused' });
  expect(await scene.charged()).toEqual([]);
});

/** Everything about the second account is answered with a 500. */
function withoutTheSecond(client: SandboxClient): WatchedWire {
  const token = client.sandbox.accounts[1]?.token ?? 'none';
  return new WatchedWire(
    (send) => send(),
    async (send, { headers }) =>
      headers['authorization']?.endsWith(token) === true ? answer(500, { message: 'no' }) : await send(),
  );
}

const noCron = { cron: { start: () => () => undefined }, onToken: () => undefined };

test.each([
  ['of the fleet', { fleetCaps: { day: 500 } }],
  [
    'that the other one is not under',
    { groups: { eu: { caps: { day: 500 } } }, accounts: { 'agent-0001': { group: 'eu' }, 'agent-0002': {} } },
  ],
])('`purser once` waits for nobody who had a turn and could not be seen, with a cap %s', async (_, wish) => {
  const client = await startClient();
  const first = await AKeeper.open(client, wish);
  await new Keeper(first.context, noCron).passOverAll();
  first.close();
  client.clock.advance(HOUR_MS);
  await lower(client);
  const again = await AKeeper.open(client, {
    ...wish,
    folder: first.folder,
    transport: withoutTheSecond(client),
  });
  await new Keeper(again.context, noCron).passOverAll();
  expect(await charges(client)).toHaveLength(1);
});

test('nor does an order where no daemon runs', async () => {
  const scene = await AfterADowntime.open({ ...FOREIGN, fleetCaps: { day: 500 } });
  const { answer: answered } = await orderAlone(scene, withoutTheSecond(scene.client));
  let outcome = '';
  void answered.then((one) => {
    outcome = one.outcome;
  });
  const startedAt = scene.client.clock.now();
  await stepUntil(scene.client.clock, SECOND_MS, 'the order was answered', () => outcome !== '');
  expect(outcome).toBe('done');
  expect(scene.client.clock.now() - startedAt).toBeLessThan(MINUTE_MS);
});

test('a neighbour that has another name since is looked at for an order all the same', async () => {
  const scene = await AfterADowntime.open({ ...FOREIGN, fleetCaps: { day: 80 } });
  Object.assign(scene.opening, RENAMED);
  const { answer } = await orderAlone(scene);
  let outcome = '';
  void answer.then((one) => {
    outcome = one.outcome;
  });
  await stepUntil(scene.client.clock, SECOND_MS, 'the order was answered', () => outcome !== '');
  expect(outcome).toBe('refused');
  expect(await scene.charged()).toEqual([]);
});

test('accounts that come into the config one after the other do not lengthen the wait for one that cannot be seen', async () => {
  const client = await startClient({ accounts: calmAccounts(9) });
  const names = client.sandbox.accounts.map(({ name }) => name);
  const wish = (count: number) => ({
    fleetCaps: { day: 500 },
    accounts: Object.fromEntries(names.slice(0, count).map((name) => [name, {}])),
  });
  const { parts, keeper } = await runOn(client, { ...wish(2), transport: withoutTheSecond(client) });
  for (let count = 3; count <= names.length; count += 1) {
    const endAt = client.clock.now() + 90 * SECOND_MS;
    await stepUntil(client.clock, SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
    parts.respec(wish(count));
    await keeper.respec();
    if (count === 4) await client.patch({ balance: 12 });
  }
  expect(await charges(client)).toHaveLength(1);
});

test('a daemon whose host slept for hours looks at everybody before it charges', async () => {
  const client = await startClient();
  await runOn(client, { ...FOREIGN, fleetCaps: { day: 80 } });
  const live = async () => {
    const endAt = client.clock.now() + 5 * MINUTE_MS;
    await stepUntil(client.clock, SECOND_MS, 'five minutes', () => client.clock.now() >= endAt);
  };
  await live();
  const token = client.sandbox.accounts[1]?.token ?? null;
  const body = { amount: 40, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body, key: 'a-person', token });
  await client.patch({ balance: 12 });
  client.clock.advance(10 * HOUR_MS);
  await live();
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
});

test('a clock that is right again charges nobody before everybody was looked at', async () => {
  const client = await startClient();
  const { off, clock } = hostClock(client.clock);
  const { keeper } = await runOn(client, { ...FOREIGN, fleetCaps: { day: 80 }, poll: '1h', clock });
  const live = async (durationMs: number) => {
    const endAt = client.clock.now() + durationMs;
    await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
  };
  await live(5 * MINUTE_MS);
  off.ms = DAY_MS;
  await live(2 * HOUR_MS);
  const token = client.sandbox.accounts[1]?.token ?? null;
  const body = { amount: 40, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body, key: 'a-person', token });
  await client.patch({ balance: 12 });
  off.ms = 0;
  keeper.hurry('agent-0001' as AccountName);
  await live(10 * MINUTE_MS);
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
});

test('after hours in which the provider could not be read everybody is looked at before any is charged', async () => {
  const client = await startClient({ accounts: calmAccounts(6) });
  const others = client.sandbox.accounts.slice(1);
  const out = { isOn: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send) => (out.isOn ? answer(503, {}) : await send()),
  );
  await runOn(client, { ...FOREIGN, fleetCaps: { day: 80 }, transport });
  const live = async (durationMs: number) => {
    const endAt = client.clock.now() + durationMs;
    await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
  };
  await live(5 * MINUTE_MS);
  out.isOn = true;
  await live(HOUR_MS);
  for (const { name, token } of others) {
    const body = { amount: 10, payment_method_id: `pm_${name.replace('-', '_')}_visa` };
    await client.ask('/wallet/fund', { body, key: `a-person-${name}`, token });
    await client.patch({ balance: 50 }, name); // used
  }
  await client.patch({ balance: 12 });
  out.isOn = false;
  await live(10 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(others.length);
});
