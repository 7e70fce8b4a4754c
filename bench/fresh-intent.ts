import { randomBytes } from 'node:crypto';
import { moneyCall } from '../src/charge/call.ts';
import { type Intent, justArmed } from '../src/charge/intent.ts';
import type { CapScope } from '../src/domain/caps.ts';
import {
  type AccountName,
  type IdempotencyKey,
  type IntentId,
  type PaymentMethodId,
  parseName,
  parseProviderId,
} from '../src/domain/ids.ts';
import { cents } from '../src/domain/money.ts';
import { epochMs } from '../src/domain/time.ts';

const AMOUNT_CENTS = cents(5_000);
const CAPS = {
  perChargeCents: cents(10_000),
  dayCents: cents(50_000),
  weekCents: null,
  monthCents: cents(500_000),
  chargesPerDay: 20,
};
/** No fleet of the bench reaches it, but it has to be added up all the same. */
const FLEET_CAPS = {
  ...CAPS,
  perChargeCents: null,
  dayCents: cents(90_000_000_000),
  monthCents: cents(90_000_000_000),
  chargesPerDay: null,
};

/** A top-up of an account that was never charged before, as the keeper would arm it. */
export function freshIntent(): Intent {
  const id = randomBytes(8).toString('hex');
  const armedAt = epochMs(Date.now());
  const account = parseName<AccountName>(`bench-${id}`);
  const card = parseProviderId<PaymentMethodId>(`pm_${id}_visa`);
  if (account === null || card === null) throw new Error('a name of the bench is none');
  return {
    id: `int_${id}` as IntentId, // made here, as the keeper makes them
    account,
    identity: `${account}@example.com`,
    group: null,
    kind: 'fund',
    origin: 'policy',
    key: `purser-1-${id}${id}${id.slice(8)}` as IdempotencyKey, // of the length that a real one has
    ...moneyCall({ kind: 'fund', card, coupon: null }, AMOUNT_CENTS),
    amountCents: AMOUNT_CENTS,
    card,
    cardIdentity: id,
    subscription: null,
    plan: null,
    anchor: '1001',
    attempt: 0,
    revision: '18cff543c493',
    fence: 1,
    ...justArmed(armedAt),
  };
}

export function fleetScopes(account: string): readonly CapScope[] {
  return [
    { kind: 'account', name: account, caps: CAPS },
    { kind: 'fleet', name: 'fleet', caps: FLEET_CAPS },
  ];
}
