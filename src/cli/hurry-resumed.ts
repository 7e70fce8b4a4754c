import type { AccountName } from '../domain/ids.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { Daemon } from './daemon.ts';

const LOOK_EVERY_MS = SECOND_MS;
/** The pass that was under way when it was hurried may have read the hold. */
const AGAIN_MS = 30 * SECOND_MS;

/** Has accounts looked at that somebody resumed beside this daemon: their next poll may be long in coming. */
export async function hurryResumed(daemon: Daemon, stop: AbortSignal): Promise<void> {
  const { context, keeper, view } = daemon;
  const hurriedAtMs = new Map<AccountName, number>();
  while (!stop.aborted) {
    await context.clock.sleep(LOOK_EVERY_MS, stop);
    const held = new Set(view.held());
    for (const name of hurriedAtMs.keys()) if (!held.has(name)) hurriedAtMs.delete(name);
    const nowMs = context.clock.monotonicMs();
    for (const name of held) {
      if (nowMs - (hurriedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) continue;
      if (await isHeldAsShown(daemon, name)) continue;
      hurriedAtMs.set(name, nowMs);
      keeper.hurry(name);
    }
  }
}

async function isHeldAsShown({ context, keeper, view }: Daemon, name: AccountName): Promise<boolean> {
  try {
    const kinds = (await context.journal.holds(name)).map(({ kind }) => kind);
    const shown = view.account(name);
    if (shown === null) return true;
    const isFrozenAsShown = shown.frozen === null || kinds.includes('freeze');
    return isFrozenAsShown && (shown.paused === null || kinds.includes('pause'));
  } catch (error) {
    context.log.error('holds.not_read', { account: name, error });
    keeper.health.noteFailure(error);
    return true;
  }
}
