import type { BalanceSample } from '../../domain/balance-history.ts';
import type { IncidentState } from '../../domain/incident.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { AccountView, Glance, GlanceQuery, GlanceState, IntentView } from '../../keeper/view.ts';

/** What the status page may ask. */
export type PageReadings = {
  readonly now: () => EpochMs;
  readonly facts: () => FleetFacts;
  readonly glance: (query: GlanceQuery) => Glance;
  /** Of one account, or of all; the worst first, at most so many. */
  readonly firing: (account: string | null, max: number) => Firing;
  /** Where people can pay for these accounts now. */
  readonly payLinks: (accounts: readonly string[]) => Promise<readonly PayLinkShown[]>;
  /** `null` where there is no such account; balances from `since` on. */
  readonly account: (name: string, since: EpochMs) => Promise<AccountStory | null>;
};

/** Which alerts a page shows, and how many there are. */
export type Firing = { readonly count: number; readonly shown: readonly IncidentState[] };

export type PayLinkShown = { readonly account: string; readonly url: string; readonly usd: number };

/** What holds for the whole daemon. */
export type FleetFacts = {
  readonly version: string;
  readonly mode: 'observe' | 'enforce';
  readonly revision: string;
  readonly isSandbox: boolean;
  /** Accounts of the config, those that no pass has seen yet among them. */
  readonly accounts: number;
  /** `null` where purser does not only watch. */
  readonly quarantineUntil: EpochMs | null;
};

/** All that is known of one account. */
export type AccountStory = {
  readonly account: string;
  /** `null` before the first pass over it. */
  readonly state: GlanceState | null;
  readonly view: AccountView | null;
  readonly holds: readonly {
    readonly kind: 'pause' | 'freeze';
    readonly because: string;
    readonly since: EpochMs;
  }[];
  /** What goes on all the same while it is held. */
  readonly unheld: string | null;
  readonly caps: readonly {
    readonly scope: string;
    readonly name: string;
    readonly window: string;
    readonly used_usd: number;
    readonly limit_usd: number;
  }[];
  /** Newest first. */
  readonly charges: readonly Charge[];
  /** How often it is looked at; `null` where a calendar says when, and where it left the config. */
  readonly everyMs: number | null;
  /** Oldest first. */
  readonly samples: readonly BalanceSample[];
  /** Money that came into the wallet by purser. */
  readonly topUps: readonly TopUp[];
  /** Card credits in the provider's ledger, newest first, whoever made them. */
  readonly credits: readonly {
    readonly id: string;
    readonly amount_usd: number;
    readonly at: string;
    readonly made_by: 'purser' | 'others' | 'not_known_yet';
  }[];
};

export type Charge = IntentView & {
  readonly story: readonly { readonly at: string; readonly to: string; readonly why: string }[];
  readonly payment_url: string | null;
};

export type TopUp = { readonly at: EpochMs; readonly usd: number };
