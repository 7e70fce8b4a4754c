import type { HandAnswer, HandOrder } from '../../src/domain/hand-order.ts';
import type { Asker } from './asker.ts';

/** What somebody ordered of a process and waits for. */
export type Order = {
  readonly id: string;
  readonly account: string;
  /** The machine; its database may be another one by the time that a charge for it leaves. */
  readonly machine: string;
  readonly order: Extract<HandOrder, { kind: 'fund' | 'ensure' }>;
  readonly placedAtMs: number;
  /** When it was answered, or its process ended. */
  endedAtMs: number | null;
  /** The charges that were made for it: more than one only of an `ensure`. */
  readonly keys: Set<string>;
};

/** A decision may have been made on answers of so long ago, and its first POST may have waited. */
const SLACK_MS = 5 * 60_000;

/** Every order that was placed, and what became of it. */
export class OrderBook {
  readonly orders: Order[] = [];

  place(one: Pick<Order, 'id' | 'account' | 'machine' | 'order' | 'placedAtMs'>): Order {
    const order = { ...one, endedAtMs: null, keys: new Set<string>() };
    this.orders.push(order);
    return order;
  }

  /** Whoever waited for that process is told nothing more. */
  crashed({ name }: Asker, atMs: number): void {
    for (const one of this.orders) if (one.machine === name) one.endedAtMs ??= atMs;
  }

  /** Up to how much somebody wanted in that wallet when a charge was armed; 0 is nobody. */
  floorCents(asked: Asked): number {
    const standing = this.orders.filter((one) => isStanding(one, asked));
    return Math.max(0, ...standing.map(({ order }) => (order.kind === 'ensure' ? order.targetCents : 0)));
  }

  /** Who ordered a top-up of that very amount, which each of them has of their own. */
  fundOf({ amountCents, ...asked }: Asked & { readonly amountCents: number }): Order | null {
    const standing = this.orders.filter((one) => isStanding(one, asked));
    return standing.find(({ order }) => order.kind === 'fund' && order.amountCents === amountCents) ?? null;
  }
}

/** A charge that was armed for that account by that machine. */
type Asked = { readonly machine: string; readonly account: string; readonly armedAtMs: number };

function isStanding(one: Order, { machine, account, armedAtMs }: Asked): boolean {
  const endedAtMs = one.endedAtMs ?? Number.POSITIVE_INFINITY;
  return one.machine === machine && one.account === account && endedAtMs >= armedAtMs - SLACK_MS;
}

/** What an answer says that is not so. `executions` are what the provider has charged under a key. */
export function falseAnswer(
  { order, keys }: Order,
  { outcome, reason }: HandAnswer,
  executions: (key: string) => number,
): string | null {
  if (order.kind !== 'fund') return null;
  const isCharged = [...keys].some((key) => executions(key) > 0);
  if (outcome === 'done' && !isCharged) return `told as done (${reason}), and nothing was charged`;
  if (outcome === 'refused' && isCharged) return `told as refused (${reason}), and it was charged`;
  return null;
}
