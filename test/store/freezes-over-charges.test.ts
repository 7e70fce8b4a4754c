import { expect, test } from 'vitest';
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
  await journal.noteRefund({ account: ONE, rowId: '9', intent: fund.id, incidents: [], now: later(60) });
  await journal.endFreezeOver(repair, [], later(120));
  expect(await journal.holds(ONE)).toMatchObject([{ intent: fund.id }]);
  await journal.endFreezeOver(fund, [], later(180));
  expect(await journal.holds(ONE)).toMatchObject(TOOK_BACK);
});

test('a refund behind a freeze is one also where the clock was a little ahead then', async () => {
  const { journal } = await aStore();
  const fund = anIntent();
  await journal.arm(request(fund));
  await journal.record({
    before: fund,
    after: fund,
    now: later(4),
    why: 'look',
    freeze: 'stuck',
    incidents: [],
  });
  const old = 'int_old' as IntentId; // of a charge before
  await journal.noteRefund({ account: ONE, rowId: '9', intent: old, incidents: [], now: later(2) });
  await journal.endFreezeOver(fund, [], addMs(NOW, HOUR_MS));
  expect(await journal.holds(ONE)).toMatchObject(TOOK_BACK);
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
