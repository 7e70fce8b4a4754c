import type { FailureReason, IncidentState, OutboxMessage } from '../domain/incident.ts';
import type { ReceiverSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';

/** Where messages go: one configured receiver, open until `close`. */
export interface Receiver {
  readonly integration: ReceiverSpec['kind'];
  /** Tells it. `now` signs it; the message's id stays the same in every attempt. Never rejects for what a network does. */
  deliver(message: OutboxMessage, now: EpochMs): Promise<DeliveryOutcome>;
  /** The same for messages with one `burstKey`, told as one; receivers that have none take them one by one. */
  deliverBurst?(messages: readonly OutboxMessage[], now: EpochMs): Promise<DeliveryOutcome>;
  /** For receivers that forget what they are not told again: all that holds of what it was told, once a minute. */
  refresh?(open: readonly IncidentState[], now: EpochMs): Promise<DeliveryOutcome>;
  close(): Promise<void>;
}

/**
 * - `brief`: may pass within seconds (no connection, a timeout, 408, 425, 409, 5xx).
 * - `busy`: 429; it said, or we guess, when to come back.
 * - `rejected`: this one message is not taken (400, 413, 415, 422); others may be.
 * - `wrong`: nobody is there until a person mends something (other 4xx, a redirect, a forbidden target).
 * - `gone`: 410; the receiver wants no more.
 */
export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'brief' | 'busy' | 'rejected' | 'wrong' | 'gone';
      readonly reason: FailureReason;
      /** For people: "503", "ECONNREFUSED". Carries no secret and no text of the other side. */
      readonly detail: string;
      readonly retryAfterMs: number | null;
    };

export type DeliveryFailure = Exclude<DeliveryOutcome, { readonly kind: 'delivered' }>;
