import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** A keeper whose closer looks show `old` instead of the wallet as it is; the cheap balance is right throughout. */
async function scene() {
  const client = await startClient();
  const shown: { old: object | null } = { old: null };
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      const reply = await send();
      const isSpoiled = shown.old !== null && url.includes('/wallet/transactions');
      if (!isSpoiled || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      body.data.wallet = shown.old;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const walletNow = async () => (await client.ask('/wallet/transactions?type=credit')).body.data.wallet;
  return { client, transport, shown, walletNow };
}

test('a wallet from before the last charge that is shown once in two hours does not rest there', async () => {
  const { client, transport, shown, walletNow } = await scene();
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  const before = await walletNow();
  await keeper.live(5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  for (const _ of [1, 2, 3]) {
    client.clock.advance(2 * HOUR_MS); // a host that sleeps
    shown.old = before;
    await keeper.pass();
    shown.old = null;
    await keeper.live(MINUTE_MS);
  }
  expect(await charges(client)).toHaveLength(1);
});

test('a wallet from before money that no row explains is not charged for hours after that was seen', async () => {
  const { client, transport, shown, walletNow } = await scene();
  await lower(client);
  const before = await walletNow();
  await client.fund(45, 'a-person');
  shown.old = before;
  const keeper = await AKeeper.open(client, { transport, quarantine: '90m' });
  await keeper.pass();
  shown.old = null;
  await lower(client, 50);
  client.clock.advance(4 * HOUR_MS);
  await keeper.pass();
  for (const _ of [1, 2]) {
    client.clock.advance(4 * HOUR_MS);
    shown.old = before;
    await keeper.live(13 * MINUTE_MS);
    shown.old = null;
    await keeper.live(MINUTE_MS);
  }
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
});
