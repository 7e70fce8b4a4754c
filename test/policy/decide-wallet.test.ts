import { expect, test } from 'vitest';
import { HOLD_REASONS } from '../../src/domain/decision.ts';
import { cents, microFromCents, microUsd } from '../../src/domain/money.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { decideWallet } from '../../src/policy/decide.ts';
import type { WalletCase } from '../../src/policy/wallet-checks.ts';
import { aCredit, ago, aLook, NOW } from '../domain/a-ledger.ts';
import { aHistory, aStanding, attempts, aWallet, aWalletCase, records, usageOf } from './a-case.ts';

const LOW = '$5.00 is below the minimum $20.00';
const SOFT = 'insufficient_funds';
const OPEN = { kind: 'fund', state: 'in_doubt', sentence: 'int_1 for $50.00 is in doubt' };
const DAY_OF_BURN = { kind: 'runway', runwayMs: DAY_MS, minimumCents: cents(2_000) } as const;
const TRIED = { at: ago(HOUR_MS), allowsNext: false };
const until = (durationMs: number) => addMs(NOW, durationMs);
const quarantine = { kind: 'quarantine', until: until(HOUR_MS) } as const;
const probation = (firstLowAt: number | null) =>
  ({
    kind: 'probation',
    until: until(DAY_MS),
    firstLowAt: firstLowAt === null ? null : ago(firstLowAt),
  }) as const;

type Row = [what: string, changes: Partial<WalletCase>, reason: string, sentence: string, until?: number];
const HOLDS: Row[] = [
  ['a freeze', { standing: aStanding({ frozenBecause: 'refunded' }) }, 'frozen', 'frozen: refunded'],
  ['a pause', { standing: aStanding({ pausedBecause: 'holidays' }) }, 'paused_by_operator', 'paused: holidays'],
  ['no balance', { balanceMicroUsd: null, look: null }, 'provider_unreachable', 'the provider gave no balance'],
  ['a balance at the minimum', { look: aLook([], { balanceCents: 2_000 }) }, 'above_minimum', '$20.00 is at or above the minimum $20.00'],
  ['an open charge', { standing: aStanding({ open: [OPEN] }) }, 'intent_open', 'int_1 for $50.00 is in doubt'],
  ['a new journal', { standing: aStanding({ watch: quarantine }) }, 'quarantined', 'the journal is new: only watching until 2026-11-23T16:00:00Z (`purser adopt` ends it)', HOUR_MS],
  ['a clock that is six minutes fast', { clockSkewMs: -6 * MINUTE_MS }, 'clock_skew', "this clock is 6m away from the provider's"],
  ['no look', { look: null, lookAgainAt: until(5_000) }, 'look_torn', 'no consistent look at balance and ledger yet', 5_000],
  ['a look that contradicts itself', { isLookConsistent: false }, 'look_torn', 'no consistent look at balance and ledger yet'],
  ['a page from the past', { history: aHistory({ highestAnchor: { id: '101', at: ago(MINUTE_MS) } }) }, 'anchor_stale', 'the ledger page is older than credit 101, which was seen before'],
  ['a page that ends in the middle of a second', { history: aHistory({ highestAnchor: { id: '101', at: ago(HOUR_MS) } }) }, 'anchor_stale', 'the ledger page is older than credit 101, which was seen before'],
  ['an empty page after credits were seen', { look: aLook([]), history: aHistory({ highestAnchor: { id: '100', at: ago(HOUR_MS) } }) }, 'anchor_stale', 'the ledger page is older than credit 100, which was seen before'],
  ['a page that was paid and may not show yet', { history: aHistory({ beside: [TRIED] }) }, 'anchor_not_moved', 'the last payment is settled; that balance and ledger show all of it is not beyond doubt yet'],
  ['a charge whose credit does not show', { history: aHistory({ attempts: [TRIED] }) }, 'anchor_not_moved', 'the last charge is settled but the ledger does not show its credit yet'],
  ['a fifth attempt within ten minutes', { history: aHistory({ attempts: attempts(4, { at: ago(MINUTE_MS), allowsNext: true }) }) }, 'pacing', 'several attempts came to nothing; the next one waits', 9 * MINUTE_MS],
  ['a ninth attempt within six hours', { history: aHistory({ attempts: attempts(8, { at: ago(HOUR_MS), allowsNext: true }) }) }, 'pacing', 'several attempts came to nothing; the next one waits', 5 * HOUR_MS],
  ['a lost journal and a first low look', { standing: aStanding({ watch: probation(null) }) }, 'probation', 'the journal is new: low balance is confirmed again at 2026-11-23T15:12:00Z (`purser adopt` ends it)', 12 * MINUTE_MS],
  ['a lost journal and a low look of eleven minutes ago', { standing: aStanding({ watch: probation(11 * MINUTE_MS) }) }, 'probation', 'the journal is new: low balance is confirmed again at 2026-11-23T15:01:00Z (`purser adopt` ends it)', MINUTE_MS],
  ['a lost journal and a charge of yesterday', { standing: aStanding({ watch: probation(HOUR_MS) }), history: aHistory({ lastChargeAt: ago(23 * HOUR_MS) }) }, 'probation', 'the journal is new: one charge per 24 h until 2026-11-24T15:00:00Z (`purser adopt` ends it)', HOUR_MS],
  ['a charge of nine minutes ago', { history: aHistory({ lastChargeAt: ago(9 * MINUTE_MS) }) }, 'cooling_down', 'charged 9m ago; cooldown 10m', MINUTE_MS],
  ['a burn that is known in four minutes', { spec: aWallet({ topUp: DAY_OF_BURN }), burnKnownAt: until(4 * MINUTE_MS) }, 'burn_unknown', `${LOW}; whether all that it lost was used is known at 2026-11-23T15:04:00Z, and so how much to charge`, 4 * MINUTE_MS],
  ['the per-charge cap', { history: aHistory({ usage: usageOf({ perCharge: 40 }) }) }, 'cap_per_charge', `${LOW}, but account render-eu: $50.00 is over the per-charge cap $40.00`],
  ['the day cap', { history: aHistory({ usage: usageOf({ day: 80 }, { day: 40 }) }) }, 'cap_day', `${LOW}, but account render-eu: $40.00 of the day cap $80.00 is committed; $50.00 more does not fit`],
  ['the week cap', { history: aHistory({ usage: usageOf({ week: 80 }, { week: 40 }) }) }, 'cap_week', `${LOW}, but account render-eu: $40.00 of the week cap $80.00 is committed; $50.00 more does not fit`],
  ['the month cap', { history: aHistory({ usage: usageOf({ month: 80 }, { month: 40 }) }) }, 'cap_month', `${LOW}, but account render-eu: $40.00 of the month cap $80.00 is committed; $50.00 more does not fit`],
  ['the number of charges', { history: aHistory({ usage: usageOf({ chargesPerDay: 5 }, { charges: 5 }) }) }, 'cap_charges_per_day', `${LOW}, but account render-eu: 5 of 5 charges a day are made`],
  ['a card that rests', { history: aHistory({ cards: records({ pm_visa: [[2, SOFT]] }) }) }, 'cards_waiting', `${LOW}; visa …4242 declined (insufficient_funds), rests for 4h`, 4 * HOUR_MS],
  ['a card that others try just now', { history: aHistory({ cards: records({ pm_visa: 'busy' }) }) }, 'cards_waiting', `${LOW}; visa …4242 waits for the answers to other charges on it`, 10 * SECOND_MS],
  ['no list of cards', { cards: null }, 'provider_unreachable', 'the provider did not list the saved cards'],
  ['no history', { history: null }, 'look_torn', 'no consistent look at balance and ledger yet'],
]; // biome-ignore format: a table

