import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { SampleRow } from '../../src/domain/balance-history.ts';
import { microUsd } from '../../src/domain/money.ts';
import { addMs, DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { BalanceTally } from '../../src/keeper/balance-tally.ts';
import type { Store } from '../../src/store/store.ts';
import { account } from '../telemetry/some-fleet.ts';
import { aPath, aStore } from './a-store.ts';

const NAME = account('render-eu');
const BEGIN = epochMs(1_800_000_000_000 - (1_800_000_000_000 % (6 * HOUR_MS)));
const RETENTION = { retentionMs: 90 * DAY_MS };

function row(beginsAt: number, usd: number, stepMs = 10_000): SampleRow {
  const balanceMicroUsd = microUsd(usd * 1_000_000);
  return {
    account: NAME,
    stepMs,
    beginsAt: epochMs(beginsAt),
    balanceMicroUsd,
    lowestMicroUsd: balanceMicroUsd,
    burnPerSecond: null,
  };
}

/** A wallet that falls by a dollar an hour from $1000, looked at every minute and saved every ten. */
async function live(store: Store, durationMs: number, keep = RETENTION): Promise<EpochMs> {
  const tally = new BalanceTally();
  let now = BEGIN;
  for (let afterMs = 0; afterMs < durationMs; afterMs += MINUTE_MS) {
    now = addMs(BEGIN, afterMs);
    const usd = 1_000 - Math.floor(afterMs / HOUR_MS);
    tally.add(NAME, { at: now, balanceMicroUsd: microUsd(usd * 1_000_000), burnPerSecond: 278 });
    if (afterMs % (10 * MINUTE_MS) === 0) await store.samples.save(tally.takeOver(now), { ...keep, now });
  }
  return now;
}

function countRows(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const count = Number(database.prepare('SELECT count(*) AS count FROM sample').get()?.['count']);
  database.close();
  return count;
}

test('what was saved is read back, oldest first, by account', async () => {
  const store = await aStore();
  const now = addMs(BEGIN, MINUTE_MS);
  await store.samples.save([row(BEGIN + 10_000, 41), row(BEGIN, 40)], { ...RETENTION, now });
  const plain = { burnPerSecond: null };
  expect(store.samples.read(NAME, BEGIN, now)).toEqual([
    { ...plain, at: BEGIN + 10_000, balanceMicroUsd: 40_000_000, lowestMicroUsd: 40_000_000 },
    { ...plain, at: BEGIN + 20_000, balanceMicroUsd: 41_000_000, lowestMicroUsd: 41_000_000 },
  ]);
  expect(store.samples.read(account('nobody'), BEGIN, now)).toEqual([]);
});

test('a purser that was started anew within a step joins what it saw with what stands there', async () => {
  const store = await aStore();
  const now = addMs(BEGIN, MINUTE_MS);
  await store.samples.save([row(BEGIN, 12)], { ...RETENTION, now });
  await store.samples.save([row(BEGIN, 60)], { ...RETENTION, now });
  expect(store.samples.read(NAME, BEGIN, now)).toMatchObject([
    { balanceMicroUsd: 60_000_000, lowestMicroUsd: 12_000_000 },
  ]);
});

test('the past grows coarser, is never lost within the retention, and has no hole', {
  timeout: 60_000,
}, async () => {
  const path = aPath();
  const store = await aStore(path);
  const now = await live(store, 12 * DAY_MS);
  const samples = store.samples.read(NAME, BEGIN, now);
  const gaps = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? at));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(12 * HOUR_MS);
  expect(samples.map(({ at }) => at)).toEqual(
    samples.map(({ at }) => at).toSorted((one, other) => one - other),
  );
  expect(samples[0]?.at).toBeLessThanOrEqual(BEGIN + 6 * HOUR_MS);
  for (const { at, balanceMicroUsd } of samples)
    expect(Math.abs(balanceMicroUsd / 1_000_000 - (1_000 - (at - BEGIN) / HOUR_MS))).toBeLessThanOrEqual(1.1);
  // 60 minutes, 288 steps of five minutes, 168 hours, 48 quarters of a day, and what the last write left.
  expect(samples.length).toBeLessThan(60 + 288 + 168 + 48);
  expect(countRows(path)).toBeLessThan(60 + 288 + 168 + 48 + 20);
});

test('what is older than the retention is dropped', async () => {
  const path = aPath();
  const store = await aStore(path);
  const now = await live(store, 2 * DAY_MS, { retentionMs: 2 * HOUR_MS });
  const samples = store.samples.read(NAME, BEGIN, now);
  expect(samples.length).toBeGreaterThan(60);
  expect(samples[0]?.at).toBeGreaterThan(now - 9 * HOUR_MS);
  expect(countRows(path)).toBeLessThan(120);
});

test('after a long absence old rows go a bounded number at a time', async () => {
  const path = aPath();
  const store = await aStore(path);
  const rows = Array.from({ length: 12_000 }, (_, index) => row(BEGIN + index * 10_000, 40));
  const now = epochMs(BEGIN + 12_000 * 10_000);
  await store.samples.save(rows, { ...RETENTION, now: BEGIN });
  for (const left of [7_000, 2_000, 361]) {
    await store.samples.save([], { ...RETENTION, now });
    expect(countRows(path)).toBeLessThanOrEqual(left);
  }
});
