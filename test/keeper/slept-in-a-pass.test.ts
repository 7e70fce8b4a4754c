import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { SleepingHost } from './a-sleeping-host.ts';
import { charges, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const FLEET_CAP = {
  wallet: { foreign_credits: 'allow' },
  fleetCaps: { day: 80 },
  subscription: { when_past_due: 'fix_payment' },
};

type Sleep = {
  /** Over which request for whom it falls asleep; between passes, if left out. */
  readonly over?: { readonly account: 0 | 1; readonly path: string };
  /** Where a person pays meanwhile. */
  readonly paidOn: 0 | 1;
  /** That account is not answered for this long when it woke up. */
  readonly silentMs?: number;
};

/** Both accounts were seen and the first one's wallet is low, when the host sleeps for an hour. */
async function sleepOver(wish: Opening, { over, paidOn, silentMs = 0 }: Sleep): Promise<void> {
  const host = await SleepingHost.start();
  const { client } = host;
  const sleep = async (): Promise<void> => {
    await host.sleep(HOUR_MS, paidOn);
    await client.patch({ balance: 12 });
  };
  await host.run(
    wish,
    (send) => send(),
    async (send, { url, headers }) => {
      if (host.state === 'slept' && host.isOf(paidOn, headers) && host.awakeMs < silentMs)
        return { kind: 'lost', reason: 'timeout' };
      const isOver = over !== undefined && host.isOf(over.account, headers) && url.includes(over.path);
      if (host.state === 'tired' && isOver) await sleep();
      return await send();
    },
  );
  if (over?.account !== 1) await client.patch({ balance: 12 });
  host.state = 'tired';
  if (over === undefined) await sleep();
  await host.until('it slept', () => host.state === 'slept');
  await host.pass(10 * MINUTE_MS);
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
}

test.each([
  ['in a pass over one that is low', { over: { account: 0, path: 'type=credit' }, paidOn: 1 }],
  [
    'in a quiet pass over the one that is paid on',
    { over: { account: 1, path: 'subscriptions' }, paidOn: 1 },
  ],
  ['between passes', { paidOn: 1 }],
] as const)(
  'a host that sleeps %s charges nobody beside what a person paid under the same cap',
  async (_, sleep) => {
    await sleepOver(FLEET_CAP, { ...sleep, silentMs: 5 * SECOND_MS });
  },
);

test.each([
  ['5m', 'between passes', {}],
  ['1h', 'between passes', {}],
  ['5m', 'in a quiet pass', { over: { account: 1, path: '/subscriptions' } }],
  ['1h', 'in a quiet pass', { over: { account: 1, path: '/subscriptions' } }],
] as const)(
  'nor where the one that was paid on is polled every %s, and it sleeps %s',
  async (poll, _, sleep) => {
    const accounts = { 'agent-0001': {}, 'agent-0002': { poll } };
    await sleepOver({ ...FLEET_CAP, accounts }, { ...sleep, paidOn: 1 });
  },
);

test('a wallet that a person filled while the host slept in the middle of a pass is not charged by what was seen before', async () => {
  const wish = {
    wallet: { foreign_credits: 'allow' },
    caps: { per_charge: 80, day: 80, month: 20_000 },
  };
  await sleepOver(wish, { over: { account: 0, path: 'payment' }, paidOn: 0 });
});

/** The first answer after a sleep comes so late that the checks of health have noticed it. */
const LATE_MS = 7 * SECOND_MS;

test.each([[0], [LATE_MS]])(
  'nor does the second charge of a pass go out, where the host slept over the first one (its answer comes %d ms later)',
  async (lateMs) => {
    const host = await SleepingHost.start();
    const { client, clock } = host;
    await host.run({ ...FLEET_CAP, fleetCaps: { day: 120 } }, async (send, _, { url }) => {
      const reply = await send();
      if (host.state !== 'tired' || !url.includes('/wallet/fund')) return reply;
      await host.sleep(HOUR_MS, 1);
      if (lateMs > 0) await clock.sleep(lateMs);
      return reply;
    });
    host.state = 'tired';
    await client.patch({ balance: 12, subscription: { status: 'past_due' } });
    await host.until('it slept', () => host.state === 'slept');
    await host.pass(10 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(2); // a person's, and one of $50
    expect(await charges(client, 'fix_payment')).toEqual([]);
  },
);

test.each([[0], [LATE_MS]])(
  'a charge in doubt is not sent again by a look from before a sleep (the next answer comes %d ms after it)',
  async (lateMs) => {
    const host = await SleepingHost.start();
    const { client, clock } = host;
    const shown = new Map<string, TransportReply>(); // its row is late
    let [posts, hasLooked] = [0, false];
    await host.run(
      { subscription: { when_past_due: 'fix_payment' } },
      async (send, _, { url }) => {
        if (!url.includes('/wallet/fund')) return await send();
        posts += 1;
        if (posts > 1 && host.state === 'slept') return await send();
        if (posts === 1) {
          await faults(client, { key_retention_ms: HOUR_MS });
          await send();
        }
        return { kind: 'lost', reason: 'socket' };
      },
      async (send, { url, headers }) => {
        if (!host.isOf(0, headers)) return await send();
        const isWallet = url.includes('/wallet/');
        if (host.state === 'tired' && hasLooked && !isWallet) {
          await host.sleep(5 * HOUR_MS, null);
          if (lateMs > 0) await clock.sleep(lateMs);
        }
        if (host.state === 'tired' && url.includes('type=credit')) hasLooked = true;
        if (host.state === 'slept' || !isWallet) return await send();
        const page = url.replace(/[?].*type=(\w+).*/, '?$1');
        const before = posts > 0 ? shown.get(page) : undefined;
        const reply = before ?? (await send());
        shown.set(page, reply);
        return reply;
      },
    );
    await client.patch({ balance: 12 });
    await host.until('it charged', () => posts > 0);
    await host.pass(4 * MINUTE_MS);
    [host.state, hasLooked] = ['tired', false];
    await host.until('it slept', () => host.state === 'slept');
    await host.pass(20 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(1);
  },
);

test.each([
  ['fix_payment', { subscription: { status: 'past_due' } }],
  ['fund', { balance: 12 }],
])(
  'a %s in doubt is neither lost nor frozen because the host slept for hours over a pass',
  async (kind, low) => {
    const host = await SleepingHost.start();
    const { client } = host;
    let posts = 0;
    const { store } = await host.run(
      { subscription: { when_past_due: 'fix_payment' } },
      async (send) => {
        posts += 1;
        return host.state === 'slept' ? await send() : { kind: 'lost', reason: 'socket' };
      },
      async (send, { url, headers }) => {
        if (host.state === 'tired' && host.isOf(0, headers) && url.includes('/subscriptions'))
          await host.sleep(3 * HOUR_MS, null);
        return await send();
      },
    );
    await client.patch(low);
    await host.until('it charged', () => posts > 0);
    await host.pass(4 * MINUTE_MS);
    host.state = 'tired';
    await host.until('it slept', () => host.state === 'slept');
    await host.pass(HOUR_MS / 2);
    expect(await store.journal.holds('agent-0001' as AccountName)).toEqual([]);
    expect(await charges(client, kind)).toHaveLength(1);
  },
);

const FUND: HandOrder = { kind: 'fund', amountCents: cents(5_000), card: null, coupon: null };

test.each(['an order without a daemon', 'a run of once'])(
  'a host that sleeps while a neighbour is counted, in %s, counts it again',
  async (how) => {
    const host = await SleepingHost.start();
    const { client, clock } = host;
    const before = await AKeeper.open(client, { ...FLEET_CAP, clock });
    for (const name of ['agent-0001', 'agent-0002']) await before.pass(name);
    before.close();
    await host.pass(HOUR_MS);
    await client.patch({ balance: 12 });
    host.state = 'tired';
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url, headers }) => {
        const reply = await send();
        if (host.state === 'tired' && host.isOf(1, headers) && url.includes('type=credit'))
          await host.sleep(HOUR_MS, 1);
        return reply;
      },
    );
    const { context } = await AKeeper.open(client, { ...FLEET_CAP, transport, clock, folder: before.folder });
    const keeper = new Keeper(context, { cron: { start: () => () => undefined }, onToken: () => undefined });
    const options = { timeoutMs: 3 * MINUTE_MS, signal: new AbortController().signal };
    let isDone = false;
    const work: Promise<unknown> =
      how === 'a run of once'
        ? keeper.passOverAll()
        : keeper.orderAlone('agent-0001' as AccountName, FUND, options);
    const done = work.then(() => (isDone = true));
    await host.until('it ended', () => isDone);
    await done;
    expect(host.state).toBe('slept');
    expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
  },
);