test.each<Row>(HOLDS)('holds back for %s', (_what, changes, reason, sentence, waitMs) => {
  const decision = decideWallet(aWalletCase(changes));
  expect(decision).toMatchObject({ kind: 'hold', reason, sentence });
  expect(decision).toMatchObject({ until: waitMs === undefined ? null : until(waitMs) });
});

test('every reason to hold a wallet back is in the table', () => {
  const shown = new Set(HOLDS.map(([, , reason]) => reason));
  const ofTheSubscription = [
    'subscription_ok',
    'plan_kept',
    'usage_unknown',
    'plan_unknown',
    'trouble_unconfirmed',
    'price_unknown',
  ];
  const ofTheKeeper = ['no_wallet_policy', 'not_possible', 'page_unclear'];
  expect(HOLD_REASONS.filter((reason) => !shown.has(reason) && !ofTheKeeper.includes(reason))).toEqual(
    HOLD_REASONS.filter((reason) => ofTheSubscription.includes(reason)),
  );
});

test('a hold over a cap says what would have been charged', () => {
  const capped = aHistory({ usage: usageOf({ day: 40 }) });
  expect(decideWallet(aWalletCase({ history: capped }))).toMatchObject({ amountCents: 5_000 });
});

test.each<[string, Partial<WalletCase>]>([
  ['nothing is in the way', {}],
  ['the first credit is still to come', { look: aLook([]) }],
  ['the clock is five minutes off', { clockSkewMs: 5 * MINUTE_MS }],
  ['the anchor is the highest one seen', { history: aHistory({ highestAnchor: { id: '100', at: ago(HOUR_MS) } }) }],
  ['a new credit stands above the highest one seen', { look: aLook([aCredit('101', { createdAt: ago(1) })]), history: aHistory({ highestAnchor: { id: '100', at: ago(HOUR_MS) } }) }],
  ['earlier attempts are proven to have charged nothing', { history: aHistory({ attempts: attempts(3, { at: ago(1), allowsNext: true }) }) }],
  ['the fifth attempt waited ten minutes', { history: aHistory({ attempts: attempts(4, { at: ago(10 * MINUTE_MS), allowsNext: true }) }) }],
  ['the cooldown is over', { history: aHistory({ lastChargeAt: ago(10 * MINUTE_MS) }) }],
  ['the journal was lost, two looks are low and a day went by', { standing: aStanding({ watch: probation(12 * MINUTE_MS) }), history: aHistory({ lastChargeAt: ago(DAY_MS) }) }],
  ['a subscription is being repaired', { standing: aStanding({ open: [{ kind: 'fix_payment', state: 'in_doubt', sentence: 'x' }] }) }],
  ['the charge fills the cap to the cent', { history: aHistory({ usage: usageOf({ perCharge: 50, day: 80 }, { day: 30 }) }) }],
  ['the cheap poll was a moment too old', { balanceMicroUsd: microFromCents(cents(1_999)) }],
])('charges where %s', (_sentence, changes) => {
  expect(decideWallet(aWalletCase(changes))).toEqual({
    kind: 'charge',
    reason: 'below_minimum',
    sentence: `${LOW}: top up $50.00 with visa …4242`,
    amountCents: 5_000,
    action: { kind: 'fund', card: 'pm_visa', coupon: null },
  });
}); // biome-ignore format: a table

