import type { AccountName } from '../domain/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/** Not an account: what is kept of the daemon itself. */
const OWNER = 'purser' as AccountName; // as such it is read and written here alone
const TASK = 'alive';
const EVERY_MS = 30 * SECOND_MS;
/** Nobody charges much in a shorter one, and a daemon that is killed again and again must get to its work. */
const SHORT_GAP_MS = 2 * MINUTE_MS;

/** Whether this journal was without a daemon for more than a moment: a stop, a host that was down, a copy restored. */
export function wasAway(context: KeeperContext): boolean {
  const record = context.upkeep.read(OWNER, TASK);
  if (record === null) return true;
  const gapMs = moneyNow(context) - record.at;
  return gapMs < 0 || gapMs > SHORT_GAP_MS;
}

/** Every half minute at most. A journal that cannot be written makes the next start a careful one. */
export class AliveRecord {
  #notedAtMs = Number.NEGATIVE_INFINITY;

  async note(context: KeeperContext): Promise<void> {
    const nowMs = context.clock.monotonicMs();
    if (nowMs - this.#notedAtMs < EVERY_MS) return;
    this.#notedAtMs = nowMs;
    const record = { digest: 'alive', result: 'done', detail: '', at: moneyNow(context) } as const;
    await context.upkeep
      .write(OWNER, TASK, record)
      .catch((error: unknown) => context.log.warn('alive.not_noted', { error }));
  }
}
