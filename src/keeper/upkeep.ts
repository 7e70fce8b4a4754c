import { upkeepFailed } from '../alerts/degraded-facts.ts';
import type { Standing } from '../domain/history.ts';
import type { IncidentFact } from '../domain/incident.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { Caller } from '../modelslab/reading.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';
import { askEndedLinks } from './ended-links.ts';
import { keepAutoFunding } from './keep-auto-funding.ts';
import { redeemCoupons } from './redeem-coupons.ts';

/** What went wrong, as a sentence; `null` where all is as declared. */
export type UpkeepTask = (
  context: KeeperContext,
  account: AccountSpec,
  caller: Caller,
) => Promise<string | null>;

/** Settings that are declared and kept, none of which charges a card by itself; in this order. */
const TASKS: Readonly<Record<string, UpkeepTask>> = {
  auto_funding: keepAutoFunding,
  coupons: redeemCoupons,
  ended_links: askEndedLinks,
};

const EVERY_MS = 10 * MINUTE_MS;

/**
 * The end of a good pass: what is declared beside balance and subscription is made true, now and then. What fails is
 * told, tried again later, and holds nothing else up. Not while the account is held, only watched, or only observed.
 */
export async function keepUp(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { caller, standing }: { readonly caller: Caller; readonly standing: Standing },
): Promise<readonly IncidentFact[]> {
  const nowMs = context.clock.monotonicMs();
  const isHeld = standing.frozenBecause !== null || standing.pausedBecause !== null;
  const isFree = context.spec().mode === 'enforce' && !isHeld && standing.watch.kind === 'clear';
  if (isFree && (runtime.upkeptAtMs === null || nowMs - runtime.upkeptAtMs >= EVERY_MS)) {
    runtime.upkeptAtMs = nowMs;
    for (const [task, run] of Object.entries(TASKS)) {
      const trouble = await run(context, account, caller);
      if (trouble === null) runtime.upkeepTroubles.delete(task);
      else runtime.upkeepTroubles.set(task, trouble);
    }
  }
  return [...runtime.upkeepTroubles].map(([task, why]) => upkeepFailed({ account: account.name, task, why }));
}