test('an amount that is worked out keeps the narrowest per-charge cap of account, group and fleet', () => {
  const spec = aWallet({ topUp: { kind: 'to', targetCents: cents(9_000) } });
  const caps = [60, 40, 80].flatMap((perCharge) => usageOf({ perCharge }));
  for (const usage of [caps, caps.toReversed()])
    expect(decideWallet(aWalletCase({ spec, history: aHistory({ usage }) }))).toMatchObject({ amountCents: 4_000, kind: 'charge' });
}); // biome-ignore format: one check a line

test('a balance a millionth of a dollar short is below the minimum', () => {
  const look = { ...aLook([]), balanceMicroUsd: microUsd(19_999_999) };
  expect(decideWallet(aWalletCase({ look }))).toMatchObject({ kind: 'charge' });
});

test.each<[string, Partial<WalletCase>, string, string]>([
  ['a settled charge stays out of the ledger for two hours', { history: aHistory({ attempts: [{ at: ago(2 * HOUR_MS), allowsNext: false }] }) }, 'anchor_not_moved', 'the last charge is settled but the ledger does not show its credit yet after 2h'],
  ['no look could be trusted for two hours', { isLookConsistent: false, unsoundForMs: 2 * HOUR_MS }, 'look_torn', 'no consistent look at balance and ledger yet for 2h'],
  ['the ledger shows an old page for two hours', { history: aHistory({ highestAnchor: { id: '101', at: ago(1) } }), unsoundForMs: 2 * HOUR_MS }, 'anchor_stale', 'the ledger page is older than credit 101, which was seen before, for 2h'],
])('freezes where %s', (_sentence, changes, reason, sentence) => {
  expect(decideWallet(aWalletCase(changes))).toEqual({ kind: 'freeze', reason, sentence });
}); // biome-ignore format: a table

test.each<[string, Partial<WalletCase>, string]>([
  ['the only card is dead', { history: aHistory({ cards: records({ pm_visa: [[1, 'expired_card']] }) }) }, 'visa …4242 declined and needs a person (expired_card)'],
  ['no card is saved', { cards: [] }, 'the default card is not saved with the provider'],
  ['the policy pays by hand', { spec: aWallet({ payWith: [{ kind: 'human' }] }) }, 'the policy pays by hand'],
])('asks a person where %s', (_sentence, changes, why) => {
  expect(decideWallet(aWalletCase(changes))).toEqual({
    kind: 'needs_human', reason: 'no_card_left', sentence: `${LOW}; ${why}`, amountCents: 5_000,
  });
}); // biome-ignore format: a table

test.each<[string, Partial<WalletCase>, number | string]>([
  ['four times the last charge is wanted', {}, 9_100],
  ['half as much again is wanted', { burnPerSecond: 38_000_000 / 86_400 }, 3_300],
  ['a little more than the last charge is wanted', { burnPerSecond: 34_000_000 / 86_400 }, 'cooling_down'],
  ['the burn is not known', { burnPerSecond: null }, 'cooling_down'],
  ['as much as one charge may be was charged', { history: aHistory({ lastChargeAt: ago(MINUTE_MS), lastChargeCents: cents(2_200), usage: usageOf({ perCharge: 22 }) }) }, 'cooling_down'],
  ['it is not known what was charged', { history: aHistory({ lastChargeAt: ago(MINUTE_MS) }) }, 'cooling_down'],
])('a minute after a charge of $22.00, for a runway, where %s', (_sentence, changes, amountOrReason) => {
  const spec = aWallet({ topUp: DAY_OF_BURN });
  const history = aHistory({ lastChargeAt: ago(MINUTE_MS), lastChargeCents: cents(2_200) });
  const decision = decideWallet(aWalletCase({ spec, history, burnPerSecond: 96_000_000 / 86_400, ...changes }));
  if (typeof amountOrReason === 'number') expect(decision).toMatchObject({ kind: 'charge', amountCents: amountOrReason });
  else expect(decision).toMatchObject({ kind: 'hold', reason: amountOrReason });
}); // biome-ignore format: a table
