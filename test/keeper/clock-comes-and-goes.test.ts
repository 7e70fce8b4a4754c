import { expect, test } from 'vitest';
import type { AccountName } from '../../src/domain/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import type { Opening } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { hostClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { type AroundRead, WatchedWire } from './watched-wire.ts';

/** A daemon whose clock a test sets wrong. */
async function aDaemon(wish: (client: SandboxClient) => Opening) {
  const client = await startClient();
  const { off, clock } = hostClock(client.clock);
  const { parts, keeper } = await runOn(client, { clock, ...wish(client) });
  const live = async (durationMs: number) => {
    const endAt = client.clock.now() + durationMs;
    await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
  };
  await live(5 * MINUTE_MS);
  return { client, parts, off, live, hurry: () => keeper.hurry('agent-0001' as AccountName) };
}

/** Holds one read of an account's debits back until the test lets go of it. */
function heldRead() {
  const state = { isOn: false, isHeld: false, letGo: () => {} };
  const around =
    (token: string | undefined): AroundRead =>
    async (send, { url, headers }) => {
      if (!state.isOn || !url.includes('type=debit') || headers['authorization'] !== `Bearer ${token}`)
        return await send();
      state.isOn = false;
      state.isHeld = true;
      await new Promise<void>((resolve) => {
        state.letGo = resolve;
      });
      return await send();
    };
  return { state, around };
}

test('a clock that is off for a minute at a rare poll does not put a charge off to the next one', async () => {
  const { client, off, live, hurry } = await aDaemon(() => ({ poll: '12h' }));
  await client.patch({ balance: 12 });
  off.ms = DAY_MS;
  hurry();
  await live(MINUTE_MS);
  off.ms = 0;
  await live(5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('whose pass is under way when the clock comes right is looked at again before others are charged', async () => {
  const { state, around } = heldRead();
  const { client, off, live, hurry } = await aDaemon(({ sandbox }) => ({
    wallet: { foreign_credits: 'allow' },
    fleetCaps: { day: 130 },
    poll: '1h',
    transport: new WatchedWire((send) => send(), around(sandbox.accounts[1]?.token)),
  }));
  await client.patch({ balance: 12 }, 'agent-0002');
  await live(2 * HOUR_MS);
  off.ms = DAY_MS;
  state.isOn = true;
  await stepUntil(client.clock, 5 * SECOND_MS, 'a read was held', () => state.isHeld);
  const token = client.sandbox.accounts[1]?.token ?? null;
  const body = { amount: 40, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body, key: 'a-person', token });
  await client.patch({ balance: 12 });
  off.ms = 0;
  hurry();
  await live(10 * SECOND_MS);
  state.letGo();
  await live(20 * MINUTE_MS);
  const accounts = (await charges(client)).map(({ account }) => account);
  expect(accounts).toEqual(['agent-0002', 'agent-0002']); // $90 of $130
});

/** Of two accounts the second has answers that are dated wrong, for an hour. */
async function besideWrongDates() {
  const wrong = { isOn: true };
  const daemon = await aDaemon(({ sandbox }) => {
    const around: AroundRead = async (send, { headers }) => {
      const reply = await send();
      const isOther = headers['authorization'] === `Bearer ${sandbox.accounts[1]?.token}`;
      if (reply.kind !== 'answered' || !isOther || !wrong.isOn) return reply;
      const date = new Date(Date.parse(reply.headers['date'] ?? '') + 10 * MINUTE_MS).toUTCString();
      return { ...reply, headers: { ...reply.headers, date } };
    };
    return { fleetCaps: { day: 500 }, transport: new WatchedWire((send) => send(), around) };
  });
  await daemon.client.patch({ balance: 12 });
  await daemon.live(HOUR_MS);
  wrong.isOn = false;
  return daemon;
}

test('one account whose answers are dated wrong keeps no other from being funded', async () => {
  const { client } = await besideWrongDates();
  await stepUntil(
    client.clock,
    5 * SECOND_MS,
    'it was funded',
    async () => (await charges(client)).length > 0,
  );
  expect((await charges(client)).map(({ account }) => account)).toEqual(['agent-0001']);
});

test('nor is it told again and again', async () => {
  const { client, parts } = await besideWrongDates();
  const told = async () =>
    (await parts.messages())
      .filter(({ fact }) => fact.headline.startsWith('The clock'))
      .map(({ status }) => status);
  const isOver = async () => (await told()).at(-1) === 'resolved';
  await stepUntil(client.clock, 5 * SECOND_MS, 'it was told to be over', isOver);
  // Once; on a busy machine an answer may take some minutes of this clock.
  expect((await told()).length).toBeLessThanOrEqual(6);
});
