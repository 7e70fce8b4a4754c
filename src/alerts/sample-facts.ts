import { assert } from '../domain/assert.ts';
import {
  type AccountName,
  type IntentId,
  parseName,
  parseProviderId,
  type SubscriptionId,
} from '../domain/ids.ts';
import type { IncidentFact, IncidentType } from '../domain/incident.ts';
import { cents, microUsd } from '../domain/money.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS } from '../domain/time.ts';
import { providerUnreachable } from './degraded-facts.ts';
import {
  capReached,
  chargeDeclined,
  funded,
  outcomeUnknown,
  payByLink,
  subscriptionPastDue,
  subscriptionRepaired,
  walletLow,
} from './incident-facts.ts';

const SAMPLE = 'sample/';

export function isSample({ fingerprint }: Pick<IncidentFact, 'fingerprint'>): boolean {
  return fingerprint.startsWith(SAMPLE);
}

/** One made-up fact per type, for `notify test`. Every fingerprint says so, and so does every headline. */
export function sampleFacts(now: EpochMs): Readonly<Record<IncidentType, IncidentFact>> {
  const account = parseName<AccountName>('render-eu');
  const subscription = parseProviderId<SubscriptionId>('sub_sample');
  assert(account !== null && subscription !== null, 'the names of the samples are valid');
  const intentId = 'int_sample' as IntentId; // never looked up: the sample says what an id looks like
  const call = { intentId, requestId: 'req_sample' };
  const amountCents = cents(5_000);
  const left = { balanceMicroUsd: microUsd(3_100_000), runwayMs: 2 * HOUR_MS };
  const plan = { account, subscription, planName: 'Standard', amountCents };
  const facts: Record<IncidentType, IncidentFact> = {
    'wallet.low': walletLow({
      account,
      ...left,
      minimumCents: cents(2_000),
      why: 'It is cooling down after a charge.',
    }),
    'charge.succeeded': funded({
      account,
      amountCents,
      balanceMicroUsd: microUsd(53_100_000),
      runwayMs: 34 * HOUR_MS,
      isByLink: false,
      ...call,
    }),
    'charge.declined': chargeDeclined({
      account,
      kind: 'fund',
      amountCents,
      ...left,
      code: 'insufficient_funds',
      cardLast4: '4242',
      next: 'purser tries the same card again in 6h.',
      ...call,
    }),
    'charge.outcome_unknown': outcomeUnknown({ account, amountCents, since: now, isPage: false, ...call }),
    'payment.action_required': payByLink({
      severity: 'critical',
      account,
      subject: 'wallet',
      amountCents,
      why: 'No saved card can be charged.',
      // An address of nobody: the button of a test message must not lead to a real page.
      pay: { url: 'https://checkout.example.com/c/pay/cs_sample', expiresAt: addMs(now, DAY_MS) },
      intentId,
    }),
    'cap.reached': capReached({
      scope: 'group',
      name: 'fleet-eu',
      window: 'day',
      limit: cents(20_000),
      account,
      refusedCents: amountCents,
      roomBy: addMs(now, DAY_MS),
    }),
    'subscription.past_due': subscriptionPastDue({
      ...plan,
      next: 'purser asks the provider to charge it again.',
    }),
    'subscription.repaired': subscriptionRepaired({ ...plan, ...call }),
    'purser.degraded': providerUnreachable({ since: now, reason: 'connect timeout' }),
  };
  return mapFacts(facts, (fact) => ({
    ...fact,
    fingerprint: `${SAMPLE}${fact.fingerprint}`,
    headline: `[test] ${fact.headline}`,
  }));
}

function mapFacts(
  facts: Readonly<Record<IncidentType, IncidentFact>>,
  change: (fact: IncidentFact) => IncidentFact,
): Readonly<Record<IncidentType, IncidentFact>> {
  const entries = Object.entries(facts).map(([type, fact]) => [type, change(fact)]);
  return Object.fromEntries(entries) as Record<IncidentType, IncidentFact>; // the same keys as `facts`
}
