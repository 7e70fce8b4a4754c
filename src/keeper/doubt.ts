import type { AccountMemory } from '../charge/journal.ts';
import type { LedgerLook } from '../domain/observation.ts';
import { type SeenFor, seenAgain } from '../domain/seen-for.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { isClockOff, type KeeperContext } from './context.ts';
import { isLetGo } from './let-go.ts';

/** Since when, and for how long, every look has shown a wallet that is behind. */
export type Doubt = SeenFor & { readonly since: EpochMs };

type Seen = { readonly look: LedgerLook; readonly memory: AccountMemory };

const TASK = 'doubt';
/** What is kept where there is none. */
const NONE = 'null';
/** So much of the time between two looks counts, for all may have been well in between: it takes three to rest. */
const GAP_MS = 20 * MINUTE_MS;
/** It is written no oftener. */
const KEPT_MS = 5 * MINUTE_MS;

/** For how long wallets have been behind up to this look, if it is too; no clock that is put forward and back makes it longer. */
export function doubtedForMs(context: KeeperContext, runtime: AccountRuntime, seen: Seen): number {
  const { look } = seen;
  const doubt = current(context, runtime, seen);
  if (doubt === null) return 0;
  return Math.max(0, Math.min(seenAgain(doubt, look.at, GAP_MS).seenForMs, look.at - doubt.since));
}

/** This outlives the process, for no run of `purser once` is as long; a disk that keeps nothing keeps nobody from observing. */
export async function noteDoubt(
  context: KeeperContext,
  runtime: AccountRuntime,
  { isBehind, ...seen }: Seen & { readonly isBehind: boolean },
): Promise<void> {
  if (isClockOff(context)) return;
  const { at } = seen.look;
  const before = current(context, runtime, seen);
  const hasNoNews = isBehind ? before !== null && Math.abs(at - before.seenAt) < KEPT_MS : before === null;
  if (hasNoNews) return;
  const since = before === null || before.since > at ? at : before.since; // a clock that was wrong
  const doubt = isBehind ? { ...seenAgain(before, at, GAP_MS), since } : null;
  runtime.doubt = doubt;
  const digest = doubt === null ? NONE : JSON.stringify(doubt);
  const written = context.upkeep.write(runtime.name, TASK, { digest, result: 'done', detail: '', at });
  await written.catch((error: unknown) =>
    context.log.warn('doubt.not_kept', { account: runtime.name, error }),
  );
}

function current({ upkeep }: KeeperContext, runtime: AccountRuntime, { look, memory }: Seen): Doubt | null {
  if (runtime.doubt === 'unread') {
    const record = upkeep.read(runtime.name, TASK);
    // What `noteDoubt` wrote.
    runtime.doubt = record === null || record.digest === NONE ? null : (JSON.parse(record.digest) as Doubt);
  }
  const { doubt } = runtime;
  return doubt !== null && isLetGo(doubt.since, memory.letGoAt, look.at) ? null : doubt;
}
