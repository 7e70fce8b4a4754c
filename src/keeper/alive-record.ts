import type { AccountName } from '../domain/ids.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { KeeperContext } from './context.ts';
import { ROUND_MAX_MS } from './first-round.ts';

/** Not an account: what is kept of the daemon itself. */
const OWNER = 'purser' as AccountName; // as such it is read and written here alone
const TASK = 'alive';
const EVERY_MS = 30 * SECOND_MS;
/** While accounts wait to be seen: a daemon that is killed every two seconds must get through them all the same. */
const ROUND_EVERY_MS = SECOND_MS / 4;
/** Nobody charges much in a shorter one, and a daemon that is killed again and again must get to its work. */
export const SHORT_GAP_MS = 2 * MINUTE_MS;

type Round = { readonly waiting: readonly AccountName[]; readonly leftMs: number | null };

/**
 * Who has to be looked at before shared caps may be charged against. Everybody, where this journal was without a daemon
 * for more than a moment (a stop, a host that was down, a copy restored), or knew other accounts; else whom the last
 * daemon did not get to.
 */
export function roundToFinish(context: KeeperContext): Round {
  const everybody = { waiting: [...context.spec().accounts.keys()], leftMs: null };
  const record = context.upkeep.read(OWNER, TASK);
  if (record === null || record.digest !== fleetDigest(context)) return everybody;
  const gapMs = context.clock.now() - record.at;
  if (gapMs < 0 || gapMs > SHORT_GAP_MS) return everybody;
  const round = JSON.parse(record.detail) as Round; // what `note` wrote
  return { ...round, leftMs: round.leftMs === null ? null : Math.min(ROUND_MAX_MS, round.leftMs) };
}

/** When a purser last looked after this journal, by the monotonic clock; `null` where none did, or its clock was ahead. */
export function lastAliveMs({ upkeep, clock }: KeeperContext): number | null {
  const record = upkeep.read(OWNER, TASK);
  const agoMs = record === null ? -1 : clock.now() - record.at;
  return agoMs < 0 ? null : clock.monotonicMs() - agoMs;
}

/** What the next start goes on from. */
export class AliveRecord {
  #notedAtMs = Number.NEGATIVE_INFINITY;
  #wokeAt: EpochMs | null = null;

  /** Whether nothing was done for so long that nobody knows what others charged: the host slept. Asked every few seconds. */
  hasSlept({ clock }: KeeperContext): boolean {
    const before = this.#wokeAt;
    this.#wokeAt = clock.now();
    return before !== null && this.#wokeAt - before > SHORT_GAP_MS;
  }

  /** Now and then. A journal that cannot be written makes the next start a careful one. */
  async note(context: KeeperContext): Promise<void> {
    const nowMs = context.clock.monotonicMs();
    const everyMs = context.firstRound.isOver(nowMs) ? EVERY_MS : ROUND_EVERY_MS;
    if (nowMs - this.#notedAtMs >= everyMs) await this.noteNow(context);
  }

  async noteNow(context: KeeperContext): Promise<void> {
    const { firstRound } = context;
    const nowMs = context.clock.monotonicMs();
    this.#notedAtMs = nowMs;
    const round: Round = { waiting: [...firstRound.waiting], leftMs: firstRound.leftMs(nowMs) };
    const detail = JSON.stringify(round);
    const at = context.clock.now(); // the only clock that the next start has before the provider answers
    const record = { digest: fleetDigest(context), result: 'done', detail, at } as const;
    await context.upkeep
      .write(OWNER, TASK, record)
      .catch((error: unknown) => context.log.warn('alive.not_noted', { error }));
  }
}

function fleetDigest({ spec, sha256Hex }: KeeperContext): string {
  return sha256Hex([...spec().accounts.keys()].sort().join('\n'));
}
