import type { Journal } from '../charge/journal.ts';
import type { AccountName } from '../domain/ids.ts';
import type { IncidentChange, IncidentFact, IncidentState } from '../domain/incident.ts';
import type { Clock } from '../domain/ports.ts';
import type { FleetSpec } from '../domain/spec.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { underCap } from './cap-facts.ts';

/** A level that goes on is written again this often, so that the repeat interval can be seen to be over. */
const REFRESH_MS = MINUTE_MS;
const PURSER = 'purser';

/**
 * Incidents that follow a level ("below the minimum", "frozen"), not an event: every pass says what is wrong now, and
 * what it does not say any more is resolved. A cap of a group is one incident that several accounts hold up.
 */
export class LevelIncidents {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #onTold: () => void;
  readonly #holders = new Map<string, Set<string>>();
  readonly #byOwner = new Map<string, Set<string>>();
  /** By account, what others hold up that it may hold up too: after a restart nobody knows until it was looked at. */
  readonly #supposed = new Map<string, Set<string>>();
  readonly #writtenAtMs = new Map<string, number>();

  constructor(options: { journal: Journal; clock: Clock; onTold: () => void }) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#onTold = options.onTold;
  }

  /** Takes over what fired before a restart, for the account that it names and for all that may hold it up as well. */
  restore(firing: readonly IncidentState[], spec: FleetSpec): void {
    for (const { fact } of firing) {
      this.#hold(fact.account ?? PURSER, fact.fingerprint);
      for (const account of underCap(fact, spec)) {
        if (account !== fact.account) entry(this.#supposed, account).add(fact.fingerprint);
        this.#hold(account, fact.fingerprint);
      }
    }
  }

  /** The accounts that hold anything up. */
  owners(): readonly AccountName[] {
    return [...this.#byOwner.keys()].filter((owner) => owner !== PURSER) as AccountName[]; // `restore` and `sync` take no others
  }

  /** Whether anybody holds it up now. */
  isFiring(fingerprint: string): boolean {
    return this.#holders.has(fingerprint);
  }

  /** Takes over an incident that an event raised: from now on it ends like the others. */
  holdEvent(owner: AccountName, fingerprint: string): void {
    this.#hold(owner, fingerprint);
  }

  /**
   * What is wrong with `owner` (an account, or "purser") now. With `all`, everything it held before and does not name,
   * or `keep`, is over; with `more`, as after a pass that could not see, the rest stays as it is; with `known`, where no
   * look is to be had, what it is known to hold does.
   */
  async sync(
    owner: AccountName | typeof PURSER,
    facts: readonly IncidentFact[],
    options: {
      readonly extent?: 'all' | 'known' | 'more';
      readonly keep?: readonly string[];
      /** How what is over ended, where its own headline does not say it. */
      readonly ending?: string;
    } = {},
  ): Promise<void> {
    if (facts.length === 0 && !this.#byOwner.has(owner)) return; // all was well, and is
    const { extent = 'all', keep = [], ending: headline = null } = options;
    const nowMs = this.#clock.monotonicMs();
    const changes: IncidentChange[] = [];
    const named = new Set([...facts.map((fact) => fact.fingerprint), ...keep]);
    for (const fact of facts) {
      const writtenAtMs = this.#writtenAtMs.get(fact.fingerprint);
      if (writtenAtMs === undefined || nowMs - writtenAtMs >= REFRESH_MS)
        changes.push({ kind: 'fire', fact });
    }
    if (extent === 'all') this.#supposed.delete(owner);
    const endable = { all: this.#byOwner.get(owner), known: this.#supposed.get(owner), more: undefined };
    const held = [...(endable[extent] ?? [])];
    const over = held.filter((fingerprint) => !named.has(fingerprint));
    for (const fingerprint of over) {
      if (this.#isLastHolder(owner, fingerprint)) changes.push({ kind: 'resolve', fingerprint, headline });
      this.#drop(owner, fingerprint); // at once: two owners that let go together must not wait for each other
    }
    for (const fact of facts) this.#hold(owner, fact.fingerprint);
    if (changes.length === 0) return;
    try {
      await this.#journal.tell(changes, this.#clock.now());
    } catch (cause) {
      for (const fingerprint of over) this.#hold(owner, fingerprint); // still firing: the next pass tries again
      throw cause;
    }
    for (const change of changes) {
      if (change.kind === 'fire') this.#writtenAtMs.set(change.fact.fingerprint, nowMs);
    }
    this.#onTold();
  }

  #hold(owner: string, fingerprint: string): void {
    entry(this.#holders, fingerprint).add(owner);
    entry(this.#byOwner, owner).add(fingerprint);
  }

  #drop(owner: string, fingerprint: string): void {
    const holders = this.#holders.get(fingerprint);
    holders?.delete(owner);
    if (holders?.size === 0) {
      this.#holders.delete(fingerprint);
      this.#writtenAtMs.delete(fingerprint);
    }
    const held = this.#byOwner.get(owner);
    held?.delete(fingerprint);
    if (held?.size === 0) this.#byOwner.delete(owner);
  }

  #isLastHolder(owner: string, fingerprint: string): boolean {
    const holders = this.#holders.get(fingerprint);
    return holders !== undefined && holders.size === 1 && holders.has(owner);
  }
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key);
  if (set === undefined) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}
