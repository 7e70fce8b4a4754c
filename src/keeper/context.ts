import type { Journal, Stake } from '../charge/journal.ts';
import type { Sha256Hex } from '../charge/key.ts';
import type { ChargeLimits } from '../charge/next-move.ts';
import type { AccountName } from '../domain/ids.ts';
import type { InvoiceArchive } from '../domain/invoice-archive.ts';
import type { Clock, Log, Random } from '../domain/ports.ts';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { type EpochMs, epochMs } from '../domain/time.ts';
import type { TokenVault } from '../domain/token-vault.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import type { PdfDownloads } from '../modelslab/pdf-downloads.ts';
import type { ProviderClient } from '../modelslab/provider-client.ts';
import { CLOCK_SKEW_MAX_MS } from '../policy/shared-checks.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Beside } from './beside.ts';
import type { FirstRound } from './first-round.ts';
import type { LevelIncidents } from './level-incidents.ts';
import type { PlanList } from './plan-list.ts';
import type { View } from './view.ts';

/** An account that the provider calls by a name that another one of the config is known by. */
export type Claim = {
  readonly account: AccountSpec;
  /** It was known by no name of the provider's. */
  readonly isUnnamed: boolean;
};

/** What every part of the keeper works with. One object per daemon; a reload swaps only what `spec()` gives. */
export type KeeperContext = {
  readonly spec: () => FleetSpec;
  readonly journal: Journal;
  readonly client: ProviderClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly sha256Hex: Sha256Hex;
  readonly limits: ChargeLimits;
  readonly fence: number;
  readonly incidents: LevelIncidents;
  readonly plans: PlanList;
  readonly vault: TokenVault;
  readonly upkeep: UpkeepMemory;
  readonly beside: Beside;
  readonly firstRound: FirstRound;
  /** Accounts with a pass under way, and those whose history is just moving to another name. */
  readonly passing: Set<AccountName>;
  /** By that name (`name-moves.ts`). */
  readonly claims: Map<string, Claim>;
  /** By which name of the provider's this process has last seen each, and under which entry of the config. */
  readonly confirmed: Map<AccountName, { readonly account: AccountSpec; readonly identity: string }>;
  /** Who has something to lose, as it was a moment ago: not asked anew for each of many accounts that are new. */
  readonly stakes: {
    known: { readonly config: FleetSpec; readonly atMs: number; readonly found: readonly Stake[] } | null;
  };
  readonly archive: InvoiceArchive;
  readonly pdfs: PdfDownloads;
  readonly view: View;
  /** Throws where the journal is not this keeper's any more. */
  readonly assertStore: () => void;
  /** When the journal's quarantine ends; `null` where there is none. */
  readonly quarantineUntil: () => EpochMs | null;
  /** Ends reads and waits when the daemon stops; a money call in flight is never aborted. */
  readonly stopping: AbortSignal;
  /** Messages were put in the outbox: the dispatcher may look now. */
  readonly onTold: () => void;
};

/** How far the provider's clock is ahead of ours by its newest answer, in milliseconds. */
export function clockSkewMs(context: KeeperContext): number {
  return context.client.providerDate().lastSkewMs ?? 0;
}

/** Whether this clock or the provider's is off: which one, nobody knows, so nothing is written down that caps go by. */
export function isClockOff(context: KeeperContext): boolean {
  return Math.abs(clockSkewMs(context)) > CLOCK_SKEW_MAX_MS;
}

/**
 * The instant that caps and key ages go by: the larger of our clock and the provider's, so that a clock set back
 * cannot make a key young again. A `Date` that is far off is not believed; charging stops then anyway.
 */
export function moneyNow(context: KeeperContext): EpochMs {
  const now = context.clock.now();
  const { maxMs } = context.client.providerDate();
  const isBelievable = maxMs !== null && maxMs - now <= CLOCK_SKEW_MAX_MS;
  return isBelievable && maxMs > now ? epochMs(maxMs) : now;
}
