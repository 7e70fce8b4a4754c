import { type Intent, justArmed } from '../../src/charge/intent.ts';
import { idempotencyKey } from '../../src/charge/key.ts';
import type { Outcome } from '../../src/charge/outcome.ts';
import {
  type AccountName,
  type IntentId,
  type PaymentMethodId,
  parseName,
  parseProviderId,
  type SubscriptionId,
} from '../../src/domain/ids.ts';
import { cents, microUsd } from '../../src/domain/money.ts';
import type { EpochMs } from '../../src/domain/time.ts';
import { NOW, paymentIntent } from '../domain/a-ledger.ts';

const ACCOUNT = parseName<AccountName>('render-eu') as AccountName; // a literal with that pattern
const CARD = parseProviderId<PaymentMethodId>('pm_visa') as PaymentMethodId; // a literal with that pattern
const SUBSCRIPTION = parseProviderId<SubscriptionId>('77') as SubscriptionId; // a literal with that pattern

/** $50 for a wallet, armed now on credit 100, its first POST just journalled. */
export function anIntent(changes: Partial<Intent> = {}): Intent {
  const kind = changes.kind ?? 'fund';
  const need = { identity: 'ops@example.com', kind, anchor: '100', attempt: 0 };
  return {
    id: 'int_1' as IntentId, // as the keeper makes them
    account: ACCOUNT,
    identity: need.identity,
    group: null,
    kind,
    origin: 'policy',
    key: idempotencyKey(need, () => 'f'.repeat(64)),
    endpoint: 'fundWallet',
    pathId: null,
    body: '{"amount":50,"payment_method_id":"pm_visa"}',
    amountCents: cents(5_000),
    card: CARD,
    cardIdentity: 'pm_visa',
    subscription: null,
    plan: null,
    anchor: '100',
    attempt: 0,
    revision: 'abcdef012345',
    fence: 1,
    ...justArmed(NOW),
    ...changes,
  };
}

/** The repair of a subscription that is past due, $10. */
export function aRepair(changes: Partial<Intent> = {}): Intent {
  return anIntent({
    kind: 'fix_payment',
    endpoint: 'fixPayment',
    pathId: '77',
    body: '',
    amountCents: cents(1_000),
    subscription: SUBSCRIPTION,
    anchor: '77/1795446245000',
    ...changes,
  });
}

/** The intent whose first POST was lost. */
export function inDoubt(changes: Partial<Intent> = {}): Intent {
  const state = { kind: 'in_doubt', since: NOW, why: 'timeout' } as const;
  return anIntent({ state, hasUnclearSend: true, ...changes });
}

/** One more POST under the same key, as the journal writes it down before the bytes leave. */
export function posted(intent: Intent, at: EpochMs): Intent {
  return { ...intent, sends: intent.sends + 1, lastSendAt: at, retryAt: null };
}

/** Where an intent stands, in a word or two: "in_doubt", "settled by ledger", "released absent". */
export function standing({ state }: Intent): string {
  if (state.kind === 'settled') return `settled by ${state.by}`;
  return state.kind === 'released' ? `released ${state.because}` : state.kind;
}

type Payment = { readonly payment?: string | null; readonly isReplay?: boolean };

export function charged({ payment = 'pi_1', isReplay = false }: Payment = {}): Outcome {
  const balanceMicroUsd = microUsd(55_000_000);
  return { kind: 'charged', paymentIntent: named(payment), balanceMicroUsd, isReplay };
}

export function declined(
  { payment = null, isReplay = false }: Payment = {},
  code = 'insufficient_funds',
): Outcome {
  return { kind: 'declined', code, paymentIntent: named(payment), isReplay };
}

export function action({ payment = 'pi_1', isReplay = false }: Payment = {}): Outcome {
  return { kind: 'action', paymentIntent: named(payment), isReplay };
}

export function nothingDone(retryAfterMs: number | null = null): Outcome {
  return { kind: 'no_effect', why: 'rate_limited', isCertain: true, retryAfterMs };
}

export const UNAVAILABLE: Outcome = {
  kind: 'no_effect',
  why: 'unavailable',
  isCertain: false,
  retryAfterMs: null,
};
export const UNCLEAR: Outcome = { kind: 'unclear', why: 'timeout', isKeyConflict: false };
export const KEY_CONFLICT: Outcome = {
  kind: 'unclear',
  why: 'key_used_with_another_body',
  isKeyConflict: true,
};
export const REJECTED: Outcome = { kind: 'rejected', code: 'validation_error' };

function named(payment: string | null) {
  return payment === null ? null : paymentIntent(payment);
}
