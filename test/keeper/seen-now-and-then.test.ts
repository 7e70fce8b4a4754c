import { expect, test } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const TURN_MS = MINUTE_MS;
const SEEN_FOR_MS = 30 * SECOND_MS;

test('neighbours that are seen only now and then, one after the other, keep no account from being funded', async () => {
  const client = await startClient({ accounts: calmAccounts(6) });
  const [, ...others] = client.sandbox.accounts;
  const isSeen = (token: string): boolean => {
    const turn = others.findIndex((one) => token.endsWith(one.token));
    const sinceMs = client.clock.now() % (others.length * TURN_MS);
    return turn < 0 || (sinceMs >= turn * TURN_MS && sinceMs < turn * TURN_MS + SEEN_FOR_MS);
  };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { headers }) => (isSeen(headers['authorization'] ?? '') ? await send() : answer(503, {})),
  );
  await runOn(client, { transport, poll: '10s', fleetCaps: { day: 500 } });
  const live = async (durationMs: number) => {
    const endAt = client.clock.now() + durationMs;
    await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
  };
  await live(20 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await live(10 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});
