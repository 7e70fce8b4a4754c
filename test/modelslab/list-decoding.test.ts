import { expect, test } from 'vitest';
import type { SubscriptionId } from '../../src/domain/ids.ts';
import { listPaymentMethods } from '../../src/modelslab/billing.ts';
import { getSubscriptionStatus, listPlans, listSubscriptions } from '../../src/modelslab/subscriptions.ts';
import { decoded } from './decoded.ts';
import { answered, caller, scripted } from './scripted-transport.ts';

const PERIOD_END = Date.UTC(2026, 11, 1);

const CARD = { id: 'pm_1', brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2027, is_default: true };
const CARD_READ = {
  id: 'pm_1',
  brand: 'visa',
  last4: '4242',
  expMonth: 12,
  expYear: 2027,
  isDefault: true,
  fingerprint: null,
};
test.each<[string, unknown, unknown]>([
  ['an array', [CARD], [CARD_READ]],
  ['items', { items: [CARD] }, [CARD_READ]],
  ['payment_methods', { payment_methods: [CARD] }, [CARD_READ]],
  [
    'a filtered PHP array',
    { '0': CARD, '2': { ...CARD, id: 'pm_2' } },
    [CARD_READ, { ...CARD_READ, id: 'pm_2' }],
  ],
  [
    'Stripe’s nesting',
    [{ id: 'pm_1', card: { ...CARD, id: undefined, fingerprint: 'f1' }, is_default: 1 }],
    [{ ...CARD_READ, fingerprint: 'f1' }],
  ],
  ['a database id beside Stripe’s', [{ ...CARD, id: 9, payment_method_id: 'pm_1' }], [CARD_READ]],
  [
    'only the id',
    [{ id: 'pm_1' }],
    [
      {
        id: 'pm_1',
        brand: 'unknown',
        last4: '',
        expMonth: null,
        expYear: null,
        isDefault: false,
        fingerprint: null,
      },
    ],
  ],
  ['no card', [], []],
  ['an unknown shape', { methods: 1 }, 'malformed data: Invalid input: expected array, received object'],
  ['an empty object', {}, 'malformed data: Invalid input: expected array, received object'],
  ['a card without an id', [{ brand: 'visa' }], 'malformed 0.id: Invalid input'],
])('reads cards as %s', async (_how, data, expected) => {
  expect(await decoded((client) => listPaymentMethods(client, caller), data)).toEqual(expected);
});

