import { expect } from 'vitest';
import { type PlanId, parseProviderId, type SubscriptionId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import type { Subscription } from '../../src/domain/observation.ts';
import { Secret } from '../../src/domain/secret.ts';
import { login, refreshToken } from '../../src/modelslab/auth.ts';
import { createPaymentLink } from '../../src/modelslab/billing.ts';
import {
  chargeSubscriptionAmount,
  confirmSubscriptionCheckout,
  createSubscription,
  fixPayment,
  getSubscriptionStatus,
  listPlans,
  listSubscriptions,
  pauseSubscription,
  resetSubscriptionCycle,
  resumeSubscription,
  updateSubscription,
} from '../../src/modelslab/subscriptions.ts';
import { getMe, getUsageHistory, getUsageProducts, getUsageSummary } from '../../src/modelslab/usage.ts';
import { okValue, type Stage, type Walk } from './endpoint-stage.ts';
import { expired, NO_CARD } from './walk-billing.ts';

// Literals with the pattern of an id.
const BASIC = parseProviderId<PlanId>('41') as PlanId;
const PREMIUM = parseProviderId<PlanId>('43') as PlanId;
const NOBODY = { subscriptionId: parseProviderId<SubscriptionId>(999_999) as SubscriptionId };
const UNKNOWN = { reason: 'not_found', status: 404 } as const;

type Action = typeof fixPayment;

/** An action on the account's one subscription, after it was brought into `status`. */
function acts(action: Action, status: Subscription['status'], after: Subscription['status']) {
  return {
    shows: `a subscription that is ${status}`,
    run: async (stage: Stage) => {
      await stage.patch({ subscription: { status } });
      const { id } = await stage.subscription();
      return action(stage.client, stage.caller, { subscriptionId: id });
    },
    expect: { status: after },
  };
}

function unknown(run: (stage: Stage, nobody: typeof NOBODY) => ReturnType<Action>) {
  return { shows: 'an unknown subscription', run: (stage: Stage) => run(stage, NOBODY), expect: UNKNOWN };
}

/** The provider does not do this to a subscription in that state. */
function cannot(action: Action, status: Subscription['status']) {
  const expected = { reason: 'refused', status: 422, code: 'invalid_subscription_state' } as const;
  return { ...acts(action, status, status), expect: expected };
}

const plans = ({ client, caller }: Stage) => listPlans(client, caller);
const subscriptions = ({ client, caller }: Stage) => listSubscriptions(client, caller);
const me = ({ client, caller }: Stage) => getMe(client, caller);
const summary = ({ client, caller }: Stage) => getUsageSummary(client, caller);
const products = ({ client, caller }: Stage) => getUsageProducts(client, caller);
const openLink = async ({ client, caller }: Stage) =>
  okValue(await createPaymentLink(client, caller, { purpose: 'subscribe', planId: BASIC })).sessionId;

export const SUBSCRIPTION_WALKS = {
  listPlans: {
    works: {
      shows: 'plans with their prices',
      run: plans,
      expect: expect.arrayContaining([
        expect.objectContaining({ id: '42', priceCents: 4_700, period: 'month' }),
      ]),
    },
    fails: expired(plans),
  },
  listSubscriptions: {
    works: {
      shows: 'one that is active',
      run: subscriptions,
      expect: [
        { planId: '42', planName: 'Standard', status: 'active', currentPeriodEnd: expect.any(Number) },
      ],
    },
    fails: expired(subscriptions),
  },
  createSubscription: {
    works: {
      shows: 'a plan by a saved card',
      run: async (stage) => {
        const paymentMethodId = (await stage.card()).id;
        return createSubscription(stage.client, stage.caller, { planId: BASIC, paymentMethodId });
      },
      expect: { status: 'active', subscription: { plan_id: 41 } },
    },
    fails: {
      shows: 'a card that is not there',
      run: ({ client, caller }) =>
        createSubscription(client, caller, { planId: BASIC, paymentMethodId: NO_CARD }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
  confirmSubscriptionCheckout: {
    works: {
      shows: 'a link that a person has paid',
      run: async (stage) => {
        const sessionId = await openLink(stage);
        await stage.patch({ pay_link: sessionId });
        return confirmSubscriptionCheckout(stage.client, stage.caller, { sessionId });
      },
      expect: { isPaid: true },
    },
    fails: {
      shows: 'a link that nobody has paid yet',
      run: async (stage) =>
        confirmSubscriptionCheckout(stage.client, stage.caller, { sessionId: await openLink(stage) }),
      expect: { reason: 'refused', status: 409 },
    },
  },
  getSubscriptionStatus: {
    works: {
      shows: 'one that is past due',
      run: async (stage) => {
        await stage.patch({ subscription: { status: 'past_due' } });
        const { id } = await stage.subscription();
        return getSubscriptionStatus(stage.client, stage.caller, { subscriptionId: id });
      },
      expect: { status: 'past_due', planId: '42' },
    },
    fails: {
      shows: 'an unknown subscription',
      run: ({ client, caller }) => getSubscriptionStatus(client, caller, NOBODY),
      expect: UNKNOWN,
    },
  },
  updateSubscription: {
    works: {
      shows: 'a dearer plan',
      run: async (stage) => {
        const { id } = await stage.subscription();
        return updateSubscription(stage.client, stage.caller, { subscriptionId: id, newPlanId: PREMIUM });
      },
      expect: { subscription: { plan_id: 43 } },
    },
    fails: unknown(({ client, caller }, nobody) =>
      updateSubscription(client, caller, { ...nobody, newPlanId: PREMIUM }),
    ),
  },
  pauseSubscription: {
    works: acts(pauseSubscription, 'active', 'paused'),
    fails: cannot(pauseSubscription, 'canceled'),
  },
  resumeSubscription: {
    works: acts(resumeSubscription, 'paused', 'active'),
    fails: cannot(resumeSubscription, 'active'),
  },
  resetSubscriptionCycle: {
    works: acts(resetSubscriptionCycle, 'active', 'active'),
    fails: unknown(({ client, caller }, nobody) => resetSubscriptionCycle(client, caller, nobody)),
  },
  chargeSubscriptionAmount: {
    works: {
      shows: '$5.00',
      run: ({ client, caller }) => chargeSubscriptionAmount(client, caller, { amountCents: cents(500) }),
      expect: { status: 'succeeded', amount: 5 },
    },
    fails: {
      shows: '$10,000.01',
      run: ({ client, caller }) =>
        chargeSubscriptionAmount(client, caller, { amountCents: cents(1_000_001) }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
  fixPayment: {
    works: acts(fixPayment, 'past_due', 'active'),
    fails: cannot(fixPayment, 'active'),
  },

  login: {
    works: {
      shows: 'e-mail and password',
      run: ({ client, caller, email, password }) => login(client, caller, { email, password }),
      expect: { token: expect.any(Secret), expiresAt: expect.any(Number) },
    },
    fails: {
      shows: 'a wrong password',
      run: ({ client, caller, email }) => login(client, caller, { email, password: new Secret('wrong') }),
      expect: { reason: 'unauthorized', status: 401 },
    },
  },
  refreshToken: {
    works: {
      shows: 'a new token; the old one is dead at once',
      run: async ({ client, caller }) => {
        const fresh = await refreshToken(client, caller, { tokenExpiry: '1_week' });
        expect(await getMe(client, caller)).toMatchObject({ failure: { reason: 'unauthorized' } });
        okValue(await getMe(client, { ...caller, token: okValue(fresh).token }));
        return fresh;
      },
      expect: { token: expect.any(Secret), expiresAt: expect.any(Number) },
    },
    fails: expired(({ client, caller }) => refreshToken(client, caller)),
  },
  getMe: {
    works: {
      shows: 'name, e-mail and balance',
      run: me,
      expect: {
        name: expect.any(String),
        email: expect.any(String),
        walletBalanceMicroUsd: expect.any(Number),
      },
    },
    fails: expired(me),
  },
  getUsageSummary: {
    works: { shows: 'usage and limits', run: summary, expect: { wallet: { currency: 'USD' } } },
    fails: expired(summary),
  },
  getUsageProducts: {
    works: {
      shows: 'what is left of the plan',
      run: products,
      expect: [{ product: 'Standard', remaining: expect.any(Number) }],
    },
    fails: expired(products),
  },
  getUsageHistory: {
    works: {
      shows: 'an idle day',
      run: ({ client, caller }) => getUsageHistory(client, caller, { from: '2026-11-22', to: '2026-11-23' }),
      expect: [],
    },
    fails: {
      shows: '201 rows',
      run: ({ client, caller }) => getUsageHistory(client, caller, { limit: 201 }),
      expect: { reason: 'refused', status: 422, code: 'validation_error' },
    },
  },
} satisfies Record<string, Walk>;
