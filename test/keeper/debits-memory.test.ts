import { expect, test } from 'vitest';
import { cents, microFromCents } from '../../src/domain/money.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { type Counting, debitsMemory, withRows, withTotals } from '../../src/keeper/debits-memory.ts';
import type { WalletDebit } from '../../src/modelslab/wallet.ts';
import { NOW, paymentIntent } from '../domain/a-ledger.ts';
import { ONE } from '../store/an-intent.ts';

const usd = (dollars: number) => microFromCents(cents(Math.round(dollars * 100)));
const totals = (credited: number, used: number) => ({
  creditedMicroUsd: usd(credited),
  usedMicroUsd: usd(used),
  balanceMicroUsd: null,
});
const LOOK = totals(500, 100);
const UNSEEN: Counting = { isAlike: { credited: false, used: false }, unlike: null };
const ALIKE: Counting = { isAlike: { credited: true, used: true }, unlike: null };
type Pages = Parameters<typeof withTotals>[1];
const see = (before: Counting, pages: Pages, minutes = 0, look = LOOK) =>
  withTotals(before, pages, {
    look,
    doesLookAddUp: true,
    refundMicroUsd: usd(20),
    now: addMs(NOW, minutes * MINUTE_MS),
  });

test.each<[string, Pages, boolean]>([
  ['says the same', [totals(500, 100)], false],
  ['counts what was used meanwhile', [totals(500, 400)], false],
  ['counts what came meanwhile', [totals(550, 100)], false],
  ['says nothing', [null], false],
  ['says nothing of what was used', [{ ...totals(500, 0), usedMicroUsd: null }], false],
  ['is of before the last credit', [totals(480, 100)], true],
  ['is of before it, and says nothing of what was used', [{ ...totals(480, 0), usedMicroUsd: null }], true],
  ['differs by a rounding', [totals(499.99, 100)], false],
  ['may lack a refund of the smallest charge', [totals(500, 80)], true],
  ['lacks less than that', [totals(500, 80.02)], false],
  ['is of before, whatever is behind it', [totals(500, 100), totals(480, 100)], true],
])('a page of debits that %s', (_sentence, pages, isFromBefore) => {
  expect(see(ALIKE, pages).isFromBefore).toBe(isFromBefore);
  expect(see(UNSEEN, pages).isFromBefore).toBe(false);
}); // biome-ignore format: a table

test.each<[string, Pages, Counting['isAlike']]>([
  ['the very same credits, and no less used', [totals(500, 100), null, totals(500, 100.5)], { credited: true, used: true }],
  ['less used', [totals(500, 99)], { credited: true, used: false }],
  ['nothing of what was used', [{ ...totals(500, 0), usedMicroUsd: null }], { credited: true, used: false }],
  ['less credits', [totals(480, 100)], { credited: false, used: false }],
  ['once the same, once not', [totals(500, 100), totals(480, 100)], { credited: false, used: false }],
  ['nothing', [null], { credited: false, used: false }],
  ['no page', [], { credited: false, used: false }],
])('that pages count as looks do is learnt from: %s', (_sentence, pages, isAlike) => {
  expect(see(UNSEEN, pages)).toEqual({ isAlike, unlike: null, isFromBefore: false });
}); // biome-ignore format: a table

test('what counts alike in one way only is compared in that way only', () => {
  const isAlike = { credited: true, used: false };
  expect(see({ ...ALIKE, isAlike }, [totals(500, 10)]).isFromBefore).toBe(false);
  expect(see({ ...ALIKE, isAlike }, [totals(480, 10)]).isFromBefore).toBe(true);
});

/** What is known when a page has been seen from minute 0 to another one, which is within the gap that counts. */
function seenFor(minutes: number, before: Counting, page: Pages[number]): Counting {
  const { isFromBefore: _, ...first } = see(before, [page]);
  const { isFromBefore: __, ...then } = see(first, [page], minutes);
  return then;
}

/** What is said of pages at those minutes, each with the look beside it. */
function live(
  ...seen: readonly (readonly [minutes: number, page: Pages[number], look?: typeof LOOK])[]
): readonly boolean[] {
  let counting = ALIKE;
  return seen.map(([minutes, page, look]) => {
    const { isFromBefore, ...next } = see(counting, [page], minutes, look);
    counting = next;
    return isFromBefore;
  });
}

