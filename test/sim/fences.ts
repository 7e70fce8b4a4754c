import type { Asker } from './asker.ts';
import type { Copies } from './copies.ts';
import type { OwnCharge } from './own-charge.ts';

const HOUR_MS = 3_600_000;
/** A decision may have been made on answers of so long ago. */
const SEEN_MS = 5 * 60_000;
const PROBATION_MS = 72 * HOUR_MS;
const ONE_CHARGE_MS = 24 * HOUR_MS;

/** A charge or a refund that no page showed, or the refund of such a charge, is the limit of what a reader of pages can know. */
type Breach = {
  readonly fence: 'fence 3' | 'fence 5' | 'charge_hidden' | 'refund_hidden';
  readonly sentence: string;
};
type Refund = {
  readonly atMs: number;
  readonly own: OwnCharge;
  /** Whether debits that could be read have come since then, and whether one page showed it. */
  read: 'never' | 'hidden' | 'shown';
};

/** Whoever was paid back or is new is charged nothing new, or little (charging.md, fences 3 and 5). */
export class Fences {
  readonly #quarantineMs: number;
  /** Whether a POST is in the journal of that database, its own or copied with it. */
  readonly #holdsPost: Copies['holdsPost'];
  /** By account: charges of that database that were taken back, and nobody has looked yet. */
  readonly #refunds = new Map<string, Refund[]>();
  readonly #lookedAfterAtMs = new Map<string, number>();

  constructor(options: { readonly quarantineMs: number; readonly copies: Copies }) {
    this.#quarantineMs = options.quarantineMs;
    this.#holdsPost = (lineage, post) => options.copies.holdsPost(lineage, post);
  }

  refunded(own: OwnCharge, atMs: number): void {
    this.#refunds.set(own.account, [...this.#of(own.account), { atMs, own, read: 'never' }]);
  }

  debitsRead(account: string, lineage: string, bodyText: string): void {
    if (!isList(bodyText)) return;
    for (const refund of this.#of(account)) {
      if (!this.#holdsPost(lineage, refund.own) || refund.read === 'shown') continue;
      refund.read = bodyText.includes(refund.own.payment) ? 'shown' : 'hidden';
    }
  }

  #of(account: string): readonly Refund[] {
    return this.#refunds.get(account) ?? [];
  }

  lookedAfter(account: string, atMs: number): void {
    this.#refunds.delete(account);
    this.#lookedAfterAtMs.set(account, atMs);
  }

  /** When a person last said that the ledger is to be believed as it is. */
  letGoAtMs(account: string): number {
    return this.#lookedAfterAtMs.get(account) ?? 0;
  }

  /** What forbids that `asker` sends `key` for the first time. */
  breaches(
    asker: Asker,
    post: {
      readonly account: string;
      readonly key: string;
      /** What was armed before a charge was taken back may go out after it. */
      readonly armedAtMs: number;
      readonly atMs: number;
      /** Whether its intent was released on pages from before it. */
      readonly isUnknown: (own: OwnCharge) => boolean;
      /** Somebody ordered it, and does not wait for debits that cannot be read. */
      readonly isOrdered: boolean;
    },
    /** The charges of that kind, of this account and database, and when each first left. */
    charged: readonly { readonly own: OwnCharge; readonly atMs: number }[],
  ): readonly Breach[] {
    const { account, key, armedAtMs, atMs } = post;
    const found: Breach[] = [];
    const refunds = this.#of(account).filter(
      ({ own, atMs: tookBackAtMs }) =>
        this.#holdsPost(asker.lineage, own) && armedAtMs - tookBackAtMs > SEEN_MS,
    );
    if (refunds.length > 0)
      found.push({
        fence: refunds.every(
          ({ own, read }) => read === 'hidden' || post.isUnknown(own) || (post.isOrdered && read === 'never'),
        )
          ? 'refund_hidden'
          : 'fence 5',
        sentence: `${key} was armed after a charge of its own was taken back`,
      });
    const ageMs = atMs - (asker.bornAtMs ?? Number.NEGATIVE_INFINITY);
    if (ageMs < this.#quarantineMs - SEEN_MS)
      found.push({ fence: 'fence 3', sentence: `${key} left while the journal was only to watch` });
    else if (this.#quarantineMs > 0 && ageMs < this.#quarantineMs + PROBATION_MS) {
      const ofToday = charged.filter((one) => atMs - one.atMs < ONE_CHARGE_MS - SEEN_MS);
      const sentence = `${key} is the second charge in a day of a new journal`;
      const isHidden = ofToday.every(({ own }) => post.isUnknown(own));
      if (ofToday.length > 0) found.push({ fence: isHidden ? 'charge_hidden' : 'fence 3', sentence });
    }
    return found;
  }
}

function isList(bodyText: string): boolean {
  try {
    return Array.isArray(JSON.parse(bodyText)?.data?.items);
  } catch {
    return false;
  }
}
