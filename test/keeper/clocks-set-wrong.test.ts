import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { hostClock, OffClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** A keeper whose charge went out, and whose answer was lost; then its clock is set wrong for a while. */
async function afterWrongClock(offMs: number, durationMs: number) {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  const state = { isLost: true };
  const transport = new WatchedWire(async (send) => {
    const reply = await send();
    return state.isLost ? { kind: 'lost', reason: 'ECONNRESET' } : reply;
  });
  const opening: Opening = { clock, transport, poll: '30m', caps: { per_charge: 50, day: 60 } };
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  await lower(client);
  await keeper.pass();
  state.isLost = false;
  clock.offMs = offMs;
  await keeper.live(durationMs);
  clock.offMs = 0;
  await lower(client);
  return { client, keeper };
}

const WRONG = [
  ['two days behind', -2 * DAY_MS],
  ['forty days ahead', 40 * DAY_MS],
] as const;

test.each(WRONG)(
  'a charge that is seen by a clock %s counts against its day, and no other',
  async (_, offMs) => {
    const { client, keeper } = await afterWrongClock(offMs, 5 * MINUTE_MS);
    await keeper.rest(20 * HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
    await keeper.live(8 * HOUR_MS);
    expect(await charges(client)).toHaveLength(2);
  },
);

test.each(WRONG)('so does what a person paid, seen by a clock %s', async (_, offMs) => {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  const keeper = await AKeeper.open(client, { clock, poll: '30m', caps: { per_charge: 50, day: 60 } });
  await keeper.pass();
  await client.fund(50, 'a-person');
  clock.offMs = offMs;
  await keeper.live(HOUR_MS);
  clock.offMs = 0;
  await lower(client);
  await keeper.rest(20 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  await keeper.rest(DAY_MS);
  expect(await charges(client)).toHaveLength(2);
});

test('a page does not end by a clock that is ahead', async () => {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  const keeper = await AKeeper.open(client, { clock, wallet: { pay_with: ['human'] } });
  await keeper.pass();
  await lower(client);
  await keeper.live(MINUTE_MS);
  clock.offMs = 2 * DAY_MS;
  await keeper.live(10 * MINUTE_MS);
  clock.offMs = 0;
  await keeper.live(10 * MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'link_open' }]);
});

test.each([
  ['4 minutes ahead, and is right since', 4 * MINUTE_MS, 0, 5 * MINUTE_MS],
  ['4 minutes ahead, and is 4 behind since', 4 * MINUTE_MS, -4 * MINUTE_MS, 9 * MINUTE_MS],
  ['right', 0, 0, 5 * MINUTE_MS],
])(
  'what a person paid while no purser ran counts before others charge, by a clock that was %s',
  async (_, wasMs, isMs, downMs) => {
    const client = await startClient();
    const { off, clock } = hostClock(client.clock);
    const [, token = ''] = client.sandbox.accounts.map((account) => account.token);
    const held = { isSilent: false };
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { headers: { authorization = '' } }) =>
        held.isSilent && authorization.endsWith(token) ? { kind: 'lost', reason: 'timeout' } : await send(),
    );
    const wish = { clock, transport, wallet: { foreign_credits: 'allow' }, fleetCaps: { day: 80 } };
    off.ms = wasMs;
    const { parts, finished } = await runOn(client, wish);
    const pass = async (durationMs: number) => {
      const endAt = client.clock.now() + durationMs;
      await stepUntil(client.clock, SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
    };
    await pass(3 * MINUTE_MS);
    parts.stop.abort();
    await finished;
    parts.close();
    off.ms = isMs;
    client.clock.advance(downMs);
    const body = { amount: 40, payment_method_id: 'pm_agent_0002_visa' };
    await client.ask('/wallet/fund', { body, key: 'a-person', token });
    await client.patch({ balance: 12 });
    held.isSilent = true;
    await runOn(client, { ...wish, folder: parts.folder });
    await pass(30 * SECOND_MS);
    held.isSilent = false;
    await pass(10 * MINUTE_MS);
    expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
  },
);
