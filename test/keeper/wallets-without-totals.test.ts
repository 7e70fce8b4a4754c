import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { type AroundPost, WatchedWire } from './watched-wire.ts';

/** A provider without totals; `spoil` changes the balance that a look shows. */
async function scene(
  opening: Opening,
  spoil: (balance: number) => number,
  around: AroundPost = (send) => send(),
) {
  const client = await startClient();
  const transport = new WatchedWire(around, async (send, { url }) => {
    const reply = await send();
    if (reply.kind !== 'answered') return reply;
    const body = JSON.parse(reply.bodyText);
    if (url.includes('/wallet/transactions')) {
      body.data.wallet = { balance: spoil(body.data.wallet.balance) };
    } else if (url.includes('/wallet/balance')) {
      body.data.balance = spoil(body.data.balance);
    } else return reply;
    return { ...reply, bodyText: JSON.stringify(body) };
  });
  const keeper = await AKeeper.open(client, { transport, ...opening });
  await keeper.live(MINUTE_MS);
  return { client, keeper };
}

test('a charge that a late replay made is not made again beside a wallet that stands still', async () => {
  const old = { balance: null as number | null };
  const { client, keeper } = await scene(
    {},
    (balance) => old.balance ?? balance,
    async (send, ordinal) => {
      if (ordinal < 6) return { kind: 'lost', reason: 'timeout' }; // never arrived
      const reply = await send();
      old.balance ??= 12;
      return reply;
    },
  );
  await lower(client);
  for (let n = 0; n < 60 && old.balance === null; n += 1) await keeper.live(2 * MINUTE_MS);
  await keeper.live(25 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('two caches, one of them old: no second charge', async () => {
  const old = { on: false, flip: 0 };
  const { client, keeper } = await scene(
    {},
    (balance) => {
      if (!old.on) return balance;
      old.flip += 1;
      return old.flip % 5 === 2 ? balance : 12;
    },
    async (send) => {
      const reply = await send();
      old.on = true;
      return reply;
    },
  );
  await lower(client);
  await keeper.live(25 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  await keeper.live(HOUR_MS);
});
