import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** Somebody stops waiting, once, while a charge waits for room under the rate limit (30 s at most). */
function inTheWait({ context }: AKeeper, act: () => void): void {
  const { client } = context;
  const ready = client.ready.bind(client);
  let isDue = true;
  client.ready = async (...call) => {
    if (isDue) act();
    isDue = false;
    return await ready(...call);
  };
}

async function scene(balance: number, opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  await client.patch({ balance });
  client.clock.advance(MINUTE_MS);
  const amounts = async () => (await charges(client)).map(({ amount_cents }) => amount_cents);
  return { client, keeper, amounts };
}
const UNDONE = { outcome: 'refused', reason: 'timeout', intent: null };

test('nothing is charged for whoever goes while the debits are read', async () => {
  const wait: { isOver: () => void } = { isOver: () => undefined };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      if (url.includes('type=debit')) wait.isOver();
      return await send();
    },
  );
  const { keeper, amounts } = await scene(12, { transport });
  await keeper.live(20 * MINUTE_MS); // a charge by policy: from now on debits are read before each charge
  const { answered, withdraw } = keeper.place(ensureOrder(cents(20_000)));
  wait.isOver = withdraw;
  await keeper.passes(3);
  expect(await answered).toMatchObject(UNDONE);
  expect(await amounts()).toEqual([5_000]);
});

test('nothing is charged for whoever goes while there is no room under the rate limit', async () => {
  const { keeper, amounts } = await scene(30);
  const { answered, withdraw } = keeper.place(ensureOrder(cents(20_000)));
  inTheWait(keeper, withdraw);
  await keeper.passes(3);
  expect(await answered).toMatchObject(UNDONE);
  expect(await amounts()).toEqual([]);
  expect(await keeper.told()).toEqual([]);
});

test('whoever goes leaves the cooldown as it is', async () => {
  const { client, keeper, amounts } = await scene(12);
  await keeper.live(5 * SECOND_MS);
  await client.patch({ balance: 12 });
  const { withdraw } = keeper.place(ensureOrder(cents(4_000)));
  inTheWait(keeper, withdraw);
  await keeper.live(MINUTE_MS);
  expect(await amounts()).toEqual([5_000]);
});

test('no page is asked for by whoever has gone', async () => {
  const { keeper } = await scene(30, { wallet: { pay_with: ['human'] } });
  const { withdraw } = keeper.place(ensureOrder(cents(20_000)));
  inTheWait(keeper, withdraw);
  await keeper.passes(3);
  expect(await keeper.intents()).toEqual([]);
});

test('a wallet below its minimum gets what the policy says, at once', async () => {
  const { client, keeper, amounts } = await scene(12, { poll: '1h' });
  const { withdraw } = keeper.place(ensureOrder(cents(20_000)));
  inTheWait(keeper, withdraw);
  expect(await keeper.pass()).toMatchObject({ until: client.clock.now() });
  await keeper.pass();
  expect(await amounts()).toEqual([5_000]);
});

test('a charge that the policy wants just so does not wait for who has gone', async () => {
  const { keeper, amounts } = await scene(12);
  const { withdraw } = keeper.place(ensureOrder(cents(4_000)));
  inTheWait(keeper, withdraw);
  await keeper.pass();
  expect(await amounts()).toEqual([5_000]);
});

test('where the one of two goes who asked for more, the other one gets what he asked for', async () => {
  const { keeper, amounts } = await scene(30);
  const { withdraw } = keeper.place(ensureOrder(cents(20_000)));
  const { answered } = keeper.place(ensureOrder(cents(10_000)));
  inTheWait(keeper, withdraw);
  await keeper.live(5 * SECOND_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await amounts()).toEqual([9_000]);
});

test('where the one of two goes who asked for less, the charge goes on', async () => {
  const { keeper, amounts } = await scene(30);
  const { withdraw } = keeper.place(ensureOrder(cents(10_000)));
  const { answered } = keeper.place(ensureOrder(cents(20_000)));
  inTheWait(keeper, withdraw);
  await keeper.pass();
  expect(await amounts()).toEqual([21_000]);
  await keeper.live(5 * SECOND_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
});

test('whoever goes while the charge is written down is told that it is under way', async () => {
  const { keeper, amounts } = await scene(30);
  const { answered, withdraw } = keeper.place(ensureOrder(cents(20_000)));
  const { journal } = keeper.context;
  const arm = journal.arm.bind(journal);
  journal.arm = async (...call) => {
    withdraw();
    return await arm(...call);
  };
  await keeper.passes(3);
  const [intent] = await keeper.intents();
  expect(await answered).toMatchObject({ outcome: 'open', intent: intent?.id });
  expect(await amounts()).toEqual([21_000]);
});
