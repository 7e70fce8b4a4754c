import { expect, test } from 'vitest';
import { cardExpiring, defaultCardChanged } from '../../src/alerts/card-facts.ts';
import * as degraded from '../../src/alerts/degraded-facts.ts';
import * as facts from '../../src/alerts/incident-facts.ts';
import type { CreditId, IntentId, SubscriptionId } from '../../src/domain/ids.ts';
import type { IncidentFact } from '../../src/domain/incident.ts';
import { cents, microUsd } from '../../src/domain/money.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { account as named, SOME_INSTANT } from './some-message.ts';

const account = named('render-eu');
// Opaque ids: any text will do.
const call = { intentId: 'int_1' as IntentId, requestId: 'req_1' };
const subscription = 'sub_1' as SubscriptionId; // as above
const low = { balanceMicroUsd: microUsd(3_109_999), runwayMs: 2 * HOUR_MS };
const full = { balanceMicroUsd: microUsd(53_100_000), runwayMs: 34 * HOUR_MS };
const amountCents = cents(5_000);

const declined = (changes: Partial<Parameters<typeof facts.chargeDeclined>[0]> = {}) =>
  facts.chargeDeclined({
    account,
    kind: 'fund',
    amountCents,
    ...low,
    code: 'expired_card',
    cardLast4: '4242',
    next: 'Next card.',
    ...call,
    ...changes,
  });
const capped = (changes: Partial<Parameters<typeof facts.capReached>[0]>) =>
  facts.capReached({
    scope: 'group',
    name: 'fleet-eu',
    window: 'day',
    limit: cents(20_000),
    account,
    refusedCents: amountCents,
    roomBy: null,
    ...changes,
  });
const human = { account, reason: 'no_card_left', why: 'Pay.', intentId: null, requestId: null };

