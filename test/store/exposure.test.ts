import { expect, test } from 'vitest';
import type { PaymentIntentId } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS } from '../../src/domain/time.ts';
import type { Store } from '../../src/store/store.ts';
import { aPath, aStore } from './a-store.ts';
import {
  aCredit,
  anIntent,
  enter,
  fire,
  GROUP,
  NOW,
  ONE,
  OTHER,
  released,
  request,
  scope,
  settled,
} from './an-intent.ts';

const SCOPES = [scope('account', {}), scope('group', {}), scope('fleet', {})];

async function used(store: Store, now: EpochMs = NOW) {
  return (await store.journal.usage(SCOPES, now)).map(({ usage }) => usage);
}

function all(dayCents: number, chargesToday: number) {
  return SCOPES.map(() => ({ dayCents, weekCents: dayCents, monthCents: dayCents, chargesToday }));
}

async function armed(store: Store, over = {}) {
  const intent = anIntent(over);
  await store.journal.arm(request(intent));
  return intent;
}

function intake(credits: readonly Parameters<typeof aCredit>[0][]) {
  return {
    account: ONE,
    group: GROUP,
    credits: credits.map((over) => {
      const credit = aCredit(over);
      return { credit, intent: null, isTold: true, countsFrom: credit.createdAt };
    }),
    told: [],
    totals: { creditedMicroUsd: null, usedMicroUsd: null },
    unsettled: [],
    anchor: { id: '2001', at: NOW },
    scannedAt: null,
    incidents: [],
    now: NOW,
  };
}

test('a reservation counts in every window of every scope until it is closed, however old it gets', async () => {
  const store = await aStore();
  await armed(store);
  expect(await used(store)).toEqual(all(5_000, 1));
  expect(await used(store, addMs(NOW, 365 * DAY_MS))).toEqual(all(5_000, 1));
});

test('what is settled counts from the time of its evidence, and leaves window after window', async () => {
  const store = await aStore();
  await enter(store.journal, await armed(store), settled(HOUR_MS), { atMs: HOUR_MS });
  const after = async (ms: number) => (await used(store, addMs(NOW, HOUR_MS + ms)))[0];
  expect(await after(DAY_MS - 1)).toEqual({
    dayCents: 5_000,
    weekCents: 5_000,
    monthCents: 5_000,
    chargesToday: 1,
  });
  expect(await after(DAY_MS)).toMatchObject({ dayCents: 0, weekCents: 5_000, chargesToday: 0 });
  expect(await after(7 * DAY_MS)).toMatchObject({ weekCents: 0, monthCents: 5_000 });
  expect(await after(30 * DAY_MS)).toMatchObject({ monthCents: 0 });
});

test('what is released or rejected frees its reservation', async () => {
  const store = await aStore();
  await enter(store.journal, await armed(store), released());
  const rejected = await armed(store);
  await enter(store.journal, rejected, { kind: 'rejected', at: NOW, code: 'validation_error' });
  expect(await used(store)).toEqual(all(0, 0));
});

test.each(['in_doubt', 'charged', 'action', 'declined'] as const)(
  'what is %s keeps its reservation',
  async (kind) => {
    const store = await aStore();
    const state = {
      in_doubt: { why: 'timeout' },
      declined: { code: 'expired_card' },
      charged: {},
      action: {},
    }[kind];
    await enter(store.journal, await armed(store), { kind, since: NOW, why: '', code: '', ...state });
    expect(await used(store, addMs(NOW, 40 * DAY_MS))).toEqual(all(5_000, 1));
  },
);

test('the amount that the ledger shows takes the place of the one that was asked for', async () => {
  const store = await aStore();
  await enter(store.journal, await armed(store), settled(0, 5_130));
  expect((await used(store))[0]).toMatchObject({ dayCents: 5_130 });
});

test('a ledger row that comes after a settlement by other evidence corrects it, and counts once', async () => {
  const store = await aStore();
  const payment = 'pi_ours' as PaymentIntentId;
  const intent = await armed(store, { paymentIntent: payment });
  await enter(store.journal, intent, settled());
  const { unknown } = await store.journal.sortCredits(ONE, [aCredit({ paymentIntentId: payment })], null);
  expect(unknown).toMatchObject([{ intent: intent.id }]);
  await store.journal.absorb({
    ...intake([]),
    credits: [
      {
        credit: aCredit({ paymentIntentId: payment, amountCents: cents(4_800) }),
        intent: intent.id,
        isTold: true,
        countsFrom: NOW,
      },
    ],
  });
  expect(await used(store)).toEqual(all(4_800, 1));
});

