import { randomBytes } from 'node:crypto';
import { type Intent, type IntentState, justArmed } from '../../src/charge/intent.ts';
import type { ArmRequest, Journal } from '../../src/charge/journal.ts';
import type { CapScope } from '../../src/domain/caps.ts';
import type {
  AccountName,
  CreditId,
  GroupName,
  IdempotencyKey,
  IntentId,
  PaymentIntentId,
  PaymentMethodId,
} from '../../src/domain/ids.ts';
import type { IncidentChange, IncidentFact } from '../../src/domain/incident.ts';
import { cents } from '../../src/domain/money.ts';
import type { LedgerCredit } from '../../src/domain/observation.ts';
import type { CapsSpec } from '../../src/domain/spec.ts';
import { addMs, epochMs } from '../../src/domain/time.ts';

// Ids of the tests' own making: the brands say no more than what they are for.
export const ONE = 'render-eu' as AccountName;
export const OTHER = 'render-us' as AccountName;
export const GROUP = 'render' as GroupName;

/** 2026-11-23T12:00:00Z. */
export const NOW = epochMs(Date.UTC(2026, 10, 23, 12));

const NO_CAPS: CapsSpec = {
  perChargeCents: null,
  dayCents: null,
  weekCents: null,
  monthCents: null,
  chargesPerDay: null,
};

/** $50.00 to `render-eu` on a card of its own, just armed. */
export function anIntent(over: Partial<Intent> = {}): Intent {
  const id = randomBytes(8).toString('hex');
  return {
    id: `int_${id}` as IntentId,
    account: ONE,
    identity: 'one@example.test',
    group: GROUP,
    kind: 'fund',
    origin: 'policy',
    key: `purser-1-${id}` as IdempotencyKey,
    endpoint: 'fundWallet',
    pathId: null,
    body: '{"amount":50,"payment_method_id":"pm_visa"}',
    amountCents: cents(5_000),
    card: 'pm_visa' as PaymentMethodId,
    cardIdentity: `card-${id}`,
    subscription: null,
    plan: null,
    anchor: 'none',
    attempt: 0,
    revision: 'abcdef012345',
    fence: 1,
    ...justArmed(NOW),
    ...over,
  };
}

export function request(intent: Intent, over: Partial<ArmRequest> = {}): ArmRequest {
  return { intent, scopes: [], now: intent.armedAt, incidents: [], ...over };
}

export function scope(kind: CapScope['kind'], caps: Partial<CapsSpec>): CapScope {
  const name = kind === 'account' ? ONE : kind === 'group' ? GROUP : 'fleet';
  return { kind, name, caps: { ...NO_CAPS, ...caps } };
}

/** Journals a state, as an answer or a piece of evidence would. */
export async function enter(
  journal: Journal,
  before: Intent,
  state: IntentState,
  over: { readonly incidents?: readonly IncidentChange[]; readonly atMs?: number } = {},
): Promise<Intent> {
  const after: Intent = { ...before, state };
  const now = addMs(NOW, over.atMs ?? 0);
  await journal.record({ before, after, now, why: 'test', freeze: null, incidents: over.incidents ?? [] });
  return after;
}

export function settled(atMs = 0, amount = 5_000): IntentState {
  const at = addMs(NOW, atMs);
  return { kind: 'settled', at, amountCents: cents(amount), credit: null, by: 'ledger' };
}

export function released(atMs = 0, because: 'declined' | 'absent' = 'absent'): IntentState {
  return {
    kind: 'released',
    at: addMs(NOW, atMs),
    because,
    code: because === 'declined' ? 'expired_card' : null,
  };
}

/** A card credit of $50.00 in the provider's ledger. */
export function aCredit(over: Partial<LedgerCredit> = {}): LedgerCredit {
  return {
    id: '2001' as CreditId,
    amountCents: cents(5_000),
    createdAt: NOW,
    isSuccessful: true,
    isReversed: false,
    source: 'stripe',
    usecase: 'wallet_funding',
    paymentIntentId: 'pi_other' as PaymentIntentId,
    ...over,
  };
}

export function fire(fingerprint: string, headline = fingerprint): IncidentChange {
  const fact: IncidentFact = {
    type: 'purser.degraded',
    severity: 'warning',
    fingerprint,
    account: ONE,
    intentId: null,
    amountCents: null,
    headline,
    detail: 'A test says so.',
    requestId: null,
  };
  return { kind: 'fire', fact };
}

export function notice(fingerprint: string): IncidentChange {
  const { fact } = fire(fingerprint) as Extract<IncidentChange, { kind: 'fire' }>; // made a line above
  return { kind: 'notice', fact };
}
