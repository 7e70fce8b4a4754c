import { expect, test } from 'vitest';
import { type Intent, type IntentState, KEY_TOO_OLD } from '../../src/charge/intent.ts';
import type { ArmResult } from '../../src/charge/journal.ts';
import type { CapScope } from '../../src/domain/caps.ts';
import { cents } from '../../src/domain/money.ts';
import type { CapsSpec } from '../../src/domain/spec.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS } from '../../src/domain/time.ts';
import type { Store } from '../../src/store/store.ts';
import { aStore } from './a-store.ts';
import { anIntent, enter, fire, NOW, ONE, OTHER, released, request, scope, settled } from './an-intent.ts';

const ARMED: ArmResult = { kind: 'armed' };

async function arm(store: Store, over: Partial<Intent> = {}, scopes: readonly CapScope[] = []) {
  const intent = anIntent(over);
  const result = await store.journal.arm(request(intent, { scopes }));
  return { intent, result };
}

test('an armed intent, its first send and its story are in the journal when the promise resolves', async () => {
  const store = await aStore();
  const { intent, result } = await arm(store);
  expect(result).toEqual(ARMED);
  expect(await store.journal.openIntents(ONE)).toEqual([intent]);
  expect(await store.journal.story(intent.id)).toEqual([{ at: NOW, from: null, to: 'armed', why: 'armed' }]);
});

test.each(['pause', 'freeze'] as const)('an account under a %s is not armed', async (kind) => {
  const store = await aStore();
  await store.journal.setHold({ account: ONE, kind, reason: 'look first', since: NOW, intent: null }, []);
  expect((await arm(store)).result).toEqual({ kind: 'refused', why: 'held', sentence: 'held: look first' });
  expect((await arm(store, { account: OTHER })).result).toEqual(ARMED);
});

test('an account has one open intent of a kind, and one of another kind beside it', async () => {
  const store = await aStore();
  const { intent } = await arm(store);
  expect((await arm(store)).result).toEqual({
    kind: 'refused',
    why: 'open_intent',
    sentence: `${intent.id} is still open`,
  });
  expect((await arm(store, { kind: 'fix_payment', endpoint: 'fixPayment' })).result).toEqual(ARMED);
  await enter(store.journal, intent, released());
  expect((await arm(store)).result).toEqual(ARMED);
});

test('a key that the journal holds is never armed again, whatever became of it', async () => {
  const store = await aStore();
  const { intent } = await arm(store);
  await enter(store.journal, intent, released());
  const again = await arm(store, { key: intent.key });
  expect(again.result).toMatchObject({ why: 'key_known', sentence: `its key was used by ${intent.id}` });
});

/** Let go before it was asked again: every POST was answered "nothing done". */
function refused(code: string | null = null): IntentState {
  return { kind: 'released', at: NOW, because: 'refused', code };
}

test('a key under which nothing was done is armed again, with the same bytes only, and is open in one intent', async () => {
  const { journal } = await aStore();
  const first = anIntent();
  expect(await journal.arm(request(first))).toEqual(ARMED);
  const gone = await enter(journal, first, refused());
  const other = anIntent({ key: first.key, body: '{"amount":30}', cardIdentity: first.cardIdentity });
  expect(await journal.arm(request(other))).toMatchObject({ why: 'key_known' });
  const second = anIntent({ key: first.key, cardIdentity: first.cardIdentity });
  expect(await journal.arm(request(second))).toEqual(ARMED);
  expect(await journal.intents({ limit: 9 })).toEqual([second, gone]);
  await enter(journal, second, refused());
  const third = anIntent({ key: first.key });
  expect(await journal.arm(request(third))).toEqual(ARMED);
  await enter(journal, third, settled());
  expect(await journal.arm(request(anIntent({ key: first.key })))).toMatchObject({
    why: 'key_known',
    sentence: `its key was used by ${third.id}`,
  });
});

test('a key is as old as the first intent that went out under it', async () => {
  const { journal } = await aStore();
  const first = anIntent();
  await journal.arm(request(first));
  await enter(journal, first, refused());
  const second = anIntent({ key: first.key, armedAt: addMs(NOW, 11 * HOUR_MS) });
  await journal.arm(request(second));
  await enter(journal, second, refused());
  const query = { account: ONE, identity: first.identity, kind: 'fund', anchor: 'none' } as const;
  const others = { listed: [], cardIdentities: [], scopes: [] };
  const keysAt = async (now: EpochMs) => (await journal.history({ ...query, ...others, now })).unusedKeys;
  const [known] = await keysAt(addMs(NOW, 11 * HOUR_MS));
  expect(known).toMatchObject({ attempt: 0, since: NOW });
  expect(await keysAt(addMs(NOW, 11.25 * HOUR_MS))).toEqual([]);
});

