import { expect, test } from 'vitest';
import type { Intent } from '../../src/charge/intent.ts';
import { matchCredit } from '../../src/charge/settle.ts';
import type { LedgerCredit } from '../../src/domain/observation.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { aCredit, ago, aLook, NOW, paymentIntent } from '../domain/a-ledger.ts';
import { anIntent, aRepair, inDoubt } from './an-intent.ts';

/** The credit that the intents of these tests were armed on, older than they are. */
const ANCHOR = aCredit('100', { createdAt: ago(48 * HOUR_MS) });
const LATER = { createdAt: addMs(NOW, 5 * SECOND_MS) };
const CHARGED = { kind: 'charged', since: NOW } as const;
const DECLINED = { kind: 'declined', since: NOW, code: 'insufficient_funds' } as const;
const ACTION = { kind: 'action', since: NOW } as const;
const OTHER_BODY = { kind: 'in_doubt', since: NOW, why: 'key_used_with_another_body' } as const;
const pi1 = { paymentIntent: paymentIntent('pi_1') };

function found(intent: Intent, credits: readonly LedgerCredit[], claimed: readonly string[] = []): string {
  const match = matchCredit(
    intent,
    aLook([...credits, ANCHOR], { at: addMs(NOW, 3 * HOUR_MS) }),
    new Set(claimed),
    false,
  );
  return match.kind === 'match' ? match.credit.id : match.kind;
}

test.each<[string, Intent, readonly LedgerCredit[], string]>([
  ['the payment decides, whatever the amount', inDoubt(pi1), [aCredit('101', { ...LATER, paymentIntentId: 'pi_1', amountCents: 4_900 })], '101'],
  ['the payment decides between two of one amount', inDoubt(pi1), [aCredit('102', LATER), aCredit('101', { ...LATER, paymentIntentId: 'pi_1' })], '101'],
  ['a declined charge that was paid after all', anIntent({ ...pi1, state: DECLINED }), [aCredit('101', { ...LATER, paymentIntentId: 'pi_1' })], '101'],
  ['a person confirmed', anIntent({ ...pi1, state: ACTION }), [aCredit('101', { ...LATER, paymentIntentId: 'pi_1' })], '101'],
  ['a new credit of our amount', inDoubt(), [aCredit('101', LATER)], '101'],
  ['a new credit of our amount, while armed', anIntent(), [aCredit('101', LATER)], '101'],
  ['a new credit of our amount, after an answer without a payment', anIntent({ state: CHARGED }), [aCredit('101', LATER)], '101'],
  ['the row names a payment, the intent knows none', inDoubt(), [aCredit('101', { ...LATER, paymentIntentId: 'pi_9' })], '101'],
  ['the intent knows a payment, the row names none', inDoubt(pi1), [aCredit('101', LATER)], '101'],
  ['a row without a use', inDoubt(), [aCredit('101', { ...LATER, usecase: '' })], '101'],
  ['a provider that stamps its rows with the day, or in another zone', inDoubt({ anchor: 'none' }), [aCredit('101', { createdAt: ago(36 * HOUR_MS) })], '101'],
  ['a row from before another start of ours, no older than a late row', inDoubt({ anchor: 'none' }), [aCredit('101', { createdAt: ago(35 * MINUTE_MS), isStampExact: true })], '101'],
  ['a row in time, beside one of our amount from hours before', anIntent({ state: CHARGED, anchor: 'none' }), [aCredit('102', { ...LATER, isStampExact: true }), aCredit('101', { createdAt: ago(11 * HOUR_MS), isStampExact: true })], '102'],
  ['another amount, where another body went out under our key', inDoubt({ state: OTHER_BODY, canReplay: false }), [aCredit('101', { ...LATER, amountCents: 9_000 })], '101'],
])('a match: %s', (_sentence, intent, credits, expected) => {
  expect(found(intent, credits)).toBe(expected);
}); // biome-ignore format: a table

