import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/**
 * A copy of the journal is made while every POST of a charge was answered "nothing done"; the charge and others of the same
 * amount are made after that, and then the copy is put back.
 */
async function putBack(later: number, refusedForMs = 10 * MINUTE_MS) {
  const client = await startClient();
  const wire = { isRefusing: true, hidesNewest: false };
  const transport = new WatchedWire(
    async (send) => (wire.isRefusing ? answer(401, { message: 'Unauthenticated.' }) : await send()),
    async (send, { url }) => {
      const reply = await send();
      if (!wire.hidesNewest || !url.includes('type=credit') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      body.data.items.shift();
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const before = await AKeeper.open(client, { transport });
  await before.pass();
  await lower(client);
  await before.live(refusedForMs);
  const folder = scratchFolder();
  const reader = new DatabaseSync(join(before.folder, 'purser.db'), { readOnly: true });
  reader.prepare('VACUUM INTO ?').run(join(folder, 'purser.db'));
  reader.close();
  wire.isRefusing = false;
  await before.live(HOUR_MS);
  for (let n = 0; n < later; n += 1) {
    await lower(client);
    await before.live(2 * HOUR_MS);
  }
  expect(await charges(client)).toHaveLength(1 + later);
  before.close();
  const keeper = await AKeeper.open(client, { transport, folder });
  expect(await keeper.intents()).toMatchObject([{ state: 'armed' }]);
  return { client, keeper, wire };
}

const holdsOf = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);

test('an old copy of the journal takes the one credit of the amount for its own', async () => {
  const { client, keeper } = await putBack(0);
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled' }]);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test('an old copy of the journal does not say that nothing was charged where several credits of the amount came', async () => {
  const { client, keeper, wire } = await putBack(1);
  await keeper.live(3 * HOUR_MS);
  const inQuestion = [{ reason: 'a credit appeared that may or may not be this charge' }];
  expect(await keeper.intents()).toMatchObject([{ state: 'armed' }]);
  expect(await holdsOf(keeper)).toMatchObject(inQuestion);
  // On a page that is older than what was seen no row is new: that says nothing of them.
  wire.hidesNewest = true;
  await keeper.live(MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'armed' }]);
  expect(await holdsOf(keeper)).toMatchObject(inQuestion);
  expect(await charges(client)).toHaveLength(2);
});

test('an old copy of the journal knows the first of several by when it was armed, and tells of the others', async () => {
  const { client, keeper } = await putBack(1, 1);
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled' }]);
  expect(await holdsOf(keeper)).toEqual([]);
  expect((await keeper.told()).filter((one) => one.includes('did not make'))).toHaveLength(1);
  expect(await charges(client)).toHaveLength(2);
});
