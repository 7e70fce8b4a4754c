import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { aLowWallet, lower } from './a-low-wallet.ts';
import { charges, faults, posts } from './sandbox-record.ts';
import { type AroundPost, never, WatchedWire } from './watched-wire.ts';

/** A keeper whose process dies at its first POST: before the bytes leave, or before the answer is read. */
async function aKeeperThatDies(
  moment: 'before' | 'after',
  opening: Opening = {},
  weather: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly client: SandboxClient; readonly dead: AKeeper }> {
  const client = await startClient();
  let onDeath = (): void => undefined;
  const death = new Promise<void>((resolve) => {
    onDeath = resolve;
  });
  const around: AroundPost = async (send) => {
    if (moment === 'after') await send();
    onDeath();
    return await never();
  };
  const dead = await AKeeper.open(client, { ...opening, transport: new WatchedWire(around) });
  await dead.pass();
  await lower(client);
  await faults(client, weather);
  void dead.pass();
  await death;
  dead.close();
  return { client, dead };
}

test.each([
  ['before', 'before the armed charge left', 0],
  ['after', 'after the charge, before its answer was read', 1],
] as const)('a process that dies %s (%s) charges once', async (moment, _, chargedBefore) => {
  const { client, dead } = await aKeeperThatDies(moment);
  expect(await charges(client)).toHaveLength(chargedBefore);
  client.clock.advance(10 * MINUTE_MS);
  const next = await AKeeper.open(client, { folder: dead.folder });
  expect(await next.intents()).toMatchObject([{ state: 'armed', sends: 1 }]);
  await next.live(4 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await client.balance()).toBe(62);
  expect(await next.intents()).toMatchObject([{ state: 'settled', settled_usd: 50 }]);
});

test('a charge whose process died is claimed also where the ledger shows it an hour late', async () => {
  const { client, dead } = await aKeeperThatDies(
    'after',
    {},
    { delayed_ledger_rows: 1, ledger_delay_ms: HOUR_MS },
  );
  client.clock.advance(10 * MINUTE_MS);
  const next = await AKeeper.open(client, { folder: dead.folder });
  await next.live(3 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await next.intents()).toMatchObject([{ state: 'settled', settled_usd: 50 }]);
  expect((await next.told()).filter((line) => line.includes('did not make'))).toEqual([]);
});

test('a process that was dead for longer than keys live asks the ledger, and never sends the old key', async () => {
  const { client, dead } = await aKeeperThatDies('after');
  client.clock.advance(2 * DAY_MS);
  await client.control('/faults', { key_retention_ms: 1_000 });
  const sent = (await posts(client)).length;
  const next = await AKeeper.open(client, { folder: dead.folder });
  await next.live(4 * HOUR_MS);
  expect(await posts(client)).toHaveLength(sent);
  expect(await charges(client)).toHaveLength(1);
  expect(await next.intents()).toMatchObject([{ state: 'settled', detail: 'by ledger' }]);
});

test('a database deleted right after a charge charges nothing a second time', async () => {
  const { client, dead } = await aKeeperThatDies('after');
  for (const end of ['', '-wal', '-shm', '.lock']) {
    rmSync(join(dead.folder, `purser.db${end}`), { force: true });
  }
  const next = await AKeeper.open(client, { folder: dead.folder });
  await next.live(6 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('a database deleted while a charge is in doubt gives the same key again', async () => {
  const { client, dead } = await aKeeperThatDies('before');
  const [armed] = await AKeeper.open(client, { folder: dead.folder }).then(async (keeper) => {
    const intents = await keeper.intents();
    keeper.close();
    return intents;
  });
  const next = await AKeeper.open(client, {});
  await next.live(HOUR_MS);
  const [again] = await next.intents();
  expect(again?.key).toBe(armed?.key);
  expect(again?.id).not.toBe(armed?.id);
  expect(await charges(client)).toHaveLength(1);
});

test('a restart between two passes changes nothing and charges nothing', async () => {
  const { client, keeper } = await aLowWallet();
  await keeper.live(10 * MINUTE_MS);
  keeper.close();
  for (let restart = 0; restart < 5; restart += 1) {
    const next = await AKeeper.open(client, { folder: keeper.folder });
    await next.live(10 * MINUTE_MS);
    next.close();
  }
  expect(await charges(client)).toHaveLength(1);
});
