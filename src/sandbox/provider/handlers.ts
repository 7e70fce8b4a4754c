import type { EndpointName } from '../../contract/endpoints.ts';
import { login, refreshToken } from './auth.ts';
import {
  createSetupIntent,
  getBillingInfo,
  getBillingOverview,
  getStripeConfig,
  updateBillingInfo,
} from './billing.ts';
import type { Handler } from './call.ts';
import { confirmSubscriptionCheckout, confirmWalletCheckout, createPaymentLink } from './checkout.ts';
import { redeemCoupon, validateCoupon } from './coupons.ts';
import { fundWallet } from './fund.ts';
import { getInvoice, getInvoicePdf, listInvoices } from './invoices.ts';
import { getMe } from './me.ts';
import {
  addPaymentMethod,
  listPaymentMethods,
  removePaymentMethod,
  setDefaultPaymentMethod,
} from './payment-methods.ts';
import { getPaymentStatus } from './payments.ts';
import { listPlans } from './plans.ts';
import {
  chargeSubscriptionAmount,
  fixPayment,
  pauseSubscription,
  resetSubscriptionCycle,
  resumeSubscription,
  updateSubscription,
} from './subscription-actions.ts';
import { createSubscription, getSubscriptionStatus, listSubscriptions } from './subscriptions.ts';
import { getUsageHistory, getUsageProducts, getUsageSummary } from './usage.ts';
import { getWalletBalance, listWalletTransactions } from './wallet.ts';
import { disableAutoFunding, enableAutoFunding, withdraw } from './wallet-actions.ts';

/** Every endpoint of the contract has a handler of its name: a missing one does not compile. */
export const HANDLERS = {
  getBillingOverview,
  getStripeConfig,
  createSetupIntent,
  createPaymentLink,
  listPaymentMethods,
  addPaymentMethod,
  setDefaultPaymentMethod,
  removePaymentMethod,
  getBillingInfo,
  updateBillingInfo,
  listInvoices,
  getInvoice,
  getInvoicePdf,
  getWalletBalance,
  listWalletTransactions,
  fundWallet,
  confirmWalletCheckout,
  enableAutoFunding,
  disableAutoFunding,
  withdraw,
  validateCoupon,
  redeemCoupon,
  getPaymentStatus,
  listPlans,
  listSubscriptions,
  createSubscription,
  confirmSubscriptionCheckout,
  getSubscriptionStatus,
  updateSubscription,
  pauseSubscription,
  resumeSubscription,
  resetSubscriptionCycle,
  chargeSubscriptionAmount,
  fixPayment,
  login,
  refreshToken,
  getMe,
  getUsageSummary,
  getUsageProducts,
  getUsageHistory,
} satisfies Record<EndpointName, Handler>;