test.each<[string, number, ReturnType<typeof totals>]>([
  ['less has come', 1, totals(480, 100)],
  ['less was used', 1, totals(500, 80)],
  ['less has come, asked once an hour', 60, totals(480, 100)],
])('a page that is still of before a look of half an hour ago is believed: %s', (_sentence, everyMinutes, page) => {
  const seen = Array.from({ length: 40 }, (_, index) => [index * everyMinutes, page] as const);
  const untrusted = live(...seen).filter((isFromBefore) => isFromBefore).length;
  expect(untrusted).toBe(everyMinutes === 1 ? 30 : 2);
}); // biome-ignore format: a table

test('a stale page is none of that, however long ago another one was', () => {
  const later = totals(600, 100);
  expect(live([0, totals(480, 100)], [300, totals(500, 100), later], [315, totals(500, 100), later], [329, totals(500, 100), later], [330, totals(500, 100), later])).toEqual([true, true, true, true, false]);
  expect(live([0, totals(480, 100)], [300, totals(600, 100), later], [301, totals(580, 100), later])).toEqual([true, false, true]);
}); // biome-ignore format: one life a line

test('where what was used is always shown late, a page that has caught up with the last reading is enough', () => {
  const used = (minutes: number) => totals(500, 100 + 10 * minutes);
  const late = Array.from({ length: 12 }, (_, minute) => [minute, used(minute - 5), used(minute)] as const);
  expect(live(...late)).toEqual([true, true, true, true, false, true, true, true, false, true, true, true]);
  const hourly = Array.from({ length: 4 }, (_, hour) => [60 * hour, used(60 * hour - 5), used(60 * hour)] as const);
  expect(live(...hourly)).toEqual([true, false, false, false]);
}); // biome-ignore format: one life a line

test('one that stands still while looks go on is stale for hours; one that goes on counts otherwise', () => {
  const look = (hour: number) => totals(500, 100 + hour);
  const hours = (page: (hour: number) => Pages[number]) => Array.from({ length: 21 }, (_, hour) => [60 * hour, page(hour), look(hour)] as const);
  const trusted = (page: (hour: number) => Pages[number]) => live(...hours(page)).map((isFromBefore) => !isFromBefore).indexOf(true);
  expect(trusted(() => totals(480, 50))).toBe(6); // six hours
  expect(trusted((hour) => totals(480, 50 + hour))).toBe(2);
  expect(trusted((hour) => (hour < 5 ? totals(480, 50) : look(hour)))).toBe(5);
}); // biome-ignore format: one life a line

/** How many hours until a page that stands still is believed. */
function hoursStill(before: Counting, minutesOf: (hour: number) => number): number {
  let counting = before;
  for (let hour = 0; hour < 60; hour += 1) {
    const { isFromBefore, ...next } = see(
      counting,
      [totals(480, 50)],
      minutesOf(hour),
      totals(500, 101 + hour),
    );
    if (!isFromBefore) return hour;
    counting = next;
  }
  return Number.POSITIVE_INFINITY;
}

test('hours in which one stands still are those of readings, whatever a clock said once', () => {
  expect(hoursStill(ALIKE, (hour) => 60 * hour)).toBe(6);
  expect(hoursStill(ALIKE, (hour) => (hour === 0 ? 43_200 : 60 * hour))).toBe(7); // a month ahead
  expect(hoursStill(ALIKE, (hour) => 1440 * hour)).toBe(3); // once a day
  const said = [{ creditedMicroUsd: usd(480), usedMicroUsd: usd(50) }];
  const ofBefore = { ...ALIKE, unlike: { ...LOOK, seenForMs: 20 * MINUTE_MS, seenAt: NOW, said } };
  expect(hoursStill(ofBefore, (hour) => 60 * hour)).toBe(6);
});

test('one that stands still does so also where a reading ended at its first page', () => {
  const still = totals(480, 50);
  const { isFromBefore: _, ...first } = see(ALIKE, [still]);
  const { isFromBefore: __, ...then } = see(first, [still, still], 60, totals(500, 101));
  expect(see(then, [still, still], 120, totals(500, 102)).isFromBefore).toBe(true);
});

test('what counted alike in one way only is believed to count otherwise in that way only', () => {
  const late = totals(500, 80);
  const counting = seenFor(15, ALIKE, late);
  expect(see(counting, [late], 30)).toEqual({ isAlike: { credited: true, used: false }, isOtherwise: true, unlike: null, isFromBefore: false });
  expect(see(counting, [late], 30, totals(550, 100))).toMatchObject({ isAlike: ALIKE.isAlike, isFromBefore: true });
}); // biome-ignore format: one check a line