const TABLE: readonly [IncidentFact, string, string, string][] = [
  [declined(), 'critical', 'charge.declined/render-eu/fund', 'render-eu: charge declined, $3.10 left (~2h)'],
  [
    declined({ runwayMs: null }),
    'critical',
    'charge.declined/render-eu/fund',
    'render-eu: charge declined, $3.10 left',
  ],
  [
    declined({ balanceMicroUsd: null, kind: 'resume' }),
    'critical',
    'charge.declined/render-eu/resume',
    'render-eu: charge declined',
  ],
  [
    facts.needsHuman({ ...human, amountCents }),
    'critical',
    'payment.action_required/render-eu/no_card_left',
    'render-eu needs a person to pay $50.00',
  ],
  [
    facts.needsHuman({ ...human, amountCents: null }),
    'critical',
    'payment.action_required/render-eu/no_card_left',
    'render-eu needs a person',
  ],
  [capped({}), 'critical', 'cap.reached/group:fleet-eu/day', 'fleet-eu hit its day cap $200.00'],
  [
    capped({ window: 'charge' }),
    'critical',
    'cap.reached/group:fleet-eu/charge',
    'fleet-eu hit its per-charge cap $200.00',
  ],
  [
    capped({ scope: 'account', name: 'render-eu', window: 'charges_per_day', limit: 5 }),
    'critical',
    'cap.reached/account:render-eu/charges_per_day',
    'render-eu hit its cap of 5 charges a day',
  ],
  [
    facts.outcomeUnknown({ account, amountCents, since: SOME_INSTANT, isPage: false, ...call }),
    'critical',
    'charge.outcome_unknown/render-eu/int_1',
    'Unknown whether $50.00 was charged to render-eu: frozen, do not pay by hand yet',
  ],
  [
    facts.funded({ account, isByLink: false, amountCents, ...full, ...call }),
    'info',
    'charge.succeeded/render-eu/int_1',
    'render-eu funded: $53.10, ~34h',
  ],
  [
    facts.funded({ account, isByLink: false, amountCents, ...full, runwayMs: null, ...call }),
    'info',
    'charge.succeeded/render-eu/int_1',
    'render-eu funded: $53.10',
  ],
  [
    facts.funded({
      account,
      isByLink: false,
      amountCents,
      ...full,
      runwayMs: null,
      balanceMicroUsd: null,
      ...call,
    }),
    'info',
    'charge.succeeded/render-eu/int_1',
    'render-eu funded: $50.00 charged, balance unknown',
  ],
  [
    facts.funded({
      account,
      isByLink: false,
      amountCents,
      ...full,
      runwayMs: Number.POSITIVE_INFINITY,
      ...call,
    }),
    'info',
    'charge.succeeded/render-eu/int_1',
    'render-eu funded: $53.10, idle',
  ],
  [
    facts.walletLow({ account, ...low, minimumCents: cents(2_000), why: '' }),
    'critical',
    'wallet.low/render-eu',
    'render-eu: wallet low, $3.10 left (~2h)',
  ],
  [
    facts.walletLow({ account, ...full, minimumCents: cents(9_000), why: '' }),
    'warning',
    'wallet.low/render-eu',
    'render-eu: wallet low, $53.10 left (~34h)',
  ],
  [
    facts.subscriptionPastDue({ account, subscription, planName: 'Standard', amountCents, next: '' }),
    'critical',
    'subscription.past_due/render-eu/sub_1',
    'render-eu: subscription Standard is past due',
  ],
  [
    facts.subscriptionRepaired({ account, subscription, planName: null, amountCents, ...call }),
    'info',
    'subscription.repaired/render-eu/sub_1',
    'render-eu: subscription sub_1 is active again',
  ],
  [
    degraded.frozen({
      account,
      why: 'its last charge is missing from the ledger',
      mend: 'Look.',
      intentId: null,
      amountCents,
    }),
    'critical',
    'purser.degraded/render-eu/frozen',
    'render-eu is frozen: its last charge is missing from the ledger',
  ],
  [
    degraded.foreignCredit({ account, amountCents, creditId: '77' as CreditId }),
    'warning',
    'purser.degraded/render-eu/foreign_credit/77',
    'render-eu: a credit of $50.00 that purser did not make',
  ], // opaque id
  [
    degraded.quarantined({ until: SOME_INSTANT }),
    'warning',
    'purser.degraded/purser/quarantined',
    'purser only watches until 2026-11-23T15:04:05Z: its journal is empty',
  ],
  [
    degraded.clockSkew({ skewMs: -7 * MINUTE_MS }),
    'critical',
    'purser.degraded/purser/clock_skew',
    "The clock is 7m ahead of the provider's: charging has stopped",
  ],
  [
    degraded.clockSkew({ skewMs: 7 * MINUTE_MS }),
    'critical',
    'purser.degraded/purser/clock_skew',
    "The clock is 7m behind the provider's: charging has stopped",
  ],
  [
    degraded.providerUnreachable({ since: SOME_INSTANT, reason: 'timeout' }),
    'critical',
    'purser.degraded/provider/unreachable',
    'The provider has not answered since 2026-11-23T15:04:05Z',
  ],
  [
    degraded.configReloadFailed({ message: 'x', revision: 'abc' }),
    'warning',
    'purser.degraded/purser/config_reload_failed',
    'The new config is not valid: purser keeps the last good one',
  ],
  [
    degraded.configNeedsRestart({ parts: ['mode enforce', 'server'] }),
    'warning',
    'purser.degraded/purser/config_needs_restart',
    'purser has to be restarted for the new config: mode enforce, server',
  ],
  [
    degraded.stateLost({ why: 'The database is empty.', until: SOME_INSTANT }),
    'critical',
    'purser.degraded/purser/state_lost',
    'purser lost its journal: charging has stopped',
  ],
  [
    cardExpiring({
      account,
      cardLast4: '4242',
      expiresAt: addMs(SOME_INSTANT, 6 * DAY_MS),
      now: SOME_INSTANT,
    }),
    'warning',
    'purser.degraded/render-eu/card_expiring/4242',
    'render-eu: the card ending 4242 expires in 6d',
  ],
  [
    cardExpiring({ account, cardLast4: '4242', expiresAt: SOME_INSTANT, now: SOME_INSTANT }),
    'critical',
    'purser.degraded/render-eu/card_expiring/4242',
    'render-eu: the card ending 4242 has expired',
  ],
  [
    defaultCardChanged({ account, was: 'visa …4242', is: 'no card' }),
    'warning',
    'purser.degraded/render-eu/default_card',
    'render-eu: the default card was visa …4242 and is no card',
  ],
];

test.each(TABLE)('%#: %o', (fact, severity, fingerprint, headline) => {
  expect([fact.severity, fact.fingerprint, fact.headline]).toEqual([severity, fingerprint, headline]);
  expect(fact.type).toBe(fingerprint.split('/')[0]);
});

test('two cards, two kinds and two intents are two incidents; the same thing twice is one', () => {
  expect(declined({ kind: 'fix_payment' }).fingerprint).not.toBe(declined().fingerprint);
  expect(declined({ code: 'lost_card', runwayMs: null }).fingerprint).toBe(declined().fingerprint);
});

test('a detail is a text of whole sentences', () => {
  expect(declined().detail).toBe(
    'The card ending 4242 was declined (expired_card) for a charge of $50.00. Next card.',
  );
  expect(declined({ cardLast4: null, amountCents: null }).detail).toBe(
    'The card was declined (expired_card) for a charge. Next card.',
  );
});