test.each<[string, IntentState, boolean]>([
  ['a refusal that was let go', refused(), true],
  ['one for a day', refused(KEY_TOO_OLD), true],
  ['one of what a person was faster with', refused('already_active'), false],
  ['a decline', released(0, 'declined'), false],
])('whether the last attempt was refused is known after %s', async (_what, state, expected) => {
  const store = await aStore();
  const { intent } = await arm(store);
  await enter(store.journal, intent, state);
  const query = { account: ONE, identity: intent.identity, kind: 'fund', anchor: 'none', now: NOW } as const;
  const history = await store.journal.history({ ...query, listed: [], cardIdentities: [], scopes: [] });
  expect(history.refusedAt !== null).toBe(expected);
});

test('a refusal of what a person was faster with uses its key up', async () => {
  const store = await aStore();
  const { intent } = await arm(store);
  await enter(store.journal, intent, refused('already_active'));
  expect((await arm(store, { key: intent.key })).result).toMatchObject({ why: 'key_known' });
});

test('what a cap refuses leaves the key with whoever had it', async () => {
  const store = await aStore();
  const { intent } = await arm(store);
  await enter(store.journal, intent, refused());
  const day = scope('account', { dayCents: cents(4_000) });
  expect((await arm(store, { key: intent.key }, [day])).result).toMatchObject({ why: 'cap' });
  expect((await arm(store, { key: intent.key })).result).toEqual(ARMED);
});

const BODY = anIntent().body;
const OTHER_BODY = '{"amount":30}';
const DECLINED = released(0, 'declined');

test.each<[string, readonly (readonly [number, IntentState, string])[], number, readonly number[]]>([
  ['nothing', [], 0, []],
  ['a refusal', [[0, refused(), BODY]], 1, [0]],
  ['the same refusal again', [[0, refused(), BODY], [0, refused(), BODY]], 1, [0, 0]],
  ['a third refusal', [[0, refused(), BODY], [0, refused(), BODY], [0, refused(), BODY]], 1, []],
  ['two refusals of other bytes', [[0, refused(), OTHER_BODY], [1, refused(), BODY]], 2, [0, 1]],
  ['a decline', [[0, DECLINED, BODY]], 1, []],
  ['a refusal, as a person was faster', [[0, refused('already_active'), BODY]], 1, []],
  ['a refusal for a day', [[0, refused(KEY_TOO_OLD), BODY]], 1, []],
  ['a decline of what was refused', [[0, refused(), BODY], [0, DECLINED, BODY]], 1, []],
  ['a refusal behind a decline', [[0, DECLINED, BODY], [1, refused(), BODY]], 2, [1]],
  ['a decline behind a refusal of other bytes', [[0, refused(), OTHER_BODY], [1, DECLINED, BODY]], 2, []],
])('after %s it is known which keys are left', async (_what, states, next, left) => {
  const store = await aStore();
  for (const [attempt, state, body] of states) {
    const [last] = await store.journal.intents({ limit: 1 });
    const key = last?.attempt === attempt ? { key: last.key } : {};
    const { intent } = await arm(store, { attempt, body, ...key });
    await enter(store.journal, intent, state);
  }
  const { nextAttempt, unusedKeys, attempts } = await store.journal.history({ account: ONE, identity: 'one@example.test', kind: 'fund', anchor: 'none', listed: [], cardIdentities: [], scopes: [], now: NOW });
  expect([nextAttempt, unusedKeys.map(({ attempt }) => attempt)]).toEqual([next, left]);
  expect(attempts).toHaveLength(states.length);
}); // biome-ignore format: a table

test('nothing is armed in quarantine', async () => {
  const store = await aStore(undefined, HOUR_MS);
  expect((await arm(store)).result).toMatchObject({ kind: 'refused', why: 'quarantined' });
  expect((await arm(store, { armedAt: addMs(NOW, HOUR_MS) })).result).toEqual(ARMED);
});

