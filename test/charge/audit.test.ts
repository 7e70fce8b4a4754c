import fc from 'fast-check';
import { expect, test } from 'vitest';
import { audit, type LedgerRefund } from '../../src/charge/audit.ts';
import type { LedgerDebit } from '../../src/charge/audit-payouts.ts';
import type { Intent } from '../../src/charge/intent.ts';
import type { CreditId, IntentId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { aCredit, NOW, paymentIntent } from '../domain/a-ledger.ts';
import { anIntent, aRepair, inDoubt } from './an-intent.ts';

const PERIOD = { since: addMs(NOW, -DAY_MS), until: addMs(NOW, DAY_MS) };

/** Settled by the credit `101` of $50, paid by `pi_1`. */
function settled(changes: Partial<Intent> = {}, amount = 5_000): Intent {
  const credit = '101' as CreditId; // as the provider numbers them
  const state = { kind: 'settled', at: NOW, amountCents: cents(amount), credit, by: 'ledger' } as const;
  return anIntent({ paymentIntent: paymentIntent('pi_1'), state, ...changes });
}

/** Settled by `pi_1` before any row of the ledger showed it. */
const byPayment = () =>
  settled({
    state: { kind: 'settled', at: NOW, amountCents: cents(5_000), credit: null, by: 'payment_status' },
  });

const own = ({ id = '101', ...changes }: { id?: string } & Parameters<typeof aCredit>[1] = {}) =>
  aCredit(id, { createdAt: NOW, paymentIntentId: 'pi_1', ...changes });
const refund = (changes: Partial<LedgerRefund> = {}): LedgerRefund => ({
  id: '200',
  amountCents: cents(5_000),
  createdAt: NOW,
  paymentIntentId: paymentIntent('pi_1'),
  ...changes,
});

/** $130 paid out by our own order. */
const paidOut = (changes: Partial<Intent> = {}): Intent => {
  const state = { kind: 'settled', at: NOW, amountCents: cents(0), credit: null, by: 'answer' } as const;
  const body = '{"amount":130}';
  return anIntent({ kind: 'withdraw', endpoint: 'withdraw', body, amountCents: cents(0), state, ...changes });
};
const debit = (changes: Partial<LedgerDebit> = {}): LedgerDebit => ({
  id: '300',
  amountCents: cents(13_000),
  createdAt: NOW,
  isPayout: true,
  ...changes,
});

type Books = Parameters<typeof audit>[0];
const books = (changes: Partial<Books>): Books => ({
  intents: [],
  credits: [],
  refunds: [],
  debits: [],
  ...PERIOD,
  ...changes,
});
const kinds = (found: ReturnType<typeof audit>) => found.findings.map(({ kind }) => kind);

test.each<[string, Partial<Books>, readonly string[], number]>([
  ['nothing at all', {}, [], 0],
  ['a charge and its credit', { intents: [settled()], credits: [own()] }, [], 1],
  ['a charge known by its payment alone', { intents: [settled()], credits: [own({ id: '777' })] }, [], 1],
  ['a charge whose credit is stamped in another zone', { intents: [settled()], credits: [own({ createdAt: addMs(NOW, -30 * HOUR_MS) })] }, [], 1],
  ['a charge known by its payment, whose credit names none', { intents: [byPayment()], credits: [own({ paymentIntentId: null })] }, [], 1],
  ['the same, and a credit of nobody', { intents: [byPayment()], credits: [own({ paymentIntentId: null }), own({ id: '102', paymentIntentId: null })] }, ['foreign'], 1],
  ['a credit before the charge is not its own', { intents: [byPayment()], credits: [own({ paymentIntentId: null, createdAt: addMs(NOW, -2 * DAY_MS) })], since: addMs(NOW, -HOUR_MS) }, ['missing'], 0],
  ['two charges that claim one credit', { intents: [settled(), settled({ id: 'int_2' as IntentId, armedAt: addMs(NOW, 1) })], credits: [own()] }, ['missing'], 1],
  ['no credit', { intents: [settled()] }, ['missing'], 0],
  ['a credit that is no money yet', { intents: [settled()], credits: [own({ isSuccessful: false })] }, ['missing'], 0],
  ['another amount', { intents: [settled()], credits: [own({ amountCents: 4_900 })] }, ['differs'], 0],
  ['a credit that was reversed', { intents: [settled()], credits: [own({ isSuccessful: false, isReversed: true })] }, ['refunded'], 0],
  ['two credits of one payment', { intents: [settled()], credits: [own(), own({ id: '102' })] }, ['duplicate'], 1],
  ['a credit of nobody', { credits: [own()] }, ['foreign'], 0],
  ['a credit of nobody before the period', { credits: [own({ createdAt: addMs(NOW, -2 * DAY_MS) })] }, [], 0],
  ['the native recharge', { credits: [own({ usecase: 'auto_recharge' })] }, ['auto_funding'], 0],
  ['a coupon beside a charge', { intents: [settled()], credits: [own(), aCredit('9', { source: 'coupon', usecase: 'coupon', paymentIntentId: null })] }, [], 1],
  ['a refund of ours', { intents: [settled()], credits: [own()], refunds: [refund()] }, ['refunded'], 1],
  ['a refund before the period', { intents: [settled()], credits: [own()], refunds: [refund({ createdAt: addMs(NOW, -2 * DAY_MS) })] }, [], 1],
  ['an open charge', { intents: [anIntent()] }, ['open'], 0],
  ['a charge that is open since before the period', { intents: [inDoubt({ armedAt: addMs(NOW, -40 * DAY_MS) })] }, ['open'], 0],
  ['a charge that is armed after the period', { intents: [anIntent({ armedAt: addMs(NOW, 2 * DAY_MS) })] }, [], 0],
  ['a charge before the period', { intents: [settled({ armedAt: addMs(NOW, -2 * DAY_MS) })], credits: [own()] }, [], 0],
])('%s', (_what, changes, expected, matched) => {
  const found = audit(books(changes));
  expect(kinds(found)).toEqual(expected);
  expect(found.matches).toHaveLength(matched);
}); // biome-ignore format: a table

test.each<[string, Partial<Books>, readonly string[], number]>([
  ['its debit', { intents: [paidOut()], debits: [debit()] }, [], 1],
  ['its debit under another name', { intents: [paidOut()], debits: [debit({ isPayout: false })] }, [], 1],
  ['its debit of days later', { intents: [paidOut()], debits: [debit({ createdAt: addMs(NOW, 3 * DAY_MS) })] }, [], 1],
  ['no debit', { intents: [paidOut()] }, ['payout_missing'], 0],
  ['a debit of another amount', { intents: [paidOut()], debits: [debit({ amountCents: cents(12_900) })] }, ['payout_missing', 'payout_foreign'], 0],
  ['a debit of days before', { intents: [paidOut()], debits: [debit({ createdAt: addMs(NOW, -3 * DAY_MS) })] }, ['payout_missing'], 0],
  ['a use of the same amount, days later', { intents: [paidOut()], debits: [debit({ isPayout: false, createdAt: addMs(NOW, 3 * DAY_MS) })] }, ['payout_missing'], 0],
  ['one debit for two', { intents: [paidOut(), paidOut({ id: 'int_2' as IntentId, armedAt: addMs(NOW, 1) })], debits: [debit()] }, ['payout_missing'], 1],
  ['a use of the same amount beside its debit', { intents: [paidOut()], debits: [debit({ id: '299', isPayout: false }), debit()] }, [], 1],
])('a withdrawal and %s', (_what, changes, expected, matched) => {
  const found = audit(books(changes));
  expect(kinds(found)).toEqual(expected);
  expect(found.payouts).toHaveLength(matched);
  expect([found.matches, found.elsewhere, found.paidOutCents]).toEqual([[], [], matched * 13_000]);
}); // biome-ignore format: a table

test.each<[string, Partial<Books>, readonly string[]]>([
  ['a withdrawal of nobody', { debits: [debit()] }, ['payout_foreign']],
  ['what was used', { debits: [debit({ isPayout: false })] }, []],
  ['a withdrawal before the period', { debits: [debit({ createdAt: addMs(NOW, -2 * DAY_MS) })] }, []],
  ['a withdrawal in doubt and its debit', { intents: [paidOut({ state: inDoubt().state })], debits: [debit()] }, ['open']],
  ['a withdrawal that a person called off, and its debit', { intents: [paidOut({ state: { kind: 'released', at: NOW, because: 'operator', code: null } })], debits: [debit()] }, ['payout_foreign']],
])('%s', (_what, changes, expected) => {
  expect(kinds(audit(books(changes)))).toEqual(expected);
}); // biome-ignore format: a table

test('a withdrawal in doubt is shown with what it pays out', () => {
  const [open] = audit(books({ intents: [paidOut({ state: inDoubt().state })] })).findings;
  expect(open).toMatchObject({ kind: 'open', bookedCents: 13_000 });
});

test('what a subscription was paid is counted apart', () => {
  const state = {
    kind: 'settled',
    at: NOW,
    amountCents: cents(1_000),
    credit: null,
    by: 'subscription_status',
  } as const;
  const found = audit(books({ intents: [aRepair({ state })] }));
  expect(found).toMatchObject({ findings: [], matches: [], elsewhere: [{ kind: 'fix_payment' }] });
});

test('books that were kept well agree, however many charges there are and in whatever order', () => {
  const amounts = fc.array(fc.integer({ min: 1_000, max: 90_000 }), { maxLength: 30 });
  fc.assert(
    fc.property(amounts, fc.boolean(), (list, isReversed) => {
      const ids = list.map((_, index) => `${index + 1}`);
      const intents = list.map((amount, index) =>
        settled(
          {
            id: `int_${index}` as IntentId,
            paymentIntent: paymentIntent(`pi_${index}`),
            state: { kind: 'settled', at: NOW, amountCents: cents(amount), credit: ids[index] as CreditId, by: 'ledger' },
          },
          amount,
        ),
      );
      const credits = list.map((amount, index) =>
        aCredit(ids[index] ?? '', { createdAt: NOW, amountCents: amount, paymentIntentId: `pi_${index}` }),
      );
      const found = audit(books({ intents, credits: isReversed ? credits.toReversed() : credits }));
      expect(found.findings).toEqual([]);
      expect(found.matchedCents).toBe(list.reduce((sum, amount) => sum + amount, 0));
    }),
  );
}); // biome-ignore format: an intent each
