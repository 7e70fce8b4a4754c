import type { AccountMemory } from '../charge/journal.ts';
import { cents, formatMicroUsd, type MicroUsd, microFromCents } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import { seenAgain } from '../domain/seen-for.ts';
import { formatDuration, MINUTE_MS } from '../domain/time.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

/**
 * A wallet that may be of before what was seen, and would be believed because every look has shown it for long, has to be what
 * `/wallet/balance` says by itself, too: a page may stand still for hours.
 */
export type Aside = {
  /** The look is not believed in this pass. */
  readonly isOpen: boolean;
  /** What people have to be asked about, where a low wallet has waited for that for long. */
  readonly sentence: string | null;
};

export const AGREED: Aside = { isOpen: false, sentence: null };
/** What is no more than so far above a look says the same, of another instant. */
const APART_MICRO_USD = microFromCents(cents(100));
/** The least that the provider charges (seed, `auto_charge_amount`). */
const PAYMENT_MIN_MICRO_USD = microFromCents(cents(500));
const PATIENCE_MS = 90 * MINUTE_MS;
/** So much of the time between two looks counts. */
const GAP_MS = 20 * MINUTE_MS;

/** Behind a resume the looks are believed as they are, as a person said; and who only observes charges nothing on them. */
export function isAskedBeside({ spec }: KeeperContext, { creditedMicroUsd }: AccountMemory): boolean {
  return creditedMicroUsd !== null && spec().mode !== 'observe';
}

export async function contradictionOf(
  { spec }: KeeperContext,
  runtime: AccountRuntime,
  {
    look,
    lackedMicroUsd,
    askBalance,
  }: {
    readonly look: LedgerLook;
    /** What the look lacks, if it is of before. */
    readonly lackedMicroUsd: number;
    /** `null` where it cannot be read. */
    readonly askBalance: () => Promise<MicroUsd | null>;
  },
): Promise<Aside> {
  const looked = look.balanceMicroUsd;
  const aside = await askBalance();
  if (aside === null) return { isOpen: true, sentence: null };
  const policyCents = spec().accounts.get(runtime.name)?.policy.wallet?.minBalanceCents ?? 0;
  const floor = microFromCents(cents(Math.max(policyCents, runtime.desk.ensured()?.floorCents ?? 0)));
  if (!isEvidence(aside - looked, { lackedMicroUsd, doesStraddle: looked < floor && aside >= floor })) {
    runtime.contradicted = null;
    return AGREED;
  }
  runtime.contradicted = seenAgain(runtime.contradicted, look.at, GAP_MS);
  const { seenForMs } = runtime.contradicted;
  if (seenForMs < PATIENCE_MS || looked >= floor) return { isOpen: true, sentence: null };
  const told = [formatMicroUsd(aside), formatMicroUsd(looked), formatDuration(seenForMs)] as const;
  const sentence = `the balance is ${told[0]}, and ${told[1]} beside the ledger, for ${told[2]}: find out at the provider which is right, for \`purser resume\` believes the ledger`;
  return { isOpen: true, sentence };
}

/**
 * Whether so much more by itself tells that the look is of before a payment: where one of the two is low and the other is not, it
 * does, and else where it is a good part of what that lacks. It may be more than that, for the look lacks also what came from no
 * card. Who lacks less than any payment was corrected by it, or lacks one beside another whose row is late.
 */
function isEvidence(
  apart: number,
  {
    lackedMicroUsd: lacked,
    doesStraddle,
  }: { readonly lackedMicroUsd: number; readonly doesStraddle: boolean },
): boolean {
  if (lacked < PAYMENT_MIN_MICRO_USD) return doesStraddle && apart > PAYMENT_MIN_MICRO_USD;
  return apart > APART_MICRO_USD && (doesStraddle || apart > lacked / 4);
}
