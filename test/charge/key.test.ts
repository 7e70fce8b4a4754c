import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moneyCall } from '../../src/charge/call.ts';
import { idempotencyKey } from '../../src/charge/key.ts';
import { ENDPOINTS } from '../../src/contract/endpoints.ts';
import {
  type PaymentMethodId,
  type PlanId,
  parseProviderId,
  type SubscriptionId,
} from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');
const NEED = { identity: 'ops@example.com', kind: 'fund', anchor: '100', attempt: 0 } as const;
const key = (changes: Partial<Parameters<typeof idempotencyKey>[0]> = {}) =>
  idempotencyKey({ ...NEED, ...changes }, sha256Hex);

test('the same need has the same key in every process and version: this one is written down', () => {
  expect(key()).toBe('purser-1-e771ae3b32d282ea5699c6cdce263ffb8b2b1a82');
});

test('another account, kind, anchor or attempt has another key', () => {
  const others = [
    key({ identity: 'dev@example.com' }),
    key({ kind: 'resume' }),
    key({ anchor: '101' }),
    key({ attempt: 1 }),
  ];
  expect(new Set([key(), ...others]).size).toBe(5);
});

test('no two needs share a key, wherever their parts are cut', () => {
  const need = fc.record({
    identity: fc.string({ unit: fc.constantFrom('a', '1', '"', ',', '/', ' '), maxLength: 4 }),
    kind: fc.constantFrom('fund', 'resume'),
    anchor: fc.string({ unit: fc.constantFrom('a', '1', '"', ',', '/', ' '), maxLength: 4 }),
    attempt: fc.nat(12),
  });
  fc.assert(
    fc.property(need, need, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      expect(idempotencyKey(one, sha256Hex) === idempotencyKey(other, sha256Hex)).toBe(isSame);
      expect(idempotencyKey(one, sha256Hex)).toMatch(/^purser-1-[0-9a-f]{40}$/);
    }),
    { numRuns: 2_000 },
  );
});

test('two replicas that would charge different amounts mint one key', () => {
  const more = { ...NEED, amountCents: cents(9_000), amount: 90 };
  expect(idempotencyKey(more, sha256Hex)).toBe(key());
});

const card = parseProviderId<PaymentMethodId>('pm_visa') as PaymentMethodId; // a literal with that pattern
const subscription = parseProviderId<SubscriptionId>('77') as SubscriptionId; // a literal with that pattern
const plan = (id: string) => parseProviderId<PlanId>(id) as PlanId; // a literal with that pattern

test.each<[string, Parameters<typeof moneyCall>[0], number, string, string | null, string]>([
  ['funding', { kind: 'fund', card, coupon: null }, 5_010, 'fundWallet', null, '{"amount":50.1,"payment_method_id":"pm_visa"}'],
  ['funding with whole dollars', { kind: 'fund', card, coupon: null }, 5_000, 'fundWallet', null, '{"amount":50,"payment_method_id":"pm_visa"}'],
  ['a repair', { kind: 'fix_payment', subscription, card }, 1_000, 'fixPayment', '77', ''],
  ['going on', { kind: 'resume', subscription, card }, 0, 'resumeSubscription', '77', ''],
  ['subscribing', { kind: 'subscribe', plan: plan('10'), card }, 1_000, 'createSubscription', null, '{"plan_id":10,"payment_method_id":"pm_visa"}'],
  ['subscribing to a plan whose id is a word', { kind: 'subscribe', plan: plan('pro-x'), card }, 1_000, 'createSubscription', null, '{"plan_id":"pro-x","payment_method_id":"pm_visa"}'],
  ['subscribing to a plan whose id has a zero in front', { kind: 'subscribe', plan: plan('010'), card }, 1_000, 'createSubscription', null, '{"plan_id":"010","payment_method_id":"pm_visa"}'],
  ['another plan', { kind: 'change_plan', subscription, plan: plan('11'), card }, 1_000, 'updateSubscription', '77', '{"new_plan_id":11}'],
])('the call of %s', (_sentence, action, amountCents, endpoint, pathId, body) => {
  const call = moneyCall(action, cents(amountCents));
  expect(call).toEqual({ endpoint, pathId, body });
  expect(ENDPOINTS[call.endpoint]).toMatchObject({ movesMoney: true });
  expect(ENDPOINTS[call.endpoint].path.includes('{id}')).toBe(pathId !== null);
}); // biome-ignore format: a table
