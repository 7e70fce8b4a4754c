import type { FailureReason, OutboxMessage } from '../domain/incident.ts';
import type { EpochMs } from '../domain/time.ts';

/** Where messages go: one configured receiver, open until `close`. */
export interface Receiver {
  readonly integration: 'slack' | 'webhook';
  /** Makes one POST. `now` signs it; the message's id stays the same in every attempt. Never rejects. */
  deliver(message: OutboxMessage, now: EpochMs): Promise<DeliveryOutcome>;
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
