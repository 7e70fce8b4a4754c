import { cents, formatMicroUsd, type MicroUsd, microFromCents, microUsd } from '../domain/money.ts';
import { type SeenFor, seenAgain } from '../domain/seen-for.ts';
import { type EpochMs, formatDuration, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { isClockOff, type KeeperContext } from './context.ts';
import { restartDoubt } from './doubt.ts';
import { isLetGo } from './let-go.ts';

/**
 * A look that shows a wallet as low is one of two that tell of it: `/wallet/balance` is asked beside it. Where that one is well
 * nothing is charged, and after a while people are asked, for nobody but them can know which is right.
 */
export type Contradiction = {
  /** The look is not to be trusted. */
  readonly isOpen: boolean;
  /** What to tell people where it has been so for long. */
  readonly sentence: string | null;
};

/** For how long looks have shown the wallet as low that is well by its balance, and whether a person was asked. */
export type Contradicted = SeenFor & { readonly isTold?: true };

export const NO_CONTRADICTION: Contradiction = { isOpen: false, sentence: null };
const TASK = 'contradicted';
const NOTHING = 'null';
/** Two balances that are no further apart may both be right, of two instants: a tenth of the minimum, within these. */
const APART_MICRO_USD = { least: microFromCents(cents(100)), most: microFromCents(cents(500)) };
/** So much of the time between two looks counts, and so much a look that nothing contradicts takes away. */
const GAP_MS = 20 * MINUTE_MS;
const PATIENCE_MS = 2 * HOUR_MS;
/** It is counted no oftener. */
const COUNTED_MS = 5 * MINUTE_MS;

/** Of one pass: what its look shows, what was said beside it, and below what it is low. */
export async function noteContradiction(
  context: KeeperContext,
  runtime: AccountRuntime,
  seen: {
    readonly floorMicroUsd: MicroUsd | null;
    readonly lookMicroUsd: MicroUsd;
    readonly asideMicroUsd: MicroUsd | null;
    readonly at: EpochMs;
  },
): Promise<Contradiction> {
  const { floorMicroUsd: floor, lookMicroUsd: look, asideMicroUsd: aside, at } = seen;
  const known = read(context, runtime);
  const { letGoAt } = await context.journal.memory(runtime.name);
  const isAnswered = known?.isTold === true && isLetGo(known.seenAt, letGoAt, at);
  const isLow = floor !== null && look < floor;
  if (isLow && aside === null) return NO_CONTRADICTION;
  if (!isLow || aside === null || aside < floor || aside - look < apartOf(floor)) {
    const areAlike = aside !== null && Math.abs(aside - look) < apartOf(floor);
    if (isAnswered && areAlike) await keep(context, runtime, null, at);
    else if (known !== null && !isAnswered && at - known.seenAt >= COUNTED_MS)
      await keep(context, runtime, lessened(known, at), at);
    return NO_CONTRADICTION;
  }
  if (isAnswered) return NO_CONTRADICTION; // until the two are alike again
  const isDue = known === null || at - known.seenAt >= COUNTED_MS || known.seenAt > at; // a clock that was wrong
  const isCounted = isDue && (known === null || !isClockOff(context));
  const counted = isCounted ? { ...known, ...seenAgain(known, at, GAP_MS) } : known;
  if (isCounted) {
    context.log.warn('look.contradicted', { account: runtime.name });
    await keep(context, runtime, counted, at);
    await restartDoubt(context, runtime, at);
  }
  if (counted.seenForMs < PATIENCE_MS) return { isOpen: true, sentence: null };
  const told = [formatMicroUsd(aside), formatMicroUsd(look), formatDuration(counted.seenForMs)] as const;
  const sentence = `the balance is ${told[0]}, and ${told[1]} beside the ledger, for ${told[2]}: find out at the provider which is right, for \`purser resume\` believes the ledger`;
  return { isOpen: true, sentence };
}

/** A person was asked, and a resume from here on is the answer. */
export async function noteAsked(context: KeeperContext, runtime: AccountRuntime): Promise<void> {
  const known = read(context, runtime);
  if (known !== null) await keep(context, runtime, { ...known, isTold: true }, known.seenAt);
}

function apartOf(floor: MicroUsd | null): MicroUsd {
  const { least, most } = APART_MICRO_USD;
  return microUsd(Math.min(most, Math.max(least, Math.floor((floor ?? 0) / 10))));
}

function lessened(known: Contradicted, at: EpochMs): Contradicted | null {
  return known.seenForMs <= GAP_MS ? null : { ...known, seenForMs: known.seenForMs - GAP_MS, seenAt: at };
}

function read({ upkeep }: KeeperContext, runtime: AccountRuntime): Contradicted | null {
  if (runtime.contradicted !== 'unread') return runtime.contradicted;
  const record = upkeep.read(runtime.name, TASK);
  // What `keep` wrote.
  runtime.contradicted =
    record === null || record.digest === NOTHING ? null : (JSON.parse(record.digest) as Contradicted);
  return runtime.contradicted;
}

/** It outlives the process, for no run of `purser once` lasts so long; a disk that keeps nothing keeps nobody from observing. */
async function keep(
  { log, upkeep }: KeeperContext,
  runtime: AccountRuntime,
  contradicted: Contradicted | null,
  at: EpochMs,
): Promise<void> {
  runtime.contradicted = contradicted;
  const digest = contradicted === null ? NOTHING : JSON.stringify(contradicted);
  await upkeep
    .write(runtime.name, TASK, { digest, result: 'done', detail: '', at })
    .catch((error: unknown) => log.warn('contradiction.not_kept', { account: runtime.name, error }));
}
