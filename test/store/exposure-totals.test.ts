import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CAP_WINDOWS_MS, capRefusal } from '../../src/domain/caps.ts';
import type { CreditId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { Store } from '../../src/store/store.ts';
import { aPath, aStore } from './a-store.ts';
import { aCredit, anIntent, enter, GROUP, NOW, ONE, OTHER, released, request, scope, settled } from './an-intent.ts'; // biome-ignore format: a list of words

const CAPS = { dayCents: cents(100), weekCents: cents(100), monthCents: cents(100) };
const SCOPES = [
  scope('account', CAPS),
  { ...scope('account', CAPS), name: OTHER },
  scope('group', CAPS),
  scope('fleet', CAPS),
];

const anyStep = fc.record({
  what: fc.constantFrom('arm', 'settle', 'release', 'foreign', 'look', 'elsewhere'),
  waitMs: fc.constantFrom(0, 1, MINUTE_MS, HOUR_MS - 1, HOUR_MS, 7 * HOUR_MS, DAY_MS - MINUTE_MS, DAY_MS, 6 * DAY_MS, 29 * DAY_MS, -3 * DAY_MS),
  amount: fc.integer({ min: 1, max: 9_000 }),
  isOther: fc.boolean(),
}); // biome-ignore format: lists of words

test('what is used is what a plain sum over the table says, whatever happened before and whoever wrote', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 25 }), async (steps) => {
      const path = aPath();
      const store = await aStore(path);
      let now = NOW;
      for (const [index, step] of steps.entries()) {
        now = addMs(now, step.waitMs);
        await take(store, path, { ...step, index, now });
        const found = await store.journal.usage(SCOPES, now);
        expect(found.map(({ usage }) => usage)).toEqual(SCOPES.map((one) => plainSum(path, one, now)));
      }
      store.close();
    }),
    { numRuns: 60 },
  );
});

test('by when an amount fits is when it does, and not hours before, if nothing else is charged', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 3, maxLength: 25 }),
      fc.integer({ min: 1, max: 9_000 }),
      async (steps, amount) => {
        const path = aPath();
        const store = await aStore(path);
        let now = NOW;
        for (const [index, step] of steps.entries()) {
          now = addMs(now, Math.abs(step.waitMs));
          await take(store, path, { ...step, index, now });
        }
        const caps = {
          ...CAPS,
          dayCents: cents(9_000),
          weekCents: cents(12_000),
          monthCents: cents(20_000),
          chargesPerDay: 3,
        };
        const tight = [scope('account', caps), scope('fleet', caps)];
        const fitsAt = async (at: EpochMs) =>
          (await store.journal.usage(tight, at)).every(
            (one) => capRefusal(one.scope, one.usage, cents(amount)) === null,
          );
        const by = await store.journal.fitsBy(tight, cents(amount), now);
        if (by === null) expect(await fitsAt(addMs(now, 40 * DAY_MS))).toBe(false);
        else {
          expect(await fitsAt(by)).toBe(true);
          if (by > now) expect(await fitsAt(addMs(by, -HOUR_MS - 1))).toBe(false);
        }
        store.close();
      },
    ),
    { numRuns: 60 },
  );
});

type Step = { what: string; amount: number; isOther: boolean; index: number; now: EpochMs };

async function take(store: Store, path: string, step: Step): Promise<void> {
  const account = step.isOther ? OTHER : ONE;
  const group = step.isOther ? null : GROUP;
  const [open] = await store.journal.openIntents(account);
  const id = `f${step.index}` as CreditId; // ours to make up: nothing reads it
  switch (step.what) {
    case 'arm':
      await store.journal.arm(request(anIntent({ account, group, amountCents: cents(step.amount), armedAt: step.now })));
      return;
    case 'settle':
      if (open !== undefined) await enter(store.journal, open, settled(step.now - NOW, step.amount), { atMs: step.now - NOW });
      return;
    case 'release':
      if (open !== undefined) await enter(store.journal, open, released(step.now - NOW), { atMs: step.now - NOW });
      return;
    case 'foreign': {
      const credit = aCredit({ id, amountCents: cents(step.amount), createdAt: step.now });
      const news = { credit, intent: null, isTold: true, countsFrom: step.now };
      const nothing = { told: [], totals: { creditedMicroUsd: null, usedMicroUsd: null }, unsettled: [], incidents: [], scannedAt: null, anchor: { id: '1', at: NOW } };
      await store.journal.absorb({ account, group, credits: [news], ...nothing, now: step.now });
      return;
    }
    case 'elsewhere': {
      using other = new DatabaseSync(path);
      other
        .prepare('INSERT INTO exposure (account, grp, at, amount_cents, intent) VALUES (?, ?, ?, ?, ?)')
        .run(account, group, step.now, step.amount, `elsewhere-${step.index}`);
      return;
    }
    default:
      return;
  }
} // biome-ignore format: one step each

function plainSum(path: string, { kind, name }: (typeof SCOPES)[number], now: EpochMs) {
  using database = new DatabaseSync(path);
  const where = { account: 'account = ?1', group: 'grp = ?1', fleet: '?1 = ?1' }[kind];
  const sum = (windowMs: number) =>
    database
      .prepare(`SELECT coalesce(sum(amount_cents), 0) AS cents, count(*) AS charges FROM exposure WHERE ${where} AND at > ?2`)
      .get(name, now - windowMs); // biome-ignore format: one query
  const day = sum(CAP_WINDOWS_MS.day);
  return {
    dayCents: day?.['cents'],
    weekCents: sum(CAP_WINDOWS_MS.week)?.['cents'],
    monthCents: sum(CAP_WINDOWS_MS.month)?.['cents'],
    chargesToday: day?.['charges'],
  };
}
