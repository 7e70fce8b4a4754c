import { MINUTE_MS } from '../../src/domain/time.ts';
import type { Account } from '../../src/sandbox/provider/account.ts';
import { subscriptionOnTheWire } from '../../src/sandbox/provider/subscriptions.ts';

type List = readonly unknown[];
type Seen = { readonly text: string; readonly before: List | null; readonly changedAtMs: number };

/** A list of ten minutes ago is late; of what is older nobody serves a cache. */
const BEHIND_MAX_MS = 10 * MINUTE_MS;

/** What lists of subscriptions have said, for those that are served from before their last change. */
export class ListBook {
  readonly #seen = new Map<string, Seen>();

  note({ name, subscriptions }: Account, atMs: number): void {
    const text = JSON.stringify(subscriptions.map(subscriptionOnTheWire));
    const known = this.#seen.get(name);
    if (known?.text === text) return;
    const before = known === undefined ? null : (JSON.parse(known.text) as List); // what was written above
    this.#seen.set(name, { text, before, changedAtMs: atMs });
  }

  /** The list as it was before its last change, where that was just now. */
  behind({ name }: Account, atMs: number): List | null {
    const known = this.#seen.get(name);
    return known !== undefined && atMs - known.changedAtMs < BEHIND_MAX_MS ? known.before : null;
  }
}
