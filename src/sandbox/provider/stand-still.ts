import { addMs, type EpochMs } from '../../domain/time.ts';
import type { World } from './world.ts';

/**
 * A world that comes back from a file: nothing happened while it was away. Whatever was still ahead is put off by the
 * gap; what was over stays where it was (the end of an unpaid period is part of the keys that a budget keeper makes).
 * Keys and delayed ledger rows are real time and grow old meanwhile. Requests that were being processed are gone.
 */
export function standStill(world: World, now: EpochMs): void {
  const { savedAt } = world;
  const gapMs = Math.max(0, now - savedAt);
  const later = (instant: EpochMs): EpochMs => (instant > savedAt ? addMs(instant, gapMs) : instant);
  world.savedAt = now;
  for (const token of Object.values(world.tokens)) {
    if (token.expiresAt !== null) token.expiresAt = later(token.expiresAt);
  }
  for (const account of Object.values(world.accounts)) {
    account.burnedUntil = addMs(account.burnedUntil, gapMs);
    account.unlisted.since = addMs(account.unlisted.since, gapMs);
    if (account.autoFunding !== null) account.autoFunding.notBefore = later(account.autoFunding.notBefore);
    for (const session of Object.values(account.sessions)) session.expiresAt = later(session.expiresAt);
    for (const subscription of account.subscriptions) {
      if (subscription.periodEnd > savedAt) subscription.periodStart = addMs(subscription.periodStart, gapMs);
      subscription.periodEnd = later(subscription.periodEnd);
      if (subscription.cancelAt !== null) subscription.cancelAt = later(subscription.cancelAt);
    }
    for (const [key, entry] of Object.entries(account.keys)) {
      entry.isOpen = false;
      if (entry.answer === null) delete account.keys[key];
    }
  }
}
