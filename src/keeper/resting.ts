import type { AccountMemory } from '../charge/journal.ts';
import { anchorOf, NO_REST, type Rest } from '../domain/ledger.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import type { EpochMs } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import { CLOCK_SKEW_MAX_MS } from '../policy/shared-checks.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { isClockOff, type KeeperContext } from './context.ts';
import { doubtedForMs } from './doubt.ts';

/** A `total_credited` beside a newest credit, since when looks have shown the two, and what was used by then. */
export type Resting = {
  readonly creditedMicroUsd: MicroUsd;
  readonly usedMicroUsd: MicroUsd;
  readonly anchor: string;
  /** Its stamp; older records lack it. */
  readonly anchorAt?: EpochMs | null;
  readonly since: EpochMs;
};

const TASK = 'resting';

/**
 * The page behind what rests outlives the process too: it is written before anything of the page is counted, and a crash in
 * between leaves nothing else of it.
 */
export function restorePage({ upkeep, clock }: KeeperContext, runtime: AccountRuntime): void {
  if (runtime.resting !== 'unread') return;
  runtime.resting = read(upkeep, runtime);
  if (runtime.resting === null) return;
  const { anchor, anchorAt = null, since } = runtime.resting;
  const ageMs = clock.now() - since;
  if (anchorAt === null || ageMs < -CLOCK_SKEW_MAX_MS) return; // a clock that was wrong
  const atMs = clock.monotonicMs() - Math.max(0, ageMs);
  runtime.highestPage = { anchor: { id: anchor, at: anchorAt }, atMs, isKept: true };
}

/**
 * How long the totals of a look rest. This outlives the process, for no run of `purser once` is as long as a rest, and is
 * written before anything of the look is counted. A time without a purser counts like the one between two looks of a
 * daemon: what a stale answer shows before it, none shows behind it. Nothing rests by a clock that is off.
 */
export async function restOf(
  context: KeeperContext,
  runtime: AccountRuntime,
  seen: { readonly look: LedgerLook; readonly memory: AccountMemory },
): Promise<Rest> {
  const { look } = seen;
  if (look.totals === null || isClockOff(context)) return NO_REST;
  const seenForMs = doubtedForMs(context, runtime, seen);
  const { upkeep } = context;
  const { creditedMicroUsd, usedMicroUsd } = look.totals;
  const { id: anchor, at: anchorAt } = anchorOf(look);
  const known = runtime.resting === 'unread' ? read(upkeep, runtime) : runtime.resting;
  const isSame = known?.creditedMicroUsd === creditedMicroUsd && known.anchor === anchor;
  if (isSame && known.since <= look.at) {
    runtime.resting = known;
    return { forMs: look.at - known.since, seenForMs, isInUse: usedMicroUsd > known.usedMicroUsd };
  }
  const resting = { creditedMicroUsd, usedMicroUsd, anchor, anchorAt, since: look.at };
  const digest = JSON.stringify(resting);
  await upkeep.write(runtime.name, TASK, { digest, result: 'done', detail: '', at: look.at });
  runtime.resting = resting;
  return { ...NO_REST, seenForMs };
}

function read(upkeep: UpkeepMemory, { name }: AccountRuntime): Resting | null {
  const record = upkeep.read(name, TASK);
  return record === null ? null : (JSON.parse(record.digest) as Resting); // what `restOf` wrote
}
