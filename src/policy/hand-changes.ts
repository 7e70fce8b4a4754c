import { addMs, type EpochMs, HOUR_MS } from '../domain/time.ts';
import type { Kept } from './subscription-memory.ts';

/** So long a list may say what it said before a change. */
const LATE_LIST_MS = 2 * HOUR_MS;

/** What to do about a difference between what is there and what is wanted. */
export type Stance =
  /** Nobody changed anything by hand: what is wanted has changed, or `enforce` undoes it; or until then a list may be late. */
  | { readonly kind: 'act'; readonly notBefore?: EpochMs }
  /** First sight: `when_wrong_plan` and `when_paused` decide. */
  | { readonly kind: 'as_declared' }
  /** A person changed it; `was` is how it was before. */
  | { readonly kind: 'by_hand'; readonly was: string };

export const AS_DECLARED: Stance = { kind: 'as_declared' };

export type Difference<Value> = {
  readonly kept: Kept<Value> | null;
  readonly found: Value;
  readonly isSame: (one: Value, other: Value) => boolean;
  readonly shown: (value: Value) => string;
  /** The key of what is wanted now. */
  readonly key: string;
  /** An intent of the policy brought it about: it was no person. */
  readonly isOurs: boolean;
  /** What is found is one of the things that the rules name: else it may be another subscription altogether. */
  readonly isNamed: boolean;
  /** Put back what a person changed. */
  readonly isEnforced: boolean;
  readonly now: EpochMs;
};

export type HandVerdict<Value> = {
  readonly stance: Stance;
  readonly kept: Kept<Value>;
  /** True once per change by hand. */
  readonly isNewChange: boolean;
};

/** It is as wanted: that is what later differences are measured by. */
export function inAccord<Value>(
  kept: Kept<Value> | null,
  { found, isSame, now }: Pick<Difference<Value>, 'found' | 'isSame' | 'now'>,
): Kept<Value> {
  const isKnown = kept !== null && kept.value !== null && isSame(kept.value, found) && kept.stray === null;
  if (isKnown) return kept;
  const isAsBefore = kept !== null && kept.value !== null && isSame(kept.value, found);
  const was = kept?.stray?.value ?? (isAsBefore ? kept.was : kept?.value) ?? null;
  return { value: found, at: now, was, stray: null };
}

/**
 * Who made the difference. What is found as it was last left differs because something else is wanted now; anything
 * else that is not ours was done by a person, and stays until something else is wanted.
 */
export function judgeDifference<Value>(one: Difference<Value>): HandVerdict<Value> {
  const { kept, found, isSame, key, now } = one;
  const adopt = (): HandVerdict<Value> => ({
    stance: { kind: 'act' },
    kept: { value: found, at: now, stray: null },
    isNewChange: false,
  });
  const stray = kept?.stray ?? null;
  const isKnownStray = stray !== null && isSame(stray.value, found);
  if (kept === null || kept.value === null) {
    if (kept !== null && isKnownStray && stray.key !== key && one.isNamed) return adopt();
    const first =
      kept !== null && isKnownStray ? kept : { value: null, at: now, stray: { value: found, key } };
    return { stance: AS_DECLARED, kept: first, isNewChange: false };
  }
  if (isSame(kept.value, found)) {
    return {
      stance: { kind: 'act' },
      kept: stray === null ? kept : { ...kept, stray: null },
      isNewChange: false,
    };
  }
  if (one.isOurs || (stray !== null && stray.key !== key)) return adopt();
  const isAsBefore = kept.was != null && isSame(kept.was, found);
  const lateUntil = addMs(kept.at, LATE_LIST_MS);
  if (isAsBefore && now < lateUntil && !isKnownStray)
    return { stance: { kind: 'act', notBefore: lateUntil }, kept, isNewChange: false };
  const stance: Stance = one.isEnforced ? { kind: 'act' } : { kind: 'by_hand', was: one.shown(kept.value) };
  if (isKnownStray) return { stance, kept, isNewChange: false };
  return { stance, kept: { ...kept, stray: { value: found, key } }, isNewChange: true };
}

/** Whether the journal has to be asked if a difference is ours. */
export function needsAlibi<Value>({
  kept,
  found,
  isSame,
}: Pick<Difference<Value>, 'kept' | 'found' | 'isSame'>): boolean {
  if (kept === null || kept.value === null || isSame(kept.value, found)) return false;
  return kept.stray === null || !isSame(kept.stray.value, found);
}
