/**
 * What the provider may do wrong, as data of the world. Rates are 0 to 1 and drawn from the world's generator.
 * Names are those of the control API, so that a search for one finds its meaning, its draw and its documentation.
 */
export type FaultSettings = {
  /** Every request takes so long; its effect happens somewhere in between. */
  latency_ms: number;
  /** Rate: the connection is destroyed before any effect. */
  lost_request: number;
  /** Rate: the effect happens, the connection is destroyed. */
  lost_response: number;
  /** Rate: 5xx without an effect. */
  error_before_effect: number;
  /** Rate: 5xx after the effect. */
  error_after_effect: number;
  /** Rate: 200 with a body that cannot be parsed or has wrong types, after the effect. */
  garbage: number;
  /** Rate: balance and transactions as they were before the newest credit. */
  stale_balance: number;
  /** Rate: a card credit's row shows only `ledger_delay_ms` later; the balance is up at once. */
  delayed_ledger_rows: number;
  /** Real milliseconds. */
  ledger_delay_ms: number;
  /** True: `total_credited` leaves out the credits whose rows are still hidden, so the answer contradicts itself. */
  torn_totals: boolean;
  /** Rate: a 429 that no limiter asked for. */
  rate_limited: number;
  /** Rate: a 401 for a good token. */
  unauthorized: number;
  /** How long an Idempotency-Key is remembered, in real milliseconds (Stripe: at least 24 h). */
  key_retention_ms: number;
  /** Rate at which a decline is remembered under its key. */
  decline_caching: number;
  /** `balance_only`: a successful funding answers without `payment_intent_id` (the real answer is undocumented). */
  fund_answer: 'full' | 'balance_only';
};

export function noFaults(): FaultSettings {
  return {
    latency_ms: 0,
    lost_request: 0,
    lost_response: 0,
    error_before_effect: 0,
    error_after_effect: 0,
    garbage: 0,
    stale_balance: 0,
    delayed_ledger_rows: 0,
    ledger_delay_ms: 5_000,
    torn_totals: false,
    rate_limited: 0,
    unauthorized: 0,
    key_retention_ms: 86_400_000,
    decline_caching: 1,
    fund_answer: 'full',
  };
}
