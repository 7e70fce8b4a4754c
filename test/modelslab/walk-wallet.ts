import { expect } from 'vitest';
import { type PaymentIntentId, parseProviderId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { createPaymentLink } from '../../src/modelslab/billing.ts';
import { redeemCoupon, validateCoupon } from '../../src/modelslab/coupons.ts';
import { getPaymentStatus } from '../../src/modelslab/payments.ts';
import {
  confirmWalletCheckout,
  disableAutoFunding,
  enableAutoFunding,
  fundWallet,
  getWalletBalance,
  listWalletTransactions,
  withdraw,
} from '../../src/modelslab/wallet.ts';
import { okValue, type Stage, type Walk } from './endpoint-stage.ts';
import { expired } from './walk-billing.ts';

const NO_PAYMENT = parseProviderId<PaymentIntentId>('pi_nobody') as PaymentIntentId; // a literal with that pattern

const balance = ({ client, caller }: Stage) => getWalletBalance(client, caller);
const disable = ({ client, caller }: Stage) => disableAutoFunding(client, caller);

async function fund(stage: Stage, amount: number) {
  const card = await stage.card();
  return fundWallet(stage.client, stage.caller, { amountCents: cents(amount), paymentMethodId: card.id });
}

async function openLink({ client, caller }: Stage): Promise<string> {
  const link = await createPaymentLink(client, caller, { purpose: 'fund', amountCents: cents(5_000) });
  return okValue(link).sessionId;
}

async function firstPayment({ client, caller }: Stage): Promise<PaymentIntentId> {
  const { rows } = okValue(await listWalletTransactions(client, caller, { type: 'credit' }));
  return parseProviderId<PaymentIntentId>(rows[0]?.transactionId ?? '') ?? NO_PAYMENT;
}

export const WALLET_WALKS = {
  getWalletBalance: {
    works: { shows: 'the balance', run: balance, expect: { balanceMicroUsd: expect.any(Number) } },
    fails: expired(balance),
  },
  listWalletTransactions: {
    works: {
      shows: 'a credit, the balance and its totals',
      run: ({ client, caller }) => listWalletTransactions(client, caller, { type: 'credit', limit: 200 }),
      expect: {
        rows: [{ type: 'credit', status: 'success', source: 'stripe', usecase: 'wallet_funding' }],
        total: 1,
        totals: { usedMicroUsd: 0 },
      },
    },
    fails: {
      shows: 'a page of 201 rows',
      run: ({ client, caller }) => listWalletTransactions(client, caller, { limit: 201 }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
  fundWallet: {
    works: {
      shows: '$50.00 by a saved card',
      run: (stage) => fund(stage, 5_000),
      expect: { status: 'succeeded', amount: 50, payment_intent_id: expect.stringMatching(/^pi_/) },
    },
    fails: {
      shows: 'a card without money',
      run: async (stage) => {
        const { id } = await stage.card();
        await stage.patch({ cards: [{ id, behaviour: 'insufficient_funds' }] });
        return fund(stage, 5_000);
      },
      expect: { reason: 'refused', status: 402, code: 'payment_declined' },
    },
  },
  confirmWalletCheckout: {
    works: {
      shows: 'a link that a person has paid',
      run: async (stage) => {
        const sessionId = await openLink(stage);
        await stage.patch({ pay_link: sessionId });
        return confirmWalletCheckout(stage.client, stage.caller, { sessionId });
      },
      expect: { isPaid: true, paymentIntent: expect.stringMatching(/^pi_/) },
    },
    fails: {
      shows: 'a link that nobody has paid yet',
      run: async (stage) =>
        confirmWalletCheckout(stage.client, stage.caller, { sessionId: await openLink(stage) }),
      expect: { reason: 'refused', status: 409 },
    },
  },
  enableAutoFunding: {
    works: {
      shows: '$25.00 below $5.00',
      run: ({ client, caller }) =>
        enableAutoFunding(client, caller, { amountCents: cents(2_500), thresholdCents: cents(500) }),
      expect: { enabled: true },
    },
    fails: {
      shows: '$4.99 below $5.00',
      run: ({ client, caller }) =>
        enableAutoFunding(client, caller, { amountCents: cents(499), thresholdCents: cents(500) }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
  disableAutoFunding: {
    works: { shows: 'at any time', run: disable, expect: { enabled: false } },
    fails: expired(disable),
  },
  withdraw: {
    works: {
      shows: '$5.00 of a reseller',
      run: async (stage) => {
        await stage.patch({ reseller: true });
        return withdraw(stage.client, stage.caller, { amountCents: cents(500) });
      },
      expect: { amount: 5 },
    },
    fails: {
      shows: 'an account that is no reseller',
      run: ({ client, caller }) => withdraw(client, caller, { amountCents: cents(500) }),
      expect: { reason: 'refused', status: 403 },
    },
  },
  validateCoupon: {
    works: {
      shows: 'a coupon that is good, and one that is not',
      run: async ({ client, caller }) => {
        const bad = okValue(await validateCoupon(client, caller, { couponCode: 'SUMMER24' }));
        expect(bad.isValid).toBe(false);
        return validateCoupon(client, caller, { couponCode: 'BONUS20', purchaseCents: cents(5_000) });
      },
      expect: { isValid: true },
    },
    fails: {
      shows: 'no code at all',
      run: ({ client, caller }) => validateCoupon(client, caller, { couponCode: '' }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
  redeemCoupon: {
    works: {
      shows: 'a bonus coupon with a purchase of $50.00',
      run: async (stage) => {
        const { id } = await stage.card();
        const purchase = { paymentMethodId: id, purchaseCents: cents(5_000) };
        return redeemCoupon(stage.client, stage.caller, { couponCode: 'BONUS20', ...purchase });
      },
      expect: { coupon_code: 'BONUS20' },
    },
    fails: {
      shows: 'a coupon that has expired',
      run: ({ client, caller }) => redeemCoupon(client, caller, { couponCode: 'SUMMER24' }),
      expect: { reason: 'refused', status: 422 },
    },
  },
  getPaymentStatus: {
    works: {
      shows: 'the payment of a credit',
      run: async (stage) =>
        getPaymentStatus(stage.client, stage.caller, { paymentIntentId: await firstPayment(stage) }),
      expect: { status: 'succeeded', amountCents: expect.any(Number) },
    },
    fails: {
      shows: 'an unknown payment',
      run: ({ client, caller }) => getPaymentStatus(client, caller, { paymentIntentId: NO_PAYMENT }),
      expect: { reason: 'not_found', status: 404 },
    },
  },
} satisfies Record<string, Walk>;