const SUBSCRIPTION = {
  id: 5,
  plan_id: 10,
  plan_name: 'Basic',
  status: 'active',
  current_period_end: '2026-12-01T00:00:00Z',
};
const SUBSCRIPTION_READ = {
  id: '5',
  planId: '10',
  planName: 'Basic',
  status: 'active',
  currentPeriodEnd: PERIOD_END,
};
const NORMAL_READ = { ...SUBSCRIPTION_READ, category: 'normal' };
test.each<[string, unknown, unknown]>([
  ['an array', [SUBSCRIPTION], [SUBSCRIPTION_READ]],
  ['items', { items: [SUBSCRIPTION], count: 1 }, [SUBSCRIPTION_READ]],
  ['subscriptions', { subscriptions: [SUBSCRIPTION] }, [SUBSCRIPTION_READ]],
  ['groups', { addon: [], enterprise: null, normal: [SUBSCRIPTION] }, [NORMAL_READ]],
  [
    'groups in order',
    { normal: [SUBSCRIPTION], addon: [{ ...SUBSCRIPTION, id: 6 }] },
    [{ ...NORMAL_READ, id: '6', category: 'addon' }, NORMAL_READ],
  ],
  [
    'groups that nobody documented, behind the others',
    {
      video: [{ ...SUBSCRIPTION, id: 6 }],
      normal: [SUBSCRIPTION],
      plans: [{ id: 7, name: 'Basic', status: 'active' }],
      offers: [{ id: 8, plan_id: 8 }],
    },
    [NORMAL_READ, { ...NORMAL_READ, id: '6', category: 'video' }],
  ],
  [
    'rows that tell their category, or none',
    { normal: [{ ...SUBSCRIPTION, category: 'addon' }], addon: [{ ...SUBSCRIPTION, category: null }] },
    [
      { ...NORMAL_READ, category: 'addon' },
      { ...NORMAL_READ, category: 'addon' },
    ],
  ],
  ['the one page of a list', { data: [SUBSCRIPTION], current_page: 1, last_page: 1 }, [SUBSCRIPTION_READ]],
  ...[{ current_page: 1, last_page: 2 }, { next_page_url: '/subscriptions?page=2' }, { has_more: true }].map(
    (more): [string, unknown, unknown] => [
      `one page of several, by its ${Object.keys(more).at(-1)}: not all`,
      { data: [SUBSCRIPTION], ...more },
      'malformed data: Invalid input: expected array, received object',
    ],
  ),
  ['groups under subscriptions', { subscriptions: { addon: [], normal: [SUBSCRIPTION] } }, [NORMAL_READ]],
  ['a group of one bare row', { normal: SUBSCRIPTION }, [NORMAL_READ]],
  ['empty groups', { addon: [], enterprise: [], normal: [] }, []],
  ['none', [], []],
  ['an unknown shape: not none', {}, 'malformed data: Invalid input: expected array, received object'],
  ['null: not none', null, 'malformed data: Invalid input: expected array, received null'],
  [
    'a group that is no list',
    { normal: 'x' },
    'malformed data: Invalid input: expected array, received object',
  ],
  [
    'a nested plan',
    [{ id: 's', plan: { id: 10, name: 'Basic' }, status: 'PAST_DUE', next_billing_date: '2026-12-01' }],
    [{ ...SUBSCRIPTION_READ, id: 's', status: 'past_due' }],
  ],
  [
    'British spelling',
    [{ ...SUBSCRIPTION, status: 'cancelled' }],
    [{ ...SUBSCRIPTION_READ, status: 'canceled' }],
  ],
  [
    'a status nobody documented',
    [{ ...SUBSCRIPTION, status: 'suspended' }],
    [{ ...SUBSCRIPTION_READ, status: 'unknown' }],
  ],
  [
    "Stripe's word for a first invoice that is not paid, which is nobody's arrears",
    [{ ...SUBSCRIPTION, status: 'incomplete' }],
    [{ ...SUBSCRIPTION_READ, status: 'unknown' }],
  ],
  [
    'no status',
    [{ id: 5 }],
    [{ id: '5', planId: null, planName: null, status: 'unknown', currentPeriodEnd: null }],
  ],
])('reads subscriptions as %s', async (_how, data, expected) => {
  expect(await decoded((client) => listSubscriptions(client, caller), data)).toEqual(expected);
});

test.each([
  ['in the envelope', { meta: { current_page: 1, last_page: 2 } }, 'malformed'],
  ['as a link', { links: { next: '/subscriptions?page=2' } }, 'malformed'],
  ['without end', { meta: JSON.parse(`${'{"meta":'.repeat(9_000)}{}${'}'.repeat(9_000)}`) }, 'ok'],
  ['as the last', { meta: { current_page: 2, last_page: 2 }, links: { next: '' } }, 'ok'],
])('a page that is told %s is read for what it is', async (_how, more, outcome) => {
  const { client } = scripted([answered(200, { data: [SUBSCRIPTION], ...more })]);
  const reply = await listSubscriptions(client, caller);
  expect(reply.kind === 'ok' ? 'ok' : reply.failure.reason).toBe(outcome);
});

test('reads the status of one subscription, with a period end in Unix seconds', async () => {
  const args = { subscriptionId: '5' as SubscriptionId };
  const data = { ...SUBSCRIPTION, status: 'past_due', current_period_end: PERIOD_END / 1000 };
  expect(await decoded((client) => getSubscriptionStatus(client, caller, args), data)).toEqual({
    ...SUBSCRIPTION_READ,
    status: 'past_due',
  });
});

test.each<[string, object, unknown]>([
  ['in dollars', { price: 29.99 }, 2_999],
  ['as text', { price: '47.00' }, 4_700],
  ['of nothing', { price: 0 }, 0],
  ['finer than a cent', { price: 0.005 }, null],
  ['in another currency', { price: 29, currency: 'eur' }, null],
  ['not told', {}, null],
  ['below zero', { price: -1 }, 'malformed 0.price: an amount below zero'],
])('reads a plan with a price %s', async (_how, change, expected) => {
  const data = {
    subscription_plans: [{ id: 10, name: 'Basic', period: 'month', features: ['a', 1], ...change }],
    count: 1,
  };
  const value = await decoded((client) => listPlans(client, caller), data);
  expect(typeof value === 'string' ? value : value[0]?.priceCents).toEqual(expected);
  if (typeof value !== 'string')
    expect(value[0]).toMatchObject({ id: '10', period: 'month', features: ['a'] });
});
