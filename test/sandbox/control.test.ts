import { expect, test } from 'vitest';
import { first, startClient } from './sandbox-client.ts';

test('the picture of an account shows everything except its tokens and password', async () => {
  const client = await startClient();
  await client.ask('/billing/payment-link', { body: { purpose: 'fund', amount: 50 } });
  const { body } = await client.control('/accounts/agent-0001');
  expect(body).toMatchObject({
    name: 'agent-0001',
    balance: 50,
    burn: 0,
    tokens: 1,
    auto_funding: null,
    cards: [
      { id: 'pm_agent_0001_visa', behaviour: 'succeed', default: true },
      { id: 'pm_agent_0001_mastercard', behaviour: 'succeed', default: false },
    ],
    subscriptions: [{ status: 'active', plan_id: 42 }],
    open_links: [{ purpose: 'fund', amount: 50 }],
  });
  expect(JSON.stringify(body)).not.toContain('sbx_');
  expect(JSON.stringify(body)).not.toContain('sbx-password');
});

test('GET / and /accounts list what there is', async () => {
  const client = await startClient();
  expect(Object.keys((await client.control('/')).body)).toContain('PATCH /control/faults');
  expect((await client.control('/accounts')).body).toMatchObject([
    { name: 'agent-0001', balance: 50 },
    { name: 'agent-0002' },
  ]);
  expect((await client.control('/accounts/nobody')).status).toBe(404);
});

test('a list of known ids adjusts those cards, any other list replaces all', async () => {
  const client = await startClient();
  const adjusted = await client.patch({
    cards: [{ id: 'pm_agent_0001_mastercard', behaviour: 'lost_card', default: true }],
  });
  expect(adjusted.cards).toMatchObject([
    { id: 'pm_agent_0001_visa', behaviour: 'succeed', default: false },
    { id: 'pm_agent_0001_mastercard', behaviour: 'lost_card', default: true },
  ]);
  const replaced = await client.patch({
    cards: [{ number: '4000000000009995' }, { id: 'pm_agent_0001_visa' }],
  });
  expect(replaced.cards).toMatchObject([
    { brand: 'visa', last4: '9995', behaviour: 'insufficient_funds', default: true },
    { id: 'pm_agent_0001_visa', default: false },
  ]);
  expect((await client.patch({ cards: [] })).cards).toEqual([]);
});

test('the same test number has the same fingerprint on every account', async () => {
  const client = await startClient();
  const one = await client.patch({ cards: [{ number: '4242424242424242' }] });
  const two = await client.patch({ cards: [{ number: '4242424242424242' }] }, 'agent-0002');
  expect(first(one.cards).fingerprint).toBe(first(two.cards).fingerprint);
  expect(first(one.cards).id).not.toBe(first(two.cards).id);
});

test('subscription null removes all; a status alone opens one', async () => {
  const client = await startClient();
  expect((await client.patch({ subscription: null })).subscriptions).toEqual([]);
  expect(
    (await client.patch({ subscription: { status: 'paused', plan_id: 43 } })).subscriptions,
  ).toMatchObject([{ status: 'paused', plan_id: 43 }]);
});

test.each([
  [{ balanc: 5 }, 'unknown field "balanc"; known: balance, burn'],
  [{ balance: -1 }, 'balance: must be 0 or more'],
  [{ burn: '3' }, 'burn: expected US dollars'],
  [{ cards: [{ number: '4242424242424241' }] }, 'cards[0]: number: not a card number'],
  [{ cards: [{ number: '4539148803436467' }] }, 'cards[0]: number: not one of Stripe'],
  [{ cards: [{ id: 'pm_other' }] }, 'cards[0]: this account has no card pm_other'],
  [{ cards: [{ behaviour: 'succeed' }] }, 'cards[0]: needs number, or brand and last4'],
  [
    {
      cards: [
        { number: '4242424242424242', default: true },
        { id: 'pm_agent_0001_visa', default: true },
      ],
    },
    'only one',
  ],
  [{ subscription: { status: 'dead' } }, 'subscription.status: expected active'],
  [{ subscription: { plan_id: 9 } }, 'subscription.plan_id: expected a plan: 41'],
  [{ pay_link: true }, 'pay_link: no such open link'],
  [{ complete_3ds: 'pi_x' }, 'complete_3ds: no such payment'],
  [{ refund: 'pi_x' }, 'refund: no such payment'],
  ['nonsense', 'the body must be a JSON object'],
])('the patch %j is refused with a sentence and changes nothing', async (sent, sentence) => {
  const client = await startClient();
  const before = (await client.control('/accounts/agent-0001')).body;
  const whole = typeof sent === 'object' ? { reseller: true, ...sent } : sent;
  const { status, body } = await client.control('/accounts/agent-0001', whole);
  expect(status).toBe(400);
  expect(body.error).toContain(sentence);
  expect((await client.control('/accounts/agent-0001')).body).toEqual(before);
});
