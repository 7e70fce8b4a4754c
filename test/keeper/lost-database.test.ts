import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';

/** A keeper with nothing to write for an hour, and where its database is. */
async function aCalmKeeper() {
  const client = await startClient();
  const running = await runOn(client, { poll: '1h' });
  const { parts, keeper } = running;
  await stepUntil(client.clock, SECOND_MS, 'it has looked and noted that', after(parts, 2 * MINUTE_MS));
  expect(keeper.health.isWell()).toBe(true);
  return { client, ...running, path: join(parts.folder, 'purser.db') };
}

test('a database that is gone is noticed within seconds where nothing is written, and not forgotten', async () => {
  const { client, parts, keeper, path } = await aCalmKeeper();
  renameSync(path, `${path}.old`);
  await stepUntil(client.clock, SECOND_MS, 'it is noticed', async () => !keeper.health.isStoreWell());
  for (let minute = 0; minute < 3; minute += 1) {
    await stepUntil(client.clock, SECOND_MS, 'a minute is over', after(parts, MINUTE_MS));
    expect([keeper.health.isStoreWell(), keeper.health.isWell()]).toEqual([false, false]);
  }
  const told = parts.lines.filter(({ event }) => event === 'health.failed');
  expect(told[0]?.fields['error']).toMatchObject({ code: 'store_gone' });
  renameSync(`${path}.old`, path);
  await stepUntil(client.clock, SECOND_MS, 'it is well again', async () => keeper.health.isWell());
});

/** Whether so much time has gone by since this was asked for. */
function after({ context }: AKeeper, durationMs: number): () => Promise<boolean> {
  const end = context.clock.now() + durationMs;
  return () => Promise.resolve(context.clock.now() >= end);
}

test('a keeper charges nothing once its database was deleted, and the next one what is needed, once', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { poll: '1m' });
  await keeper.pass();
  for (const end of ['', '-wal', '-shm']) rmSync(join(keeper.folder, `purser.db${end}`), { force: true });
  await lower(client);
  await keeper.passes(10, MINUTE_MS);
  expect(await charges(client)).toEqual([]);
  expect(keeper.failures[0]).toMatchObject({ code: 'store_gone' });
  keeper.close();
  const next = await AKeeper.open(client, { poll: '1m', folder: keeper.folder });
  await next.live(20 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});
