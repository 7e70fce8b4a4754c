import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { InterruptedWire } from './interrupted-wire.ts';
import { charges, requests } from './sandbox-record.ts';
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

/** Requests in five minutes for a low wallet without totals to which money came a few minutes ago. */
async function requestsIn5Minutes(aheadMs: number): Promise<number> {
  const client = await startClient({ accounts: calmAccounts(1) });
  const wire = new InterruptedWire((reply, { url }) => {
    if (reply.kind !== 'answered') return reply;
    const headers = { ...reply.headers, date: new Date(client.clock.now() + aheadMs).toUTCString() };
    if (!url.includes('/wallet/transactions')) return { ...reply, headers };
    const body = JSON.parse(reply.bodyText);
    Object.assign(body.data?.wallet ?? {}, { total_credited: undefined, amount_used: undefined });
    return { ...reply, headers, bodyText: JSON.stringify(body) };
  });
  await runOn(client, { transport: wire });
  await wire.pass(client.clock, 2 * MINUTE_MS, 5 * SECOND_MS);
  await client.fund(10, 'a-person');
  await wire.pass(client.clock, 2 * MINUTE_MS, 5 * SECOND_MS);
  await client.patch({ balance: 12 });
  await wire.pass(client.clock, 2 * MINUTE_MS, 5 * SECOND_MS);
  const before = (await requests(client)).length;
  await wire.pass(client.clock, 5 * MINUTE_MS, SECOND_MS);
  return (await requests(client)).length - before;
}

test.each([
  ['right', 0],
  ['ten seconds ahead', 10 * SECOND_MS],
])(
  'while money may be late a low wallet is looked at twice a minute: a clock of the provider that is %s',
  async (_, aheadMs) => {
    expect(await requestsIn5Minutes(aheadMs)).toBeLessThan(40);
  },
);
