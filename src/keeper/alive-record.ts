import type { AccountName } from '../domain/ids.ts';
import type { SinceBoot } from '../domain/ports.ts';
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
type Note = Round & { readonly sinceBoot: SinceBoot | null };

/**
 * Who has to be looked at before shared caps may be charged against. Everybody, where this journal was without a daemon
 * for more than a moment (a stop, a host that was down, a copy restored), or knew other accounts; else whom the last
 * daemon did not get to.
 */
export function roundToFinish(context: KeeperContext): Round {
  const everybody = { waiting: [...context.spec().accounts.keys()], leftMs: null };
  const record = context.upkeep.read(OWNER, TASK);
  if (record === null || record.digest !== fleetDigest(context)) return everybody;
  const { waiting, leftMs, sinceBoot = null } = JSON.parse(record.detail) as Note; // what `note` wrote, or an older one
  const gapsMs = [context.clock.now() - record.at, gapSinceBootMs(sinceBoot, context.clock.sinceBoot())];
  if (!gapsMs.every((gapMs) => gapMs >= 0 && gapMs <= SHORT_GAP_MS)) return everybody;
  return { waiting, leftMs: leftMs === null ? null : Math.min(ROUND_MAX_MS, leftMs) };
}

/** A wall clock that was set right meanwhile makes a long gap look short. Not a number where the host was booted in it. */
function gapSinceBootMs(before: SinceBoot | null, now: SinceBoot | null): number {
  if (before === null || now === null) return before === now ? 0 : Number.NaN;
  return before.boot === now.boot ? now.ms - before.ms : Number.NaN;
}

/** What the next start goes on from. */
export class AliveRecord {
  #notedAtMs = Number.NEGATIVE_INFINITY;
  #asked: { readonly at: EpochMs; readonly atMs: number } | null = null;
  /** Whether `hasSlept` is, every few seconds: then a process that was stopped slept too. */
  isAskedOften = false;

  /** Whether nothing was done for so long that nobody knows what others charged: the host slept. */
  hasSlept({ clock }: KeeperContext): boolean {
    const before = this.#asked;
    const [at, atMs] = [clock.now(), clock.monotonicMs()];
    this.#asked = { at, atMs };
    if (before === null) return false;
    const busyMs = this.isAskedOften ? 0 : atMs - before.atMs; // the monotonic clock stands while the host sleeps
    return at - before.at - busyMs > SHORT_GAP_MS;
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
    const note: Note = { ...round, sinceBoot: context.clock.sinceBoot() };
    const detail = JSON.stringify(note);
    const at = context.clock.now();
    const record = { digest: fleetDigest(context), result: 'done', detail, at } as const;
    await context.upkeep
      .write(OWNER, TASK, record)
      .catch((error: unknown) => context.log.warn('alive.not_noted', { error }));
  }
}

function fleetDigest({ spec, sha256Hex }: KeeperContext): string {
  return sha256Hex([...spec().accounts.keys()].sort().join('\n'));
}
