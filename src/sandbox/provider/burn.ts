import { microUsd } from '../../domain/money.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { balanceOf, listUse, use } from './ledger.ts';
import type { World } from './world.ts';

/** Micro-dollars that an account's agents spend in a real millisecond. */
function burnPerMs(world: World, account: Account): number {
  return (account.burnMicroUsdPerHour * world.speed) / HOUR_MS;
}

/**
 * Books the burn up to `until`: whole micro-dollars, the fraction carried on. It stops at an empty wallet.
 * A debit row is written at most once a minute, so that a ledger stays small whatever is burnt.
 */
export function burnUntil(world: World, account: Account, until: EpochMs): void {
  const elapsedMs = until - account.burnedUntil;
  if (elapsedMs <= 0) return;
  account.burnedUntil = until;
  const wanted = burnPerMs(world, account) * elapsedMs + account.burnCarry;
  const available = Math.max(0, balanceOf(account));
  const spent = Math.min(Math.floor(wanted), available);
  account.burnCarry = spent === available ? 0 : wanted - spent;
  if (spent > 0) use(account, microUsd(spent));
  if (until - account.unlisted.since >= MINUTE_MS) listUse(world, account, until);
}

/** When the balance will be below a threshold at this burn: at once, some time ahead, or never (`null`). */
export function fallsBelowAt(world: World, account: Account, thresholdMicroUsd: number): EpochMs | null {
  const spare = balanceOf(account) - thresholdMicroUsd;
  if (spare < 0) return account.burnedUntil;
  const rate = burnPerMs(world, account);
  if (rate <= 0) return null;
  const waitMs = Math.max(1, Math.ceil((spare + 1 - account.burnCarry) / rate));
  return waitMs > 1e12 ? null : epochMs(account.burnedUntil + waitMs);
}