test.each<[string, Intent, readonly LedgerCredit[]]>([
  ['another amount', inDoubt(), [aCredit('101', { ...LATER, amountCents: 4_900 })]],
  ['two of our amount', inDoubt(), [aCredit('101', LATER), aCredit('102', LATER)]],
  ['our amount after a decline: a sum that happens to be equal is not it', anIntent({ state: DECLINED }), [aCredit('101', LATER)]],
  ['another payment of our amount, where a send before the declined one is unclear', anIntent({ ...pi1, state: DECLINED, hasUnclearSend: true }), [aCredit('101', { ...LATER, paymentIntentId: 'pi_9' })]],
  ['the same as late as a POST may be on its way', anIntent({ ...pi1, state: DECLINED, hasUnclearSend: true }), [aCredit('101', { createdAt: addMs(NOW, 2 * HOUR_MS), isStampExact: true, paymentIntentId: 'pi_9' })]],
  ['the same by a clock of another zone', anIntent({ ...pi1, state: DECLINED, hasUnclearSend: true }), [aCredit('101', { createdAt: addMs(NOW, 4 * HOUR_MS), isStampExact: true, paymentIntentId: 'pi_9' })]],
  ['the same later, by a stamp that may be wrong', anIntent({ ...pi1, state: DECLINED, hasUnclearSend: true }), [aCredit('101', { createdAt: addMs(NOW, 9 * HOUR_MS), paymentIntentId: 'pi_9' })]],
  ['our amount while a person is to confirm', anIntent({ state: ACTION }), [aCredit('101', LATER)]],
  ['two other amounts, where another body went out under our key', inDoubt({ state: OTHER_BODY }), [aCredit('101', { ...LATER, amountCents: 1 }), aCredit('102', { ...LATER, amountCents: 2 })]],
  ['our amount, stamped to the second long before the arming', anIntent({ state: CHARGED, anchor: 'none' }), [aCredit('101', { createdAt: ago(35 * MINUTE_MS + 1), isStampExact: true })]],
  ['a row that is no money yet', inDoubt(), [aCredit('101', { ...LATER, isSuccessful: false })]],
  ['our payment, but no money yet', inDoubt(pi1), [aCredit('101', { ...LATER, paymentIntentId: 'pi_1', isSuccessful: false })]],
  ['a row that is no money yet, where another body went out under our key', inDoubt({ state: OTHER_BODY }), [aCredit('101', { ...LATER, amountCents: 1, isSuccessful: false })]],
])('maybe: %s', (_sentence, intent, credits) => {
  expect(found(intent, credits)).toBe('candidate');
}); // biome-ignore format: a table

test.each<[string, Intent, readonly LedgerCredit[]]>([
  ['an empty ledger', inDoubt(), []],
  ['another payment of our amount, where nothing but the declined send went out', anIntent({ ...pi1, state: DECLINED }), [aCredit('101', { ...LATER, paymentIntentId: 'pi_9' })]],
  ['another payment of our amount, when no send before the declined one can be on its way', anIntent({ ...pi1, state: DECLINED, hasUnclearSend: true }), [aCredit('101', { createdAt: addMs(NOW, 2 * HOUR_MS + 1), isStampExact: true, paymentIntentId: 'pi_9' })]],
  ['another payment, of our amount', inDoubt(pi1), [aCredit('101', { ...LATER, paymentIntentId: 'pi_2' })]],
  ["the provider's own recharge, of our amount", inDoubt(), [aCredit('101', { ...LATER, usecase: 'auto_recharge' })]],
  ['a coupon of our amount', inDoubt(), [aCredit('101', { ...LATER, source: 'coupon', usecase: 'bonus' })]],
  ['a credit from two days before', inDoubt({ anchor: 'none' }), [aCredit('99', { createdAt: ago(36 * HOUR_MS + 1) })]],
  ['the anchor itself, of our amount and minute', inDoubt({ anchor: '101' }), [aCredit('101', { createdAt: ago(MINUTE_MS) })]],
  ['a credit that stood below the anchor when the intent was armed', inDoubt({ anchor: '102' }), [aCredit('102', { createdAt: ago(3 * MINUTE_MS), amountCents: 1_000 }), aCredit('101', { createdAt: ago(4 * MINUTE_MS) })]],
  ['anything at all for a subscription', aRepair({ ...pi1, state: CHARGED }), [aCredit('101', { ...LATER, paymentIntentId: 'pi_1', amountCents: 1_000 })]],
])('nothing there: %s', (_sentence, intent, credits) => {
  expect(found(intent, credits)).toBe('none');
}); // biome-ignore format: a table

