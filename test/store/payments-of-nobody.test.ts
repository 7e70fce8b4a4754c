import { expect, test } from 'vitest';
import { onOperator } from '../../src/charge/step.ts';
import type { PaymentIntentId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aStore } from './a-store.ts';
import { aCredit, anIntent, NOW, ONE, request } from './an-intent.ts';

const later = (minutes: number) => addMs(NOW, minutes * MINUTE_MS);
const pi = (name: string) => `pi_${name}` as PaymentIntentId;

/** Rows are taken in as nobody's at those minutes, and a person says at minute 60 that the charge of that amount was made. */
async function scene(rows: readonly (readonly [payment: string, minute: number, dollars: number])[]) {
  const { journal } = await aStore();
  const charge = anIntent();
  await journal.arm(request(charge));
  const sent = await journal.recordSend(charge, NOW);
  const take = async ([payment, minute, dollars]: (typeof rows)[number]) => {
    const at = later(minute);
    const credit = aCredit({
      id: `row-${payment}` as never,
      paymentIntentId: pi(payment),
      amountCents: cents(dollars * 100),
      createdAt: at,
    });
    const taken = { credit, intent: null, isTold: false, countsFrom: at };
    const intake = { account: ONE, group: null, told: [], unsettled: [], incidents: [] };
    const totals = { creditedMicroUsd: null, usedMicroUsd: null };
    await journal.absorb({
      ...intake,
      credits: [taken],
      anchor: { id: '1', at: null },
      totals,
      scannedAt: null,
      now: at,
    });
  };
  for (const row of rows.filter(([, minute]) => minute < 60)) await take(row);
  const { intent: after } = onOperator(sent, 'charged', later(60));
  await journal.record({ before: sent, after, now: later(60), why: 'operator', freeze: null, incidents: [] });
  for (const row of rows.filter(([, minute]) => minute >= 60)) await take(row);
  const owned = async () => [
    ...(
      await journal.ownPayments(
        ONE,
        rows.map(([payment]) => pi(payment)),
      )
    ).keys(),
  ];
  return { journal, charge, owned };
}

test('what stood there of its amount when a person called it charged may be its own, and nothing else', async () => {
  const dollars = anIntent().amountCents / 100;
  const { owned } = await scene([
    ['one', 5, dollars],
    ['two', 10, dollars],
    ['other', 15, dollars + 1],
    ['late', 90, dollars],
  ]);
  expect(await owned()).toEqual([pi('one'), pi('two')]);
});

test('each of them is taken back once, by whatever row', async () => {
  const dollars = anIntent().amountCents / 100;
  const { journal, charge, owned } = await scene([
    ['one', 5, dollars],
    ['two', 10, dollars],
  ]);
  const refund = { account: ONE, intent: charge.id, incidents: [], now: addMs(NOW, 2 * HOUR_MS) };
  expect(await journal.noteRefund({ ...refund, rowId: '7', payment: pi('one') })).toBe(true);
  expect(await owned()).toEqual([pi('two')]);
});
