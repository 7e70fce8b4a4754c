import { TOP_UP_MIN_CENTS } from '../../contract/limits.ts';
import { type Cents, cents, usdFromCents } from '../../domain/money.ts';
import { type Outcome, ok } from './answer.ts';

export type Plan = {
  readonly id: number;
  readonly name: string;
  readonly category: 'normal' | 'enterprise' | 'addon';
  readonly priceCents: Cents;
  readonly apiCallLimit: number;
  readonly rateLimit: number;
  readonly features: readonly string[];
};

/** Invented, in the shape of API sheet #24. All are monthly. */
export const PLANS: readonly Plan[] = [
  {
    id: 41,
    name: 'Basic',
    category: 'normal',
    priceCents: cents(2_700),
    apiCallLimit: 10_000,
    rateLimit: 5,
    features: ['Image generation', 'Community support'],
  },
  {
    id: 42,
    name: 'Standard',
    category: 'normal',
    priceCents: cents(4_700),
    apiCallLimit: 40_000,
    rateLimit: 10,
    features: ['Image and video generation', 'E-mail support'],
  },
  {
    id: 43,
    name: 'Premium',
    category: 'normal',
    priceCents: cents(14_700),
    apiCallLimit: 200_000,
    rateLimit: 25,
    features: ['All models', 'Priority queue', 'Chat support'],
  },
  {
    id: 44,
    name: 'Enterprise',
    category: 'enterprise',
    priceCents: cents(24_900),
    apiCallLimit: 1_000_000,
    rateLimit: 100,
    features: ['Dedicated GPU', 'Private models'],
  },
  {
    id: 51,
    name: 'Extra training',
    category: 'addon',
    priceCents: cents(1_000),
    apiCallLimit: 50,
    rateLimit: 2,
    features: ['50 fine-tunings'],
  },
];

export function findPlan(id: number): Plan | null {
  return PLANS.find((one) => one.id === id) ?? null;
}

/** API sheet #24. */
export function listPlans(): Outcome {
  const plans = PLANS.map((plan) => ({
    id: plan.id,
    name: plan.name,
    category: plan.category,
    period: 'month',
    type: 'recurring',
    price: usdFromCents(plan.priceCents),
    api_call_limit: plan.apiCallLimit,
    rate_limit: plan.rateLimit,
    features: plan.features,
  }));
  return ok({
    subscription_plans: plans,
    pay_as_you_go: {
      available: true,
      description: 'Pay for what you generate from the wallet.',
      minimum_topup_usd: usdFromCents(cents(TOP_UP_MIN_CENTS)),
      currency: 'USD',
      auto_payments: { supported: true, endpoint: '/wallet/auto-funding' },
      fund_endpoint: '/wallet/fund',
    },
    count: plans.length,
  });
}
