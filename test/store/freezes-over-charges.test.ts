import { expect, test } from 'vitest';
import type { Intent } from '../../src/charge/intent.ts';
import type { Journal } from '../../src/charge/journal.ts';
import { onOperator } from '../../src/charge/step.ts';
import type { IntentId, PaymentIntentId, SubscriptionId } from '../../src/domain/ids.ts';
import { addMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aStore } from './a-store.ts';
import { aCredit, anIntent, NOW, ONE, request } from './an-intent.ts';

const TOOK_BACK = [{ kind: 'freeze', reason: expect.stringContaining('took back') }];
const later = (minutes: number) => addMs(NOW, minutes * MINUTE_MS);

test('of two open charges the refund of one stays a freeze, whichever is resolved first', async () => {
  const { journal } = await aStore();
  const repair = anIntent({ kind: 'resume', subscription: 'sub_1' as SubscriptionId }); // as the provider names it
  const fund = anIntent({ paymentIntent: 'pi_f' as PaymentIntentId });
  await journal.arm(request(repair));
  await journal.arm(request(fund));
  const stuck = { before: repair, after: repair, why: 'look', freeze: 'stuck', incidents: [] };
  await journal.record({ ...stuck, now: NOW });
  await journal.noteRefund({
    account: ONE,
    rowId: '9',
    payment: null,
    intent: fund.id,
    incidents: [],
    now: later(60),
  });
  await journal.endFreezeOver(repair, [], later(120));
  expect(await journal.holds(ONE)).toMatchObject([{ intent: fund.id }]);
  await journal.endFreezeOver(fund, [], later(180));
  expect(await journal.holds(ONE)).toMatchObject(TOOK_BACK);
});

const OLD = 'int_old' as IntentId; // of a charge before

async function frozenOver(fund: Intent, journal: Journal, minute: number) {
  const stuck = { before: fund, after: fund, why: 'look', freeze: 'stuck', incidents: [] };
  await journal.record({ ...stuck, now: later(minute) });
}

test('a refund behind a freeze is one whatever the clock said then, and is told by no other row', async () => {
  const { journal } = await aStore();
  const fund = anIntent();
  await journal.arm(request(fund));
  await frozenOver(fund, journal, 40);
  await journal.noteRefund({
    account: ONE,
    rowId: '9',
    payment: null,
    intent: OLD,
    incidents: [],
    now: later(2),
  });
  await journal.endFreezeOver(fund, [], addMs(NOW, HOUR_MS));
  expect(await journal.holds(ONE)).toMatchObject([{ ...TOOK_BACK[0], intent: OLD }]);
  await journal.endFreezeOver(fund, [], addMs(NOW, HOUR_MS));
  expect(await journal.holds(ONE)).toMatchObject(TOOK_BACK);
});

test('a refund that a person has looked at is no freeze again behind the next charge', async () => {
  const { journal } = await aStore();
  const fund = anIntent();
  await journal.arm(request(fund));
  await journal.noteRefund({
    account: ONE,
    rowId: '9',
    payment: null,
    intent: OLD,
    incidents: [],
    now: later(1),
  });
  expect(await journal.liftHold(ONE, 'freeze', [], later(2))).toBe(true); // purser resume --freeze
  await frozenOver(fund, journal, 4);
  await journal.endFreezeOver(fund, [], addMs(NOW, HOUR_MS));
  expect(await journal.holds(ONE)).toEqual([]);
});

test('a freeze that a person saw before a refund is not that freeze any more, whatever the clock says', async () => {
  const { journal } = await aStore();
  const freeze = {
    account: ONE,
    kind: 'freeze',
    reason: 'for a test',
    since: later(9),
    intent: null,
  } as const;
  await journal.setHold(freeze, []);
  const refund = { account: ONE, payment: null, intent: OLD, incidents: [], now: later(2) };
  await journal.noteRefund({ ...refund, rowId: '8' });
  const [first] = await journal.holds(ONE);
  expect(first).toMatchObject({ reason: expect.stringMatching(/^for a test; and .*took back.*row 8/) });
  await journal.noteRefund({ ...refund, rowId: '9' });
  expect(await journal.letGo(freeze, [], later(20))).toBe(false);
  expect(await journal.letGo({ ...freeze, ...first }, [], later(20))).toBe(false);
  const [last] = await journal.holds(ONE);
  expect(last?.since).toBeGreaterThan(first?.since ?? 0);
  expect(await journal.letGo({ ...freeze, ...last }, [], later(20))).toBe(true);
});

test('the first row of what a person called made is its own, however late it is booked', async () => {
  const { journal } = await aStore();
  const fund = anIntent();
  await journal.arm(request(fund));
  const sent = await journal.recordSend(fund, NOW);
  const { intent: after } = onOperator(sent, 'charged', later(30));
  await journal.record({ before: sent, after, now: later(30), why: 'operator', freeze: null, incidents: [] });
  const row = aCredit({ createdAt: later(90), isStampExact: true });
  const { unknown } = await journal.sortCredits(ONE, [row], null);
  expect(unknown).toMatchObject([{ intent: fund.id }]);
});
