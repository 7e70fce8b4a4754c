import type { RateClass } from './endpoints.ts';

/** Amounts are US cents. Sources: seed, "Fund Wallet", "Auto-Recharge", "Other Subscription Actions". */
export const TOP_UP_MIN_CENTS = 1_000;
export const AUTO_FUNDING_AMOUNT_MIN_CENTS = 500;
export const AUTO_FUNDING_THRESHOLD_MIN_CENTS = 100;
export const CHARGE_AMOUNT_MIN_CENTS = 500;
export const CHARGE_AMOUNT_MAX_CENTS = 1_000_000;

/** Page size of `GET /wallet/transactions` (seed, "Wallet Transactions"). */
export const TRANSACTIONS_PAGE_DEFAULT = 50;
export const TRANSACTIONS_PAGE_MAX = 200;

/** Requests per minute: `auth` per IP and e-mail, the others per IP and user (API sheet, "Rate limits"). */
export const RATE_LIMITS_PER_MINUTE: Readonly<Record<RateClass, number>> = {
  auth: 20,
  billing: 15,
  general: 120,
};

/** API sheet, "Idempotency": how long a key is remembered is unknown; Stripe keeps at least 24 h. */
export const IDEMPOTENCY_KEY_HORIZON_MS = 23 * 3_600_000;
