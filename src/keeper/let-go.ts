import type { AccountName } from '../domain/ids.ts';
import { addMs, type EpochMs } from '../domain/time.ts';
import { CLOCK_SKEW_MAX_MS } from '../policy/shared-checks.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';

/**
 * A resume by a clock that was ahead counts from now, or it would let go of whatever is charged until that time.
 * @returns false while it does not yet: nothing may be charged then
 */
export async function mendLetGo(
  context: KeeperContext,
  account: AccountName,
  { isTimeKnown }: { readonly isTimeKnown: boolean },
): Promise<boolean> {
  const { letGoAt } = await context.journal.memory(account);
  const now = moneyNow(context);
  if (letGoAt === null || letGoAt <= now) return true;
  if (!isTimeKnown || isClockOff(context)) return false;
  try {
    await context.journal.remember(account, { letGoAt: now });
    return true;
  } catch (error) {
    context.log.warn('let_go.not_kept', { account, error });
    return false;
  }
}

/**
 * Whether something was seen before a person let the account go (`purser resume`), by the clock of a host that may be as far off
 * as is borne with. A resume by a clock that was further ahead says nothing until that time has come.
 */
export function isLetGo(seenAt: EpochMs, letGoAt: EpochMs | null, now: EpochMs): boolean {
  if (letGoAt === null || letGoAt > addMs(now, CLOCK_SKEW_MAX_MS)) return false;
  return seenAt <= addMs(letGoAt, CLOCK_SKEW_MAX_MS);
}
