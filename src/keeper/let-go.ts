import type { AccountName } from '../domain/ids.ts';
import { addMs, type EpochMs } from '../domain/time.ts';
import { CLOCK_SKEW_MAX_MS } from '../policy/shared-checks.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';

/** A resume by a clock that was ahead counts from now, or whatever is in doubt until that time would be so no more. */
export async function mendLetGo(
  context: KeeperContext,
  account: AccountName,
  { isTimeKnown }: { readonly isTimeKnown: boolean },
): Promise<void> {
  const { letGoAt } = await context.journal.memory(account);
  const now = moneyNow(context);
  if (letGoAt === null || letGoAt <= now || !isTimeKnown || isClockOff(context)) return;
  await context.journal
    .remember(account, { letGoAt: now })
    .catch((error: unknown) => context.log.warn('let_go.not_kept', { account, error }));
}

/**
 * Whether something was seen before a person let the account go (`purser resume`), by the clock of a host that may be as far off
 * as is borne with. A resume by a clock that was further ahead says nothing until that time has come.
 */
export function isLetGo(seenAt: EpochMs, letGoAt: EpochMs | null, now: EpochMs): boolean {
  if (letGoAt === null || letGoAt > addMs(now, CLOCK_SKEW_MAX_MS)) return false;
  return seenAt <= addMs(letGoAt, CLOCK_SKEW_MAX_MS);
}