test('a page that says nothing, or none, leaves what was seen as it was', () => {
  const counting = seenFor(15, ALIKE, totals(480, 100));
  expect(see(counting, [null], 16)).toEqual({ ...counting, isFromBefore: false });
  expect(see(counting, [], 20)).toEqual({ ...counting, isFromBefore: false });
  expect(see(counting, [totals(480, 100)], 30)).toEqual({
    isAlike: { credited: false, used: true },
    isOtherwise: true,
    unlike: null,
    isFromBefore: false,
  });
  expect(see(counting, [totals(500, 100)], 20)).toEqual({ ...ALIKE, isFromBefore: false });
});

const whole = (credited: number, used: number) => ({
  ...totals(credited, used),
  balanceMicroUsd: usd(credited - used),
});

test('the first page of all, that adds up as the look does, is known for one from before', () => {
  expect(see(UNSEEN, [whole(480, 60)])).toMatchObject({ isAlike: ALIKE.isAlike, isFromBefore: true });
  expect(see(UNSEEN, [whole(500, 70)]).isFromBefore).toBe(true);
  expect(see(UNSEEN, [whole(500, 95)]).isFromBefore).toBe(false);
});

test.each<[string, Pages[number], boolean]>([
  ['the look does not', whole(480, 60), false],
  ['the page does not', { ...whole(480, 60), balanceMicroUsd: usd(300) }, true],
  ['nothing came by it', { ...whole(0, 0), balanceMicroUsd: usd(0) }, true],
  ['it says no balance', totals(480, 60), true],
])('where %s, nothing is known of how it counts', (_sentence, page, doesLookAddUp) => {
  const news = { look: LOOK, doesLookAddUp, refundMicroUsd: usd(20), now: NOW };
  expect(withTotals(UNSEEN, [page], news)).toEqual({ ...UNSEEN, isFromBefore: false });
});

test('pages that add up, and lag for half an hour, are believed from then on until they are alike again', () => {
  const lagging = (minutes: number, before: Counting) => see(before, [whole(480, 60)], minutes);
  const first = seenFor(15, UNSEEN, whole(480, 60));
  const { isFromBefore: isStillFromBefore, ...later } = lagging(30, first);
  expect(isStillFromBefore).toBe(false);
  expect(lagging(31, later).isFromBefore).toBe(false);
  const { isFromBefore: _, ...again } = see(later, [whole(500, 100)], 32);
  expect(again).toEqual(ALIKE);
  expect(lagging(33, again).isFromBefore).toBe(true);
});

test('of an older record, that does not say for how long pages were from before a look, the rest is kept', () => {
  const takenBack = [of('1', 'pi_a')];
  const { isFromBefore: _, ...counting } = see(ALIKE, [totals(480, 100)]);
  const read = (unlike: unknown) =>
    debitsMemory(
      {
        read: () => ({
          digest: JSON.stringify({ ...counting, unlike, takenBack }),
          result: 'done',
          detail: '',
          at: NOW,
        }),
      },
      { name: ONE },
    );
  expect(read({ ...LOOK, at: NOW })).toEqual({ ...ALIKE, takenBack });
  expect(read(counting.unlike)).toEqual({ ...counting, takenBack });
});

const row = (id: string, payment: string | null, changes: Partial<WalletDebit> = {}): WalletDebit => ({
  id,
  type: 'debit',
  usecase: 'refund',
  transactionId: payment,
  createdAt: NOW,
  isStampExact: true,
  amountMicroUsd: usd(20),
  ...changes,
});
const of = (rowId: string, payment: string) => ({ rowId, payment: paymentIntent(payment) });

test('rows that name a payment are remembered, two of one id too, and none that is a withdrawal, or proves to be one', () => {
  const rows = [
    row('1', 'pi_a'),
    row('1', 'pi_b'),
    row('2', 'use_2'),
    row('3', null),
    row('4', 'pi_c', { usecase: 'withdrawal' }),
    row('5', 'pi_d', { type: 'credit' }),
    row('6', 'pi_ no id'),
  ];
  const known = withRows([], rows);
  expect(known).toEqual([of('1', 'pi_a'), of('1', 'pi_b')]);
  expect(withRows(known, [row('1', 'pi_a', { usecase: 'payout' })])).toEqual([of('1', 'pi_b')]);
  expect(withRows(known, rows)).toEqual(known);
  expect(withRows([], [row('1', 'pi_a'), row('1', 'pi_a', { type: 'credit' })])).toEqual([of('1', 'pi_a')]);
});

test('what was made last is read last, whatever the order of the page: where there are too many it is kept', () => {
  const [old, young] = [row('1', 'pi_a', { createdAt: addMs(NOW, -1) }), row('2', 'pi_b')];
  for (const rows of [[old, young], [young, old]]) expect(withRows([of('0', 'pi_0')], rows).at(-1)).toEqual(of('2', 'pi_b'));
}); // biome-ignore format: one check a line
