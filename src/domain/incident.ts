import type { AccountName, IntentId } from './ids.ts';
import type { Cents } from './money.ts';
import { type EpochMs, HOUR_MS } from './time.ts';

export type Severity = 'critical' | 'warning' | 'info';

/** Message types of the signed webhook (operations.md, "Incidents"). */
export const INCIDENT_TYPES = [
  'wallet.low',
  'charge.succeeded',
  'charge.declined',
  'charge.outcome_unknown',
  'payment.action_required',
  'cap.reached',
  'subscription.past_due',
  'subscription.repaired',
  'purser.degraded',
] as const;
export type IncidentType = (typeof INCIDENT_TYPES)[number];

/**
 * A fact that people are told about. `fire` opens or refreshes the incident of that fingerprint; `acknowledge` is a
 * person's word that it is being looked after; `resolve` closes it where it is open and is nothing otherwise; `notice` is
 * a message of its own, with no end.
 */
export type IncidentChange =
  | { readonly kind: 'fire'; readonly fact: IncidentFact }
  | { readonly kind: 'notice'; readonly fact: IncidentFact }
  | { readonly kind: 'acknowledge'; readonly fingerprint: string; readonly note: string | null }
  /** `headline` says how it ended; `null` keeps the one that it fired with. */
  | { readonly kind: 'resolve'; readonly fingerprint: string; readonly headline: string | null };

export type IncidentFact = {
  readonly type: IncidentType;
  readonly severity: Severity;
  /** One per thing that is wrong, stable across restarts: "charge.declined/render-eu". */
  readonly fingerprint: string;
  readonly account: AccountName | null;
  readonly intentId: IntentId | null;
  readonly amountCents: Cents | null;
  /** One line: "render-eu: charge declined, $3.10 left (~2 h)". */
  readonly headline: string;
  /** What purser did and will do next. */
  readonly detail: string;
  /** The provider's request id, where one is known. */
  readonly requestId: string | null;
  /** Where a person can pay; only receivers that asked for payment links are sent the address. */
  readonly pay?: PayLink;
};

export type PayLink = { readonly url: string; readonly expiresAt: EpochMs };

export type IncidentState = {
  readonly fingerprint: string;
  readonly fact: IncidentFact;
  readonly status: 'firing' | 'acknowledged' | 'resolved';
  readonly startedAt: EpochMs;
  readonly resolvedAt: EpochMs | null;
  /** When the last message about it was put in the outbox. */
  readonly toldAt: EpochMs;
  /** The gravest that people were told of since it began. */
  readonly toldSeverity: Severity;
  /** While it is acknowledged. */
  readonly acknowledgement: Acknowledgement | null;
};

export type Acknowledgement = { readonly at: EpochMs; readonly note: string | null };

/** No wait for a receiver is longer: one that says so was written by a clock that was ahead. */
export const DELIVERY_WAIT_MAX_MS = 2 * HOUR_MS;

/** A message in the outbox. `id` is the dedupe id: the same in every attempt and after every restart. */
export type OutboxMessage = {
  readonly id: string;
  readonly status: Telling;
  readonly fact: IncidentFact;
  readonly at: EpochMs;
  readonly startedAt: EpochMs;
  /** What a person said who acknowledged it; only messages of that status have one. */
  readonly note?: string;
};

export type Telling = 'firing' | 'acknowledged' | 'resolved' | 'notice';

/** Why a delivery failed. Short and few: they are label values of `purser_notifications_failed_total`. */
export const FAILURE_REASONS = [
  'connect',
  'timeout',
  'target_refused',
  'redirect',
  'rate_limited',
  'client_error',
  'server_error',
  'gone',
  'misconfigured',
  'too_old',
  'not_configured',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];
