import type { OutboxMessage } from '../domain/incident.ts';
import type { EpochMs } from '../domain/time.ts';

/** One message on its way to one receiver. `attempts` counts the failures so far. */
export type Delivery = {
  readonly message: OutboxMessage;
  readonly receiver: string;
  readonly attempts: number;
  /** What it may be told together with (`burstKey`). */
  readonly burst: string | null;
};

export type Stranded = Pick<Delivery, 'message' | 'receiver'>;

/** A delivery waits up to `waitMs` for others with its key, counted from the first of them. */
export type Gathering = { readonly key: string; readonly waitMs: number };

/** Messages are written in the transaction of the fact they tell; this is how they leave. */
export interface Outbox {
  /** Messages no receiver has been chosen for yet, oldest first. */
  unrouted(limit: number): Promise<readonly OutboxMessage[]>;
  /** Who was told, or is to be, of the same incident since it began. */
  toldBefore(message: Pick<OutboxMessage, 'fact' | 'startedAt'>): Promise<readonly string[]>;
  /** Chooses the receivers of a message, once; an empty list closes it. `gathering` is by receiver. */
  route(
    messageId: string,
    receivers: readonly string[],
    now: EpochMs,
    gathering?: ReadonlyMap<string, Gathering>,
  ): Promise<void>;
  /**
   * Deliveries that are due, oldest first. A delivery is not due while an older one to the same receiver with the
   * same fingerprint is still to be made (else "resolved" overtakes "firing"), and `limit` counts per receiver
   * (else the backlog of a dead receiver hides the others').
   */
  due(now: EpochMs, limit: number): Promise<readonly Delivery[]>;
  /** Deliveries still to be made to others than these receivers, due or not, oldest first. */
  stranded(receivers: readonly string[], limit: number): Promise<readonly Stranded[]>;
  /**
   * Gives up a delivery to a receiver that is not in the config any more, and begins those to `receivers`, both or neither.
   * Passed over is who has the message already, or a later one of the same fingerprint: the order would be wrong. Says
   * who is left.
   */
  move(
    stranded: Stranded,
    receivers: readonly string[],
    now: EpochMs,
    gathering?: ReadonlyMap<string, Gathering>,
  ): Promise<readonly string[]>;
  delivered(messageId: string, receiver: string, now: EpochMs): Promise<void>;
  /** Keeps the delivery and tries again at `nextAt`; `null` gives it up (410, too old). */
  failed(messageId: string, receiver: string, nextAt: EpochMs | null, reason: string): Promise<void>;
  /** Deliveries not made yet, by receiver. */
  queueLengths(): Promise<ReadonlyMap<string, number>>;
}
