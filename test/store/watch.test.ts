import { expect, test } from 'vitest';
import { addMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { Store } from '../../src/store/store.ts';
import { aPath, aStore, closeLater, OPTIONS } from './a-store.ts';
import { NOW, ONE, OTHER } from './an-intent.ts';

const QUARANTINE_MS = 90 * MINUTE_MS;

test('a new journal is in quarantine, then in probation for 72 hours, then clear', async () => {
  const store = await aStore(undefined, QUARANTINE_MS);
  const after = (ms: number) => store.journal.watch(ONE, addMs(NOW, ms));
  const until = addMs(NOW, QUARANTINE_MS);
  expect(await after(QUARANTINE_MS - 1)).toEqual({ kind: 'quarantine', until });
  const probation = { kind: 'probation', until: addMs(until, 72 * HOUR_MS), firstLowAt: null };
  expect(await after(QUARANTINE_MS)).toEqual(probation);
  expect(await after(QUARANTINE_MS + 72 * HOUR_MS - 1)).toEqual(probation);
  expect(await after(QUARANTINE_MS + 72 * HOUR_MS)).toEqual({ kind: 'clear' });
  expect(store.quarantineUntil()).toBe(until);
});

test('a journal without a quarantine is clear at once', async () => {
  const store = await aStore();
  expect(await store.journal.watch(ONE, NOW)).toEqual({ kind: 'clear' });
  expect(store.quarantineUntil()).toBeNull();
});

test('a journal begins once: a later start does not put it into quarantine', async () => {
  const path = aPath();
  (await aStore(path)).close();
  const store = Store.openForKeeper(path, OPTIONS);
  closeLater(store);
  expect(await store.begin(QUARANTINE_MS, addMs(NOW, HOUR_MS))).toBe(false);
  expect(await store.journal.watch(ONE, addMs(NOW, HOUR_MS))).toEqual({ kind: 'clear' });
});

test('adopt ends quarantine and probation, resolves their alert, and survives a reopen', async () => {
  const path = aPath();
  const store = await aStore(path, QUARANTINE_MS);
  await store.journal.adopt([], addMs(NOW, MINUTE_MS));
  expect(await store.journal.watch(ONE, addMs(NOW, MINUTE_MS))).toEqual({ kind: 'clear' });
  store.close();
  const again = await aStore(path, QUARANTINE_MS);
  expect(await again.journal.watch(ONE, addMs(NOW, MINUTE_MS))).toEqual({ kind: 'clear' });
});

test('a journal that was adopted before its first keeper started is not put into quarantine', async () => {
  const path = aPath();
  const command = Store.openForCommand(path, { ...OPTIONS, create: true });
  await command.journal.adopt([], NOW);
  command.close();
  const store = await aStore(path, QUARANTINE_MS);
  expect(await store.journal.watch(ONE, NOW)).toEqual({ kind: 'clear' });
});

test('the first low look is remembered for each account', async () => {
  const store = await aStore(undefined, QUARANTINE_MS);
  const seenAt = addMs(NOW, QUARANTINE_MS);
  await store.journal.remember(ONE, { firstLowAt: seenAt });
  expect(await store.journal.watch(ONE, seenAt)).toMatchObject({ kind: 'probation', firstLowAt: seenAt });
  expect(await store.journal.watch(OTHER, seenAt)).toMatchObject({ kind: 'probation', firstLowAt: null });
});

test('a hold is set once, lifted once, and known by kind', async () => {
  const store = await aStore();
  const hold = { account: ONE, reason: 'first', since: NOW, intent: null };
  await store.journal.setHold({ ...hold, kind: 'freeze' }, []);
  await store.journal.setHold({ ...hold, kind: 'freeze', reason: 'second' }, []);
  await store.journal.setHold({ ...hold, kind: 'pause' }, []);
  expect(await store.journal.holds(ONE)).toMatchObject([
    { kind: 'freeze', reason: 'first' },
    { kind: 'pause', reason: 'first' },
  ]);
  expect(await store.journal.liftHold(ONE, 'freeze', [], NOW)).toBe(true);
  expect(await store.journal.liftHold(ONE, 'freeze', [], NOW)).toBe(false);
  expect(await store.journal.holds(ONE)).toMatchObject([{ kind: 'pause' }]);
});
