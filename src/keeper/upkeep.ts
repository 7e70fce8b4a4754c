import { upkeepFailed } from '../alerts/degraded-facts.ts';
import type { Standing } from '../domain/history.ts';
import type { IncidentFact } from '../domain/incident.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { archiveInvoices, INVOICES_TASK } from './archive-invoices.ts';
import { isClockOff, type KeeperContext } from './context.ts';
import { askEndedLinks } from './ended-links.ts';
import { keepAutoFunding } from './keep-auto-funding.ts';
import { BILLING_INFO_TASK, keepBillingInfo } from './keep-billing-info.ts';
import { redeemCoupons } from './redeem-coupons.ts';

/** What went wrong, as a sentence; `null` where all is as declared. */
export type UpkeepRun = (
  context: KeeperContext,
  account: AccountSpec,
  caller: Caller,
) => Promise<string | null>;

type UpkeepTask = {
  readonly name: string;
  /**
   * `always`: changes nothing at the provider, so it works in `mode: observe` too. `enforced`: credits what people have paid,
   * whatever holds the account back. `free`: not while the account is held or only watched.
   */
  readonly works: 'always' | 'enforced' | 'free';
  /** Waits for others than the provider: runs beside the passes, which never wait for it. */
  readonly isLong: boolean;
  readonly run: UpkeepRun;
};

/** Settings that are declared and kept, none of which charges a card by itself; in this order. */
const TASKS: readonly UpkeepTask[] = [
  { name: 'auto_funding', works: 'free', isLong: false, run: keepAutoFunding },
  { name: 'coupons', works: 'free', isLong: false, run: redeemCoupons },
  { name: 'ended_links', works: 'enforced', isLong: false, run: askEndedLinks },
  { name: BILLING_INFO_TASK, works: 'free', isLong: false, run: keepBillingInfo },
  { name: INVOICES_TASK, works: 'always', isLong: true, run: archiveInvoices },
];

const EVERY_MS = 10 * MINUTE_MS;

/** What is not as declared, and incidents of which nothing new is known yet. */
export type Upkeep = { readonly facts: readonly IncidentFact[]; readonly keep: readonly string[] };

/**
 * The end of a good pass: what is declared beside balance and subscription is made true, now and then. What fails is
 * told, tried again later, and holds nothing else up.
 */
export async function keepUp(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { caller, standing }: { readonly caller: Caller; readonly standing: Standing },
): Promise<Upkeep> {
  rethrow(runtime);
  const nowMs = context.clock.monotonicMs();
  const isHeld = standing.frozenBecause !== null || standing.pausedBecause !== null;
  const isEnforced = context.spec().mode === 'enforce';
  const isFree = isEnforced && !isHeld && standing.watch.kind === 'clear';
  const worksNow = { always: true, enforced: isEnforced, free: isFree };
  for (const { name, works, isLong, run } of isClockOff(context) ? [] : TASKS) {
    const lastMs = runtime.upkeptAtMs.get(name);
    if (!worksNow[works] || (lastMs !== undefined && nowMs - lastMs < EVERY_MS)) continue;
    runtime.upkeptAtMs.set(name, nowMs);
    const work = async () => void runtime.upkeepTroubles.set(name, await run(context, account, caller));
    if (isLong) await context.beside.start(`${account.name} ${name}`, () => caught(runtime, work));
    else await work();
  }
  return upkeepOf(account, runtime);
}

function upkeepOf(account: AccountSpec, runtime: AccountRuntime): Upkeep {
  const factOf = (task: string, why: string) => upkeepFailed({ account: account.name, task, why });
  const facts: IncidentFact[] = [];
  for (const [task, why] of runtime.upkeepTroubles) if (why !== null) facts.push(factOf(task, why));
  const unknown = TASKS.filter(({ name, isLong }) => isLong && !runtime.upkeepTroubles.has(name));
  return { facts, keep: unknown.map(({ name }) => factOf(name, '').fingerprint) };
}

/** A failure of our own in work beside the passes is a failure of the account's next pass. */
async function caught(runtime: AccountRuntime, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    runtime.upkeepFailure = { error };
  }
}

function rethrow(runtime: AccountRuntime): void {
  const failure = runtime.upkeepFailure;
  runtime.upkeepFailure = null;
  if (failure !== null) throw failure.error;
}
