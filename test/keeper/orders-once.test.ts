import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ensureOrder, type HandOrder } from '../../src/domain/hand-order.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges, posts } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const FUND: HandOrder = { kind: 'fund', amountCents: cents(2_500), card: null, coupon: null };

async function amounts(keeper: AKeeper): Promise<readonly number[]> {
  return (await charges(keeper.client)).map(({ amount_cents }) => amount_cents);
}

test('an order whose answer could not be journalled is charged once', async () => {
  const client = await startClient();
  const busy: { folder: string; other: DatabaseSync | null } = { folder: '', other: null };
  const transport = new WatchedWire(async (send, ordinal) => {
    const reply = await send();
    if (ordinal === 0) {
      busy.other = new DatabaseSync(join(busy.folder, 'purser.db'));
      busy.other.exec('BEGIN IMMEDIATE');
    }
    return reply;
  });
  const keeper = await AKeeper.open(client, { transport });
  busy.folder = keeper.folder;
  await keeper.pass();
  const { answered } = keeper.place(FUND);
  await keeper.passes(1); // armed, sent, charged; the answer cannot be written
  busy.other?.exec('ROLLBACK');
  busy.other?.close();
  await keeper.passes(20);
  expect(keeper.failures.map(String)).toEqual(['Error: database is locked']);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await amounts(keeper)).toEqual([2_500]);
}, 20_000);

test('an order whose wait ends while its POST is on the wire is open, with its intent', async () => {
  const client = await startClient();
  const wait: { over: () => void } = { over: () => undefined };
  const transport = new WatchedWire(async (send) => {
    wait.over();
    return await send();
  });
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  const { answered, withdraw } = keeper.place(FUND);
  wait.over = withdraw;
  await keeper.passes(5);
  expect(await charges(client)).toHaveLength(1);
  expect(await answered).toMatchObject({ outcome: 'open', intent: expect.stringMatching(/^int_/) });
});

test('an order that was taken back before it was armed is not carried out', async () => {
  const client = await startClient();
  const wait: { over: () => void } = { over: () => undefined };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      if (url.endsWith('/subscriptions/plans')) wait.over();
      return await send();
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await client.patch({ subscription: null });
  await keeper.pass();
  const plan = { kind: 'id', id: '42' as PlanId } as const; // a plan of the sandbox
  const { answered, withdraw } = keeper.place({ kind: 'subscribe', plan, card: null });
  wait.over = withdraw;
  await keeper.passes(3);
  expect(await answered).toMatchObject({ outcome: 'refused' });
  expect(await posts(client)).toEqual([]);
});

test('ensure makes one charge on an account that burns, and another once the job has used what it asked for', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  await keeper.pass();
  await client.patch({ burn: 6 });
  const { answered } = keeper.place(ensureOrder(cents(10_000)));
  await keeper.passes(10);
  expect(await answered).toMatchObject({ outcome: 'done' });
  expect(await amounts(keeper)).toEqual([7_000]);
  await client.patch({ balance: 99 });
  const again = keeper.place(ensureOrder(cents(10_000)));
  await keeper.passes(10);
  expect(await again.answered).toMatchObject({ outcome: 'done' });
  expect(await amounts(keeper)).toEqual([7_000, 2_100]);
});

test('what was charged for an ensure is not swept out again', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { max_balance: 100 } });
  await client.patch({ reseller: true, balance: 180 });
  await keeper.pass(); // puts the withdrawal of $80 on the desk
  const { answered } = keeper.place(ensureOrder(cents(20_000)));
  await keeper.passes(10);
  expect(await answered).toMatchObject({ outcome: 'done', sentence: 'the wallet holds $240.00' });
  expect(await charges(client)).toHaveLength(1);
  expect(await client.balance()).toBeGreaterThanOrEqual(240);
});
