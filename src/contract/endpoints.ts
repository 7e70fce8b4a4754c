/**
 * The endpoint table: every provider call that purser knows, one row each.
 * A row has a function of the same name in `modelslab/<group>.ts` and a handler of the same name in
 * `sandbox/provider/<group>.ts`. Paths are relative to the base URL; `{id}` is the only placeholder.
 *
 * Sources: the seed's "API Endpoints Reference" (34 rows) and the API sheet (login, refresh, me, usage).
 */

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Rate limiter that a call counts against; see {@link ../contract/limits.ts}. */
export type RateClass = 'auth' | 'billing' | 'general';

export type Endpoint = {
  readonly method: Method;
  readonly path: string;
  readonly rate: RateClass;
  /** True where a 2xx answer can mean that a card was charged or a balance was paid out. */
  readonly movesMoney: boolean;
  readonly source: 'seed' | 'sheet';
};

const get = (path: string, rate: RateClass = 'general', source: Endpoint['source'] = 'seed') =>
  ({ method: 'GET', path, rate, movesMoney: false, source }) as const;
const write = (method: Exclude<Method, 'GET'>, path: string, rate: RateClass = 'billing') =>
  ({ method, path, rate, movesMoney: false, source: 'seed' }) as const;
const money = (method: Exclude<Method, 'GET'>, path: string) =>
  ({ method, path, rate: 'billing', movesMoney: true, source: 'seed' }) as const;
const auth = (path: string) =>
  ({ method: 'POST', path, rate: 'auth', movesMoney: false, source: 'sheet' }) as const;

export const ENDPOINTS = {
  getBillingOverview: get('/billing/overview'),
  getStripeConfig: get('/billing/stripe-config'),
  createSetupIntent: write('POST', '/billing/setup-intent'),
  createPaymentLink: write('POST', '/billing/payment-link'),
  listPaymentMethods: get('/billing/payment-methods', 'billing'),
  addPaymentMethod: write('POST', '/billing/payment-methods'),
  setDefaultPaymentMethod: write('PUT', '/billing/payment-methods/{id}/default'),
  removePaymentMethod: write('DELETE', '/billing/payment-methods/{id}'),
  getBillingInfo: get('/billing/info'),
  updateBillingInfo: write('PUT', '/billing/info', 'general'),
  listInvoices: get('/billing/invoices'),
  getInvoice: get('/billing/invoices/{id}'),
  getInvoicePdf: get('/billing/invoices/{id}/pdf'),
  getWalletBalance: get('/wallet/balance'),
  listWalletTransactions: get('/wallet/transactions'),
  fundWallet: money('POST', '/wallet/fund'),
  confirmWalletCheckout: write('POST', '/wallet/confirm-checkout'),
  enableAutoFunding: write('PUT', '/wallet/auto-funding'),
  disableAutoFunding: write('DELETE', '/wallet/auto-funding'),
  withdraw: money('POST', '/wallet/withdraw'),
  validateCoupon: get('/wallet/coupons/validate'),
  redeemCoupon: money('POST', '/wallet/coupons/redeem'),
  getPaymentStatus: get('/payments/{id}/status'),
  listPlans: get('/subscriptions/plans'),
  listSubscriptions: get('/subscriptions'),
  createSubscription: money('POST', '/subscriptions'),
  confirmSubscriptionCheckout: write('POST', '/subscriptions/confirm-checkout'),
  getSubscriptionStatus: get('/subscriptions/{id}/status'),
  updateSubscription: money('PUT', '/subscriptions/{id}'),
  pauseSubscription: write('POST', '/subscriptions/{id}/pause'),
  resumeSubscription: money('POST', '/subscriptions/{id}/resume'),
  resetSubscriptionCycle: money('POST', '/subscriptions/{id}/reset-cycle'),
  chargeSubscriptionAmount: money('POST', '/subscriptions/charge-amount'),
  fixPayment: money('POST', '/subscriptions/{id}/fix-payment'),

  login: auth('/auth/login'),
  refreshToken: auth('/auth/refresh'),
  getMe: get('/me', 'general', 'sheet'),
  getUsageSummary: get('/usage/summary', 'general', 'sheet'),
  getUsageProducts: get('/usage/products', 'general', 'sheet'),
  getUsageHistory: get('/usage/history', 'general', 'sheet'),
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof ENDPOINTS;
