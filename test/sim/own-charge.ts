import type { Asker } from './asker.ts';
import type { Order, OrderBook } from './order-book.ts';
import type { Wishes } from './plan.ts';
import type { WireCall } from './wire-call.ts';

/** Of an intent. `need` is what its key should be made of: the anchor it saw, and the how-manieth attempt. */
export type FirstPost = {
  readonly need: string;
  readonly kind: string;
  readonly wishes: Wishes;
  /** Up to which balance somebody asked for it: the policy, or an agent. Whoever orders a top-up asks for none. */
  readonly floorCents: number;
  /** Who ordered this very one; `null` is the policy, or nobody. */
  readonly order: Order | null;
  /** The accounts that were not in the config then. */
  readonly away: ReadonlySet<string>;
  readonly atMs: number;
  /** When it was decided. A disk may keep it from leaving for hours, and then let go of it. */
  readonly decidedAtMs: number;
};

/** No key is sent when it is as old: an arming of before that is one by another clock. */
const WAITS_MAX_MS = 36 * 3_600_000;

export type OwnCharge = {
  readonly account: string;
  readonly key: string;
  readonly kind: string;
  readonly cents: number;
  readonly atMs: number;
  /** Since when its database may know of it: where it was told that its holder is asked, from then on. */
  readonly knowableAtMs: number;
  /** When the POST left that made it. */
  readonly askedAtMs: number;
  readonly payment: string;
  readonly lineage: string;
  readonly first: FirstPost | null;
  readonly isHonest: boolean;
  /** A person confirmed it, and its database was never told that there was anything to confirm. */
  readonly isUnheard: boolean;
  /** The one that the request named; `null` where it names none. */
  readonly subscription: number | null;
  /** The group is all accounts but the first. */
  readonly isInGroup: boolean;
};

/** Why something happens at the provider: a request of a machine, or a person. */
export type Cause = {
  readonly call: WireCall | null;
  readonly machine?: Asker;
  readonly id?: string;
  /** The network delivered it twice. */
  readonly isCopy?: boolean;
};

/** A POST: of which database, what that one knew by then, when it left, and when its intent left first. */
export type Sender = {
  readonly lineage: string;
  readonly knew: ReadonlySet<string>;
  readonly atMs: number;
  readonly first: FirstPost | null;
};

export type Told = Cause & {
  readonly lineage: string;
  readonly payment: string;
  readonly knew: ReadonlySet<string>;
  readonly askedAtMs: number;
  readonly isUnheard: boolean;
  readonly first: FirstPost | null;
};

function needOf(doc: unknown): string {
  if (typeof doc !== 'object' || doc === null || !('anchor' in doc) || !('attempt' in doc)) return 'unknown';
  return `${String(doc.anchor)}/${String(doc.attempt)}`;
}

/** What a POST is to be judged by, when its intent leaves for the first time. */
export function firstPostOf(
  doc: unknown,
  by: { readonly asker: Asker; readonly account: string; readonly armedAtMs: number; readonly atMs: number },
  orders: OrderBook,
): FirstPost {
  const { asker, account, armedAtMs, atMs } = by;
  const wishes = asker.loosestSince(armedAtMs);
  const isOrdered = isByHand(doc);
  const asked = { machine: asker.name, account, armedAtMs };
  return {
    need: needOf(doc),
    kind: kindOf(doc),
    wishes,
    floorCents: isOrdered ? Number.POSITIVE_INFINITY : Math.max(wishes.minCents, orders.floorCents(asked)),
    order: isOrdered ? orders.fundOf({ ...asked, amountCents: amountOf(doc) }) : null,
    away: new Set(asker.away),
    atMs,
    decidedAtMs: atMs - armedAtMs > WAITS_MAX_MS ? atMs : armedAtMs,
  };
}

/** What was charged for the same order under another key; `null` is nothing. */
export function orderedBefore(
  first: FirstPost | null,
  key: string,
  charges: readonly OwnCharge[],
): OwnCharge | null {
  const keys = first?.order?.keys ?? new Set();
  return charges.find((one) => one.key !== key && keys.has(one.key)) ?? null;
}

/** Whether somebody ordered that very intent. */
export function isByHand(doc: unknown): boolean {
  return typeof doc === 'object' && doc !== null && 'origin' in doc && doc.origin === 'hand';
}

function amountOf(doc: unknown): number {
  return typeof doc === 'object' && doc !== null && 'amountCents' in doc ? Number(doc.amountCents) : 0;
}

/** Of an intent as it stands in the database. */
export function kindOf(doc: unknown): string {
  return typeof doc === 'object' && doc !== null && 'kind' in doc ? String(doc.kind) : 'unknown';
}
