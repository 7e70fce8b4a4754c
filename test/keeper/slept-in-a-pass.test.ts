import { expect, test } from 'vitest';
import type { Clock } from '../../src/domain/ports.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { ManualClock } from '../sandbox/manual-clock.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';
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

/** Both accounts were seen and the first one's wallet is low, when the host sleeps for an hour, and its timers with it. */
async function sleepOver(wish: Opening, { over, paidOn, silentMs = 0 }: Sleep): Promise<void> {
  const client = await startClient();
  const timers = new ManualClock();
  const clock: Clock = {
    now: () => client.clock.now(),
    monotonicMs: () => timers.monotonicMs(),
    sinceBoot: () => client.clock.sinceBoot(),
    sleep: (durationMs, signal) => timers.sleep(durationMs, signal),
  };
  const tokens = client.sandbox.accounts.map(({ token }) => token);
  const host: { state: 'awake' | 'tired' | 'asleep' | 'slept'; wokeAtMs: number } = {
    state: 'awake',
    wokeAtMs: 0,
  };
  const sleep = async (): Promise<void> => {
    host.state = 'asleep';
    client.clock.advance(HOUR_MS / 2);
    const body = { amount: 40, payment_method_id: `pm_agent_000${paidOn + 1}_visa` };
    await client.ask('/wallet/fund', { body, key: 'a-person', token: tokens[paidOn] ?? null });
    await client.patch({ balance: 12 });
    client.clock.advance(HOUR_MS / 2);
    [host.state, host.wokeAtMs] = ['slept', timers.monotonicMs()];
  };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url, headers: { authorization = '' } }) => {
      const isPaidOn = authorization.endsWith(tokens[paidOn] ?? '-');
      const isSilent = host.state === 'slept' && timers.monotonicMs() - host.wokeAtMs < silentMs;
      if (isPaidOn && isSilent) return { kind: 'lost', reason: 'timeout' };
      const isOver = over !== undefined && authorization.endsWith(tokens[over.account] ?? '-');
      if (host.state === 'tired' && isOver && url.includes(over.path)) await sleep();
      return await send();
    },
  );
  const before = await AKeeper.open(client, { ...wish, clock });
  before.close();
  await runOn(client, { ...wish, transport, clock, folder: before.folder });
  const both = {
    advance(ms: number): void {
      if (host.state === 'asleep') return;
      timers.advance(ms);
      client.clock.advance(ms);
    },
  };
  const passMs = async (durationMs: number): Promise<void> => {
    const endMs = timers.monotonicMs() + durationMs;
    await stepUntil(both, SECOND_MS, 'time went by', () => timers.monotonicMs() >= endMs);
  };
  await passMs(4 * MINUTE_MS);
  await client.patch({ balance: 12 }, paidOn === 0 || over?.account === 0 ? 'agent-0001' : 'agent-0002');
  host.state = 'tired';
  if (over === undefined) await sleep();
  await stepUntil(both, SECOND_MS, 'it slept', () => host.state === 'slept');
  await passMs(10 * MINUTE_MS);
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

test.each([['5m'], ['1h']])('nor where the one that was paid on is polled every %s', async (poll) => {
  await sleepOver({ ...FLEET_CAP, accounts: { 'agent-0001': {}, 'agent-0002': { poll } } }, { paidOn: 1 });
});

test('a wallet that a person filled while the host slept in the middle of a pass is not charged by what was seen before', async () => {
  const wish = {
    wallet: { foreign_credits: 'allow' },
    caps: { per_charge: 80, day: 80, month: 20_000 },
  };
  await sleepOver(wish, { over: { account: 0, path: 'payment' }, paidOn: 0 });
});
