import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

test('a top-up whose row is there at once, beside a wallet of before it, is not told with that balance', async () => {
  const client = await startClient();
  let before: Record<string, unknown> | null = null;
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/transactions')) return reply;
      const { data } = JSON.parse(reply.bodyText);
      if ((await charges(client)).length === 0) before = data.wallet;
      return answer(200, { data: { ...data, wallet: before } }, reply.headers);
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toContain(
    'notice charge.succeeded: agent-0001 funded: $50.00 charged, balance unknown',
  );
});
