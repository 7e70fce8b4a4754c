import { expect } from 'vitest';
import { type PaymentMethodId, parseProviderId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import {
  addPaymentMethod,
  createPaymentLink,
  createSetupIntent,
  getBillingOverview,
  getStripeConfig,
  listPaymentMethods,
  removePaymentMethod,
  setDefaultPaymentMethod,
} from '../../src/modelslab/billing.ts';
import { getBillingInfo, updateBillingInfo } from '../../src/modelslab/billing-info.ts';
import { getInvoice, getInvoicePdf, listInvoices } from '../../src/modelslab/invoices.ts';
import { fundWallet } from '../../src/modelslab/wallet.ts';
import { freshCard, okValue, type Stage, type Walk } from './endpoint-stage.ts';

export const NO_CARD = parseProviderId<PaymentMethodId>('pm_nobody') as PaymentMethodId; // a literal with that pattern
const BY_FUND = { purpose: 'fund', amountCents: cents(5_000) } as const;

/** A call that is refused because the token is no longer good: the one failure that every read has. */
export function expired<T>(run: (stage: Stage) => Promise<T>) {
  return {
    shows: 'a token that has expired',
    run: async (stage: Stage) => {
      await stage.patch({ expire_token: true });
      return run(stage);
    },
    expect: { reason: 'unauthorized', status: 401 },
  } as const;
}

async function firstInvoiceId(stage: Stage): Promise<string> {
  const card = await stage.card();
  okValue(
    await fundWallet(stage.client, stage.caller, { amountCents: cents(5_000), paymentMethodId: card.id }),
  );
  const [invoice] = okValue(await listInvoices(stage.client, stage.caller));
  return String(invoice?.['id']);
}

const overview = ({ client, caller }: Stage) => getBillingOverview(client, caller);
const stripeConfig = ({ client, caller }: Stage) => getStripeConfig(client, caller);
const setupIntent = ({ client, caller }: Stage) => createSetupIntent(client, caller);
const cards = ({ client, caller }: Stage) => listPaymentMethods(client, caller);
const info = ({ client, caller }: Stage) => getBillingInfo(client, caller);
const invoices = ({ client, caller }: Stage) => listInvoices(client, caller);

export const BILLING_WALKS = {
  getBillingOverview: {
    works: { shows: 'the wallet balance', run: overview, expect: { currency: 'USD' } },
    fails: expired(overview),
  },
  getStripeConfig: {
    works: {
      shows: 'the publishable key',
      run: stripeConfig,
      expect: { publishableKey: expect.stringMatching(/^pk_test_/) },
    },
    fails: expired(stripeConfig),
  },
  createSetupIntent: {
    works: {
      shows: 'an intent with its client secret',
      run: setupIntent,
      expect: { setupIntentId: expect.stringMatching(/^seti_/), clientSecret: expect.any(Secret) },
    },
    fails: expired(setupIntent),
  },
  createPaymentLink: {
    works: {
      shows: 'a page for $50.00',
      run: ({ client, caller }) => createPaymentLink(client, caller, BY_FUND),
      expect: {
        paymentUrl: expect.stringMatching(/^http/),
        sessionId: expect.stringMatching(/^cs_/),
        expiresAt: expect.any(Number),
      },
    },
    fails: {
      shows: '$9.99',
      run: ({ client, caller }) => createPaymentLink(client, caller, { ...BY_FUND, amountCents: cents(999) }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
  listPaymentMethods: {
    works: {
      shows: 'two cards, one of them the default',
      run: cards,
      expect: [
        { brand: 'visa', last4: '4242', isDefault: true },
        { brand: 'mastercard', last4: '4444', isDefault: false },
      ],
    },
    fails: expired(cards),
  },
  addPaymentMethod: {
    works: {
      shows: 'a card that Stripe has just made',
      run: async (stage) => {
        const paymentMethodId = await freshCard(stage);
        return addPaymentMethod(stage.client, stage.caller, { paymentMethodId, makeDefault: true });
      },
      expect: { last4: '4242', is_default: true },
    },
    fails: {
      shows: 'an id that Stripe never made',
      run: ({ client, caller }) =>
        addPaymentMethod(client, caller, { paymentMethodId: NO_CARD, makeDefault: true }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
  setDefaultPaymentMethod: {
    works: {
      shows: 'a saved card',
      run: async (stage) => {
        const paymentMethodId = (await stage.card()).id;
        return setDefaultPaymentMethod(stage.client, stage.caller, { paymentMethodId });
      },
      expect: { is_default: true },
    },
    fails: {
      shows: 'an unknown card',
      run: ({ client, caller }) => setDefaultPaymentMethod(client, caller, { paymentMethodId: NO_CARD }),
      expect: { reason: 'not_found', status: 404 },
    },
  },
  removePaymentMethod: {
    works: {
      shows: 'a saved card',
      run: async (stage) => {
        const paymentMethodId = (await stage.card()).id;
        okValue(await removePaymentMethod(stage.client, stage.caller, { paymentMethodId }));
        const left = okValue(await listPaymentMethods(stage.client, stage.caller));
        expect(left).toHaveLength(1);
        return setDefaultPaymentMethod(stage.client, stage.caller, {
          paymentMethodId: left[0]?.id ?? NO_CARD,
        });
      },
      expect: { last4: '4444' },
    },
    fails: {
      shows: 'an unknown card',
      run: ({ client, caller }) => removePaymentMethod(client, caller, { paymentMethodId: NO_CARD }),
      expect: { reason: 'not_found', status: 404 },
    },
  },
  getBillingInfo: {
    works: { shows: 'name and address', run: info, expect: { name: expect.any(String), tax_id: null } },
    fails: expired(info),
  },
  updateBillingInfo: {
    works: {
      shows: 'a name and a city',
      run: async ({ client, caller }) => {
        const change = { name: 'Acme Corp', address_city: 'San Francisco' };
        okValue(await updateBillingInfo(client, caller, { info: change }));
        return getBillingInfo(client, caller);
      },
      expect: { name: 'Acme Corp', address_city: 'San Francisco' },
    },
    fails: {
      shows: 'a tax id without its type',
      run: ({ client, caller }) => updateBillingInfo(client, caller, { info: { tax_id: 'EU123456789' } }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
  listInvoices: {
    works: {
      shows: 'the invoice of a top-up',
      run: async (stage) => {
        await firstInvoiceId(stage);
        return invoices(stage);
      },
      expect: [{ amount: 50, currency: 'usd' }],
    },
    fails: expired(invoices),
  },
  getInvoice: {
    works: {
      shows: 'the invoice of a top-up',
      run: async (stage) =>
        getInvoice(stage.client, stage.caller, { invoiceId: await firstInvoiceId(stage) }),
      expect: { amount: 50, currency: 'usd' },
    },
    fails: {
      shows: 'an unknown invoice',
      run: ({ client, caller }) => getInvoice(client, caller, { invoiceId: 'in_nobody' }),
      expect: { reason: 'not_found', status: 404 },
    },
  },
  getInvoicePdf: {
    works: {
      shows: 'the address of a PDF',
      run: async (stage) =>
        getInvoicePdf(stage.client, stage.caller, { invoiceId: await firstInvoiceId(stage) }),
      expect: { url: expect.stringMatching(/\.pdf$/) },
    },
    fails: {
      shows: 'an unknown invoice',
      run: ({ client, caller }) => getInvoicePdf(client, caller, { invoiceId: 'in_nobody' }),
      expect: { reason: 'not_found', status: 404 },
    },
  },
} satisfies Record<string, Walk>;
