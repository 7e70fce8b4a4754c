import { assert } from '../domain/assert.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Intent } from './intent.ts';
import type { ChargeLimits } from './next-move.ts';
import { calm, release, type Step } from './transitions.ts';

/** What became of the subscription whose change waits for the end of its period. */
export type Prospect = 'live' | 'paused' | 'stopped' | 'canceled' | 'missing';

/**
 * A change that is put off, and does not show. Where its subscription ended it cannot come any more, and what it may have
 * cost was counted when it was accepted: it is let go. While it stands still (paused, in arrears) nothing is late.
 * `null` where it is live: then the change is due at its time.
 */
export function onPutOff(
  intent: Intent,
  news: { readonly prospect: Prospect; readonly now: EpochMs; readonly limits: ChargeLimits },
): Step | null {
  const { prospect, now, limits } = news;
  const { state, absentLookAt } = intent;
  assert(state.kind === 'charged' && state.dueAt !== undefined, `${intent.id} waits for no period's end`);
  const isDue = now >= state.dueAt;
  if (prospect === 'live' && (isDue || absentLookAt === null)) return null;
  if (prospect === 'live' || prospect === 'paused' || prospect === 'stopped') {
    const isOverslept = prospect === 'paused' && isDue; // arrears of a new period are of the old plan
    const after: Intent = {
      ...intent,
      state: isOverslept ? { ...state, isOverslept } : state,
      absentLookAt: null,
    };
    return calm(isOverslept || absentLookAt !== null ? after : intent);
  }
  if (absentLookAt === null) return calm({ ...intent, absentLookAt: now });
  // A list that lacks it may be half a list; and at the end of the period another one may come in its place.
  const apartMs = prospect === 'canceled' && !isDue ? limits.absentLooksApartMs : limits.absentMs;
  return calm(now - absentLookAt < apartMs ? intent : release(intent, 'absent', null, now));
}