test('a ledger row of a charge that was believed undone counts from when it may have been made, not from its stamp', async () => {
  const store = await aStore();
  const intent = await armed(store);
  await enter(store.journal, intent, released(), { atMs: HOUR_MS });
  const credit = aCredit({ createdAt: addMs(NOW, -20 * HOUR_MS) });
  const credits = [{ credit, intent: intent.id, isTold: true, countsFrom: NOW }];
  await store.journal.absorb({ ...intake([]), credits });
  expect(await used(store, addMs(NOW, DAY_MS - 1))).toEqual(all(5_000, 1));
});

test('a foreign credit counts once, however often it is looked at', async () => {
  const store = await aStore();
  await store.journal.absorb(intake([{}]));
  const again = await store.journal.sortCredits(ONE, [aCredit()], null);
  expect(again.unknown).toEqual([]);
  expect(await used(store)).toEqual(all(5_000, 1));
});

test('a foreign credit that turns out to be ours is not counted twice', async () => {
  const store = await aStore();
  const intent = await armed(store);
  await store.journal.absorb(intake([{}]));
  expect((await used(store))[0]).toMatchObject({ dayCents: 10_000, chargesToday: 2 });
  await enter(store.journal, intent, {
    kind: 'settled',
    at: NOW,
    amountCents: cents(5_000),
    credit: aCredit().id,
    by: 'ledger',
  });
  expect(await used(store)).toEqual(all(5_000, 1));
  const { claimed } = await store.journal.sortCredits(ONE, [aCredit()], null);
  expect([...claimed]).toEqual([aCredit().id]);
});

test('a credit of one account is no credit of another', async () => {
  const store = await aStore();
  await store.journal.absorb(intake([{}]));
  expect((await store.journal.sortCredits(OTHER, [aCredit()], null)).unknown).toHaveLength(1);
  const [other] = await store.journal.usage([{ ...scope('account', {}), name: OTHER }], NOW);
  expect(other?.usage.dayCents).toBe(0);
});

test('old credits of a first scan count in the windows that they are in', async () => {
  const store = await aStore();
  await store.journal.absorb(
    intake([
      { id: '1' as never, createdAt: addMs(NOW, -2 * DAY_MS) },
      { id: '2' as never, createdAt: addMs(NOW, -10 * DAY_MS) },
      { id: '3' as never, createdAt: addMs(NOW, -40 * DAY_MS) },
    ]),
  );
  expect((await used(store))[0]).toEqual({
    dayCents: 0,
    weekCents: 5_000,
    monthCents: 10_000,
    chargesToday: 0,
  });
});

test('an own credit that was taken back is a refund, and freezes the account once', async () => {
  const store = await aStore();
  const payment = 'pi_ours' as PaymentIntentId;
  const intent = await armed(store, { paymentIntent: payment });
  await enter(store.journal, intent, {
    kind: 'settled',
    at: NOW,
    amountCents: cents(5_000),
    credit: aCredit().id,
    by: 'ledger',
  });
  const gone = aCredit({ isSuccessful: false, isReversed: true, paymentIntentId: payment });
  const { refunded } = await store.journal.sortCredits(ONE, [gone], null);
  expect(refunded).toMatchObject([{ intent: intent.id }]);
  const refund = { account: ONE, rowId: gone.id, payment: null, intent: intent.id, now: NOW };
  expect(await store.journal.noteRefund({ ...refund, incidents: [fire('frozen')] })).toBe(true);
  expect(await store.journal.noteRefund({ ...refund, incidents: [fire('again')] })).toBe(false);
  expect(await store.journal.holds(ONE)).toMatchObject([
    { kind: 'freeze', reason: expect.stringMatching('took back .* row 2001') },
  ]);
  expect(await store.outbox.unrouted(10)).toHaveLength(1);
});

test('the anchor, the scan and the identity of an account survive a reopen', async () => {
  const path = aPath();
  const store = await aStore(path);
  await store.journal.absorb({ ...intake([{}]), scannedAt: NOW });
  await store.journal.remember(ONE, { identity: 'ops@example.com', hasEquationHeld: true, firstLowAt: NOW });
  store.close();
  expect(await (await aStore(path)).journal.memory(ONE)).toEqual({
    identity: 'ops@example.com',
    hasEquationHeld: true,
    highestAnchor: { id: '2001', at: NOW },
    creditedMicroUsd: null,
    usedMicroUsd: null,
    scannedAt: NOW,
    firstLowAt: NOW,
    letGoAt: null,
  });
});
