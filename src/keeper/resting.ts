import { anchorOf, NO_REST, type Rest } from '../domain/ledger.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import type { EpochMs } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { isClockOff, type KeeperContext } from './context.ts';

/** A `total_credited` beside a newest credit, since when looks have shown the two, and what was used by then. */
export type Resting = {
  readonly creditedMicroUsd: MicroUsd;
  readonly usedMicroUsd: MicroUsd;
  readonly anchor: string;
  readonly since: EpochMs;
};

const TASK = 'resting';

/**
 * How long the totals of a look rest. This outlives the process, for no run of `purser once` is as long as a rest, and is
 * written before anything of the look is counted. A time without a purser counts like the one between two looks of a
 * daemon: what a stale answer shows before it, none shows behind it. Nothing rests by a clock that is off.
 */
export async function restOf(
  context: KeeperContext,
  runtime: AccountRuntime,
  look: LedgerLook,
): Promise<Rest> {
  if (look.totals === null || isClockOff(context)) return NO_REST;
  const { upkeep } = context;
  const { creditedMicroUsd, usedMicroUsd } = look.totals;
  const anchor = anchorOf(look).id;
  const known = runtime.resting ?? read(upkeep, runtime);
  const isSame = known?.creditedMicroUsd === creditedMicroUsd && known.anchor === anchor;
  if (isSame && known.since <= look.at) {
    runtime.resting = known;
    return { forMs: look.at - known.since, isInUse: usedMicroUsd > known.usedMicroUsd };
  }
  const resting = { creditedMicroUsd, usedMicroUsd, anchor, since: look.at };
  const digest = JSON.stringify(resting);
  await upkeep.write(runtime.name, TASK, { digest, result: 'done', detail: '', at: look.at });
  runtime.resting = resting;
  return NO_REST;
}

function read(upkeep: UpkeepMemory, { name }: AccountRuntime): Resting | null {
  const record = upkeep.read(name, TASK);
  return record === null ? null : (JSON.parse(record.digest) as Resting); // what `restOf` wrote
}
