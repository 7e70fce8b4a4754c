import { expect, test } from 'vitest';
import type { Intent } from '../../src/charge/intent.ts';
import { onLaterList } from '../../src/charge/late-list.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { NOW } from '../domain/a-ledger.ts';
import { aRepair } from './an-intent.ts';

const PRICE = cents(4_700);
const after = (durationMs: number) => addMs(NOW, durationMs);

/** A resume that a list showed as free when its period had `leftMs` to go. */
function freeResume(leftMs: number): Intent {
  return aRepair({
    kind: 'resume',
    amountCents: PRICE,
    state: {
      kind: 'settled',
      at: NOW,
      amountCents: cents(0),
      credit: null,
      by: 'subscription_status',
      periodEnd: after(leftMs),
      isPriceKept: true,
    },
  });
}

function stateAfter(intent: Intent, list: { readonly inMs: number; readonly end: EpochMs | null }) {
  const { state } = onLaterList(intent, list.end, after(list.inMs));
  if (state.kind !== 'settled') throw new Error('it was settled');
  return { cents: state.amountCents, isKept: state.isPriceKept ?? false };
}

test.each([
  ['the period that was shown stays, for less than ten minutes', 20 * DAY_MS, 9 * MINUTE_MS, 'same', 0, true],
  ['it stays for ten minutes', 20 * DAY_MS, 10 * MINUTE_MS, 'same', 0, false],
  ['it moves while it is still going on', 20 * DAY_MS, 90 * MINUTE_MS, 'next', 4_700, false],
  // By itself, or by the call: nothing tells.
  ['it is over in five minutes and moved at the first list, of 12 minutes', 5 * MINUTE_MS, 12 * MINUTE_MS, 'next', 4_700, false],
  ['it is over in an hour, and no list was read before three', HOUR_MS, 3 * HOUR_MS, 'next', 0, false],
  ['it is not listed for an hour', 20 * DAY_MS, HOUR_MS, null, 0, true],
  ['it is not listed for two', 20 * DAY_MS, 2 * HOUR_MS, null, 4_700, false],
] as const)('a free resume where %s', (_, leftMs, inMs, shown, amountCents, isKept) => {
  const end = shown === null ? null : after(shown === 'same' ? leftMs : leftMs + 30 * DAY_MS);
  expect(stateAfter(freeResume(leftMs), { inMs, end })).toEqual({ cents: amountCents, isKept });
}); // biome-ignore format: a table

test('one that was let go in time is not booked for the renewal that comes by itself', () => {
  const free = freeResume(HOUR_MS);
  const letGo = onLaterList(free, after(HOUR_MS), after(10 * MINUTE_MS));
  const renewed = { inMs: 70 * MINUTE_MS, end: after(HOUR_MS + 30 * DAY_MS) };
  expect(stateAfter(letGo, renewed)).toEqual({ cents: 0, isKept: false });
});