test("a credit that the journal has taken in already is nobody's second charge", () => {
  expect(found(inDoubt(), [aCredit('101', LATER)], ['101'])).toBe('none');
  expect(found(inDoubt(), [aCredit('101', LATER), aCredit('102', LATER)], ['102'])).toBe('101');
});

const AN_HOUR_LATER = addMs(NOW, HOUR_MS);
const atMinute = (minutes: number) => ({ createdAt: addMs(NOW, minutes * MINUTE_MS), isStampExact: true });
const BEFORE = aCredit('101', atMinute(50));
const DURING = aCredit('102', atMinute(60.2));
const BEHIND = aCredit('103', atMinute(67));

test.each<[string, readonly LedgerCredit[], string]>([
  ['one behind its last POST', [BEHIND], '103'],
  ['one between its POSTs is no evidence', [DURING], 'candidate'],
  [
    'one from before its first POST, where clocks differ, is no evidence',
    [aCredit('102', atMinute(55))],
    'candidate',
  ],
  ['one that says a day only is no evidence', [{ ...BEHIND, isStampExact: false }], 'candidate'],
  ['the one that it was armed on', [{ ...BEFORE, isStampExact: false }], '101'],
  ['the one before it, not its own', [DURING, BEFORE], '101'],
  ['the one behind it, not its own', [BEHIND, DURING], '103'],
])('the row of a paid page beside a card in doubt: %s', (_what, credits, expected) => {
  const page = anIntent({ kind: 'fund_link', state: CHARGED });
  const doubt = inDoubt({
    anchor: '101',
    armedAt: AN_HOUR_LATER,
    lastSendAt: addMs(AN_HOUR_LATER, 22 * SECOND_MS),
  });
  const match = matchCredit(page, aLook([...credits, ANCHOR]), new Set(), false, [doubt]);
  expect(match.kind === 'match' ? match.credit.id : match.kind).toBe(expected);
});

const atSecond = (seconds: number, changes: Parameters<typeof aCredit>[1] = {}) => ({
  createdAt: addMs(NOW, seconds * SECOND_MS),
  isStampExact: true,
  ...changes,
});
const OWN = aCredit('101', atSecond(-1));
const TWINS = aCredit('102', atSecond(6));

test.each<[string, readonly LedgerCredit[], string]>([
  ['the row next behind the anchor', [TWINS, OWN], '101'],
  ['the row next behind the anchor, of three', [aCredit('103', atSecond(40)), TWINS, OWN], '101'],
  ['the row next behind the anchor, on a clock that is ahead', [aCredit('102', atSecond(26)), aCredit('101', atSecond(20))], '101'],
  ['neither, where the second may be of a replay', [aCredit('102', atSecond(3)), OWN], 'candidate'],
  ["neither, where the first may be a person's, from before the arming", [TWINS, aCredit('101', atSecond(-15))], 'candidate'],
  ['neither, where a payment of another amount was first', [TWINS, OWN, aCredit('100.5', atSecond(-2, { amountCents: 2_000 }))], 'candidate'],
  ['neither, where the first is no money yet', [TWINS, aCredit('101', atSecond(-1, { isSuccessful: false }))], 'candidate'],
  ['neither, where the first came long after the arming', [aCredit('102', atSecond(50)), aCredit('101', atSecond(31))], 'candidate'],
  ['neither, where the first says a day only', [TWINS, aCredit('101', atSecond(-1, { isStampExact: false }))], 'candidate'],
  ['neither, where the second says a day only', [aCredit('102', atSecond(6, { isStampExact: false })), OWN], 'candidate'],
])("another purser's charge of one amount came before the ledger was read, ours is %s", (_what, credits, expected) => {
  const intent = inDoubt({ anchor: '100', lastSendAt: addMs(NOW, 5 * SECOND_MS) });
  expect(found(intent, credits)).toBe(expected);
}); // biome-ignore format: a table

test('of two rows of one amount none is ours where the page no longer shows the anchor', () => {
  const match = matchCredit(inDoubt({ anchor: '100' }), aLook([TWINS, OWN]), new Set(), false);
  expect(match.kind).toBe('candidate');
});
