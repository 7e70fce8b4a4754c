import type { AccountMemory } from '../charge/journal.ts';
import { cents, formatMicroUsd, type MicroUsd, microFromCents } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import { type SeenFor, seenAgain } from '../domain/seen-for.ts';
import type { AccountSpec, WalletSpec } from '../domain/spec.ts';
import { type EpochMs, formatDuration, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';
import { isLetGo } from './let-go.ts';

/** Since when, and for how long, every look has shown a wallet that is behind. */
export type Doubt = SeenFor & {
  readonly since: EpochMs;
  /** As the last of them shows it; older records lack it. */
  readonly balanceMicroUsd?: MicroUsd;
  /** For how long they have shown it as low while the balance by itself was well. */
  readonly contradicted?: SeenFor;
};

type Seen = { readonly look: LedgerLook; readonly memory: AccountMemory };

const TASK = 'doubt';
/** What is kept where there is none. */
const NONE = 'null';
/** So much of the time between two looks counts, for all may have been well in between: it takes three to rest. */
const GAP_MS = 20 * MINUTE_MS;
/** Two balances that are no further apart may both be right, of two instants; so are those a tenth of the minimum apart. */
const APART_MIN_CENTS = cents(100);
const CONTRADICTED_MAX_MS = 2 * HOUR_MS;
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
  const { at, balanceMicroUsd } = seen.look;
  const before = current(context, runtime, seen);
  const hasNoNews = isBehind ? before !== null && Math.abs(at - before.seenAt) < KEPT_MS : before === null;
  if (hasNoNews) return;
  const known = read(context, runtime)?.contradicted; // also of before a resume
  const contradicted = known === undefined ? {} : { contradicted: known };
  const since = before === null || before.since > at ? at : before.since; // a clock that was wrong
  await keep(context, runtime, {
    doubt: isBehind ? { ...seenAgain(before, at, GAP_MS), since, balanceMicroUsd, ...contradicted } : null,
    at,
  });
}

/** Whether looks show a wallet as low that is behind: then the balance by itself is asked beside each. */
export function isDoubtedLow(context: KeeperContext, runtime: AccountRuntime, wallet: WalletSpec): boolean {
  const shown = read(context, runtime)?.balanceMicroUsd;
  return shown !== undefined && shown < microFromCents(wallet.minBalanceCents);
}

/**
 * Where looks show a wallet that is behind as low, and the balance by itself is well between two of them, they do not show
 * what is: for how long they have shown it counts anew. Where both are low, or neither is, or they are about the same, nothing
 * speaks against them.
 * @returns what to tell people where it has been so for long, for nobody but them can know which is right
 */
export async function contradict(
  context: KeeperContext,
  runtime: AccountRuntime,
  { policy }: AccountSpec,
  balanceMicroUsd: MicroUsd,
): Promise<string | null> {
  const { wallet } = policy;
  const doubt = read(context, runtime);
  const shown = doubt?.balanceMicroUsd;
  if (wallet === null || doubt === null || shown === undefined) return null;
  const minimum = microFromCents(wallet.minBalanceCents);
  const apart = Math.max(microFromCents(APART_MIN_CENTS), minimum / 10);
  if (shown >= minimum || balanceMicroUsd < minimum || balanceMicroUsd - shown < apart) return null;
  const known = doubt.contradicted ?? null;
  const { letGoAt, creditedMicroUsd } = await context.journal.memory(runtime.name);
  const isAnswered = known !== null && isLetGo(known.seenAt, letGoAt, moneyNow(context));
  if (isAnswered && isLong(known) && creditedMicroUsd === null) return null; // until a look is believed, as a person said
  const before = isAnswered ? null : known;
  const contradicted = before?.seenAt === doubt.seenAt ? before : seenAgain(before, doubt.seenAt, GAP_MS);
  if (before !== contradicted || doubt.seenForMs > 0) {
    context.log.warn('doubt.contradicted', { account: runtime.name });
    const begun = { ...doubt, seenForMs: 0, contradicted };
    await keep(context, runtime, { doubt: begun, at: moneyNow(context) });
  }
  if (!isLong(contradicted)) return null;
  const [aside, looked] = [formatMicroUsd(balanceMicroUsd), formatMicroUsd(shown)];
  return `the balance is ${aside}, and ${looked} beside the ledger, for ${formatDuration(contradicted.seenForMs)}: find out at the provider which is right, for \`purser resume\` believes the ledger`;
}

function isLong({ seenForMs }: SeenFor): boolean {
  return seenForMs >= CONTRADICTED_MAX_MS;
}

async function keep(
  { log, upkeep }: KeeperContext,
  runtime: AccountRuntime,
  { doubt, at }: { readonly doubt: Doubt | null; readonly at: EpochMs },
): Promise<void> {
  runtime.doubt = doubt;
  const digest = doubt === null ? NONE : JSON.stringify(doubt);
  await upkeep
    .write(runtime.name, TASK, { digest, result: 'done', detail: '', at })
    .catch((error: unknown) => log.warn('doubt.not_kept', { account: runtime.name, error }));
}

function current(context: KeeperContext, runtime: AccountRuntime, { look, memory }: Seen): Doubt | null {
  const doubt = read(context, runtime);
  return doubt !== null && isLetGo(doubt.since, memory.letGoAt, look.at) ? null : doubt;
}

function read({ upkeep }: KeeperContext, runtime: AccountRuntime): Doubt | null {
  if (runtime.doubt !== 'unread') return runtime.doubt;
  const record = upkeep.read(runtime.name, TASK);
  // What `keep` wrote.
  runtime.doubt = record === null || record.digest === NONE ? null : (JSON.parse(record.digest) as Doubt);
  return runtime.doubt;
}