test.each([
  ['lost_card', 400 * DAY_MS],
  ['expired_card', 90 * DAY_MS],
  ['insufficient_funds', 5 * HOUR_MS],
])('a card that answered %s is not armed on any account so long after', async (code, laterMs) => {
  const store = await aStore();
  const { intent } = await arm(store, { cardIdentity: 'shared' });
  await enter(store.journal, intent, { kind: 'declined', since: NOW, code });
  const later = { account: OTHER, cardIdentity: 'shared', armedAt: addMs(NOW, laterMs) };
  expect((await arm(store, later)).result).toMatchObject({ kind: 'refused', why: 'card_ceiling' });
  expect((await arm(store, { ...later, cardIdentity: 'another' })).result).toEqual(ARMED);
});

test('a card without money is armed again when it has rested', async () => {
  const store = await aStore();
  const { intent } = await arm(store, { cardIdentity: 'shared' });
  await enter(store.journal, intent, { kind: 'declined', since: NOW, code: 'insufficient_funds' });
  const later = { account: OTHER, cardIdentity: 'shared', armedAt: addMs(NOW, 6 * HOUR_MS) };
  expect((await arm(store, later)).result).toEqual(ARMED);
});

test('attempts without an answer count as declines to come: a third at once on one card is refused', async () => {
  const store = await aStore();
  const accounts = ['a', 'b', 'c'].map((name) => name as typeof ONE);
  const results = await Promise.all(
    accounts.map((account) => arm(store, { account, cardIdentity: 'shared' })),
  );
  expect(results.map(({ result }) => result.kind)).toEqual(['armed', 'armed', 'refused']);
  expect(results[2]?.result).toMatchObject({ why: 'card_ceiling', sentence: 'the card is busy' });
});

const SCOPES = ['account', 'group', 'fleet'] as const;
const CAPS: readonly [string, Partial<CapsSpec>, number][] = [
  ['cap_per_charge', { perChargeCents: cents(4_999) }, 0],
  ['cap_day', { dayCents: cents(9_999) }, 1],
  ['cap_week', { weekCents: cents(9_999) }, 1],
  ['cap_month', { monthCents: cents(9_999) }, 1],
  ['cap_charges_per_day', { chargesPerDay: 1 }, 1],
];

for (const kind of SCOPES) {
  test.each(CAPS)(`%s of the ${kind} refuses what does not fit`, async (reason, caps, fitting) => {
    const store = await aStore();
    const scopes = [scope(kind, caps)];
    for (let charge = 0; charge < fitting; charge += 1) {
      const { intent, result } = await arm(store, {}, scopes);
      expect(result).toEqual(ARMED);
      await enter(store.journal, intent, settled());
    }
    const { intent, result } = await arm(store, {}, scopes);
    expect(result).toMatchObject({ kind: 'refused', why: 'cap', refusal: { reason, scope: kind } });
    expect(await store.journal.intent(intent.id)).toBeNull();
  });
}

test('a cap that is filled to the cent still fits', async () => {
  const store = await aStore();
  const scopes = [scope('account', { dayCents: cents(10_000), chargesPerDay: 2 })];
  const { intent } = await arm(store, {}, scopes);
  await enter(store.journal, intent, settled());
  expect((await arm(store, {}, scopes)).result).toEqual(ARMED);
});

test('a call that charges nothing by itself needs no room under a cap', async () => {
  const store = await aStore();
  const scopes = [scope('account', { dayCents: cents(0), chargesPerDay: 0 })];
  expect((await arm(store, { kind: 'resume', amountCents: cents(0) }, scopes)).result).toEqual(ARMED);
});

test('charges that are armed in one turn of the event loop never pass a cap together', async () => {
  const store = await aStore();
  const scopes = [scope('fleet', { dayCents: cents(17_500) })];
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, index) => arm(store, { account: `agent-${index}` as typeof ONE }, scopes)),
  );
  expect(results.filter(({ result }) => result.kind === 'armed')).toHaveLength(3);
  const [found] = await store.journal.usage(scopes, NOW);
  expect(found?.usage.dayCents).toBe(15_000);
});

test('a refused charge tells nothing, an armed one tells its incidents in the same commit', async () => {
  const store = await aStore();
  await store.journal.arm(request(anIntent(), { incidents: [fire('first')] }));
  await store.journal.arm(request(anIntent(), { incidents: [fire('second')] }));
  expect((await store.outbox.unrouted(10)).map(({ fact }) => fact.fingerprint)).toEqual(['first']);
});
