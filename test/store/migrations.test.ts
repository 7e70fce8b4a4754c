import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Intent } from '../../src/charge/intent.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { aPath, aStore } from './a-store.ts';
import { anIntent, enter, NOW, ONE, OTHER, released, request, settled } from './an-intent.ts';

/** The newest schema whose intents stood in the order of their ids. */
const BY_ID = 8;
/** The newest whose freezes had one cause. */
const BEFORE_REFUNDS = 11;

/** A database as a purser of that time left it. */
function anOldDatabase(path: string, intents: readonly Intent[]): void {
  const database = new DatabaseSync(path);
  for (const migration of MIGRATIONS.slice(0, BY_ID)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${BY_ID}`);
  const insert = database.prepare(
    `INSERT INTO intent (id, account, identity, kind, key, anchor, attempt, state, is_open, amount_cents, settled_cents,
       payment_intent, card, armed_at, changed_at, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const one of intents) {
    const { id, account, identity, kind, key, anchor, attempt, state, amountCents, armedAt } = one;
    const isOpen = state.kind === 'armed' ? 1 : 0;
    const settledCents = state.kind === 'settled' ? state.amountCents : 0;
    const money = [isOpen, amountCents, settledCents, one.paymentIntent, one.cardIdentity];
    insert.run(
      ...[id, account, identity, kind, key, anchor, attempt, state.kind],
      ...[...money, armedAt, armedAt, JSON.stringify(one)],
    );
  }
  database.close();
}

test('an older database keeps its intents, in the order in which they were armed, and what they forbid', async () => {
  const path = aPath();
  const first = anIntent({ state: settled(), armedAt: NOW });
  const second = anIntent({ account: OTHER, state: released(), armedAt: addMs(NOW, HOUR_MS) });
  const open = anIntent({ anchor: '1002', armedAt: addMs(NOW, 2 * HOUR_MS) });
  anOldDatabase(path, [open, first, second]);
  const { journal } = await aStore(path);
  const ids = (intents: readonly Intent[]) => intents.map(({ id }) => id);
  expect(ids(await journal.intents({ limit: 9 }))).toEqual([open.id, second.id, first.id]);
  expect(await journal.intents({ account: ONE, limit: 9 })).toEqual([open, first]);
  expect(await journal.openIntents(ONE)).toEqual([open]);
  expect((await journal.totals()).map(({ outcome, amountCents }) => [outcome, amountCents])).toEqual([
    ['settled', 5_000],
    ['released', 0],
  ]);
  expect(await journal.arm(request(anIntent()))).toMatchObject({ why: 'open_intent' });
  const again = anIntent({ account: OTHER, key: second.key });
  expect(await journal.arm(request(again))).toMatchObject({ why: 'key_known' });
  await enter(journal, open, settled());
  const next = anIntent({ anchor: '1003' });
  expect(await journal.arm(request(next))).toEqual({ kind: 'armed' });
  expect(ids(await journal.intents({ limit: 1 }))).toEqual([next.id]);
});

test('a freeze of an older database stands for what was taken back since', async () => {
  const path = aPath();
  const charge = anIntent({ state: settled() });
  const stuck = anIntent({ kind: 'fix_payment', endpoint: 'fixPayment' });
  anOldDatabase(path, [charge, stuck]);
  const old = new DatabaseSync(path);
  for (const migration of MIGRATIONS.slice(BY_ID, BEFORE_REFUNDS)) old.exec(migration);
  old.exec(`PRAGMA user_version = ${BEFORE_REFUNDS}`);
  const hold = old.prepare('INSERT INTO hold (account, kind, reason, since, intent) VALUES (?, ?, ?, ?, ?)');
  for (const account of [ONE, OTHER]) hold.run(account, 'freeze', 'stuck', NOW, stuck.id);
  old
    .prepare(
      `INSERT INTO credit (account, id, amount_cents, created_at, taken_at, is_told, intent) VALUES (?, ?, 0, ?, ?, 1, ?)`,
    )
    .run(ONE, 'refund/9', NOW, addMs(NOW, HOUR_MS), charge.id);
  old.close();
  const { journal } = await aStore(path);
  for (const account of [ONE, OTHER])
    await journal.endFreezeOver({ ...stuck, account }, [], addMs(NOW, 2 * HOUR_MS));
  expect(await journal.holds(ONE)).toMatchObject([
    { intent: charge.id, reason: expect.stringContaining('(ledger row 9)') },
  ]);
  expect(await journal.holds(OTHER)).toEqual([]);
});

test('what a person let go of by an older database stays so, and what settled since does not', async () => {
  const path = aPath();
  const before = anIntent({ state: settled(), armedAt: NOW });
  const since = anIntent({ state: settled(), armedAt: addMs(NOW, 2 * HOUR_MS), attempt: 1 });
  anOldDatabase(path, [before, since]);
  const old = new DatabaseSync(path);
  old.prepare('INSERT INTO account (name, let_go_at) VALUES (?, ?)').run(ONE, addMs(NOW, HOUR_MS));
  old.close();
  const { journal } = await aStore(path);
  const { identity, kind, anchor } = before;
  const asked = { account: ONE, identity, kind, anchor, now: addMs(NOW, 3 * HOUR_MS) };
  const { attempts } = await journal.history({ ...asked, cardIdentities: [], scopes: [], listed: [] });
  expect(attempts.map(({ allowsNext }) => allowsNext)).toEqual([true, false]);
});
