import { expect, test } from 'vitest';
import { Beside } from '../../src/keeper/beside.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';

/** Pieces of work that end when the test says so. */
function someWork() {
  const ends: (() => void)[] = [];
  const begun: string[] = [];
  const piece = (name: string) => async () => {
    begun.push(name);
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.push(resolve);
    await promise;
  };
  return { begun, piece, endFirst: () => ends.shift()?.() };
}

test('so many pieces are worked on at once, in the order they came, and one of each name', async () => {
  const beside = new Beside({ atOnceMax: 2 });
  const { begun, piece, endFirst } = someWork();
  for (const name of ['a', 'b', 'a', 'c', 'd']) await beside.start(name, piece(name));
  expect(begun).toEqual(['a', 'b']);
  endFirst();
  await expect.poll(() => begun).toEqual(['a', 'b', 'c']);
  await beside.start('a', piece('a'));
  for (let count = 0; count < 3; count += 1) {
    endFirst();
    await Promise.resolve();
  }
  await expect.poll(() => begun).toEqual(['a', 'b', 'c', 'd', 'a']);
  endFirst();
  endFirst();
  await beside.idle();
});

test('awaited, whoever starts a piece waits for it; off, nothing is started', async () => {
  const beside = new Beside({ atOnceMax: 1 });
  const done: string[] = [];
  const work = async () => void done.push('done');
  beside.mode = 'off';
  await beside.start('a', work);
  expect(done).toEqual([]);
  beside.mode = 'awaited';
  await beside.start('a', work);
  expect(done).toEqual(['done']);
});

test('a failure of our own beside the passes fails the account’s next pass, once', async () => {
  const keeper = await AKeeper.open(await startClient(), { invoices: { archive: './invoices' } });
  const failure = new Error('no such thing should happen');
  const archive = { missing: () => Promise.reject(failure), write: () => Promise.reject(failure) };
  Object.assign(keeper.context, { archive });
  await keeper.pass();
  await expect(keeper.pass()).rejects.toBe(failure);
  await keeper.pass();
});
