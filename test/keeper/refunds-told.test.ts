import { expect, test } from 'vitest';
import { onOperator } from '../../src/charge/step.ts';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { freezeAccount } from '../../src/keeper/freeze-account.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, fairWeather, faults } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const DECLINED = { decline_code: 'insufficient_funds', payment_intent_id: 'pi_ofTheReplay' };

test.each([false, true])(
  'a refund of our own charge is told though the account is frozen before (%s)',
  async (isFrozenBefore) => {
    const client = await startClient();
    const keeper = await AKeeper.open(client, {});
    await keeper.pass();
    await lower(client);
    await keeper.live(20 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(1);
    if (isFrozenBefore)
      await freezeAccount(keeper.context, keeper.account('agent-0001').name, 'for another reason');
    await keeper.live(MINUTE_MS);
    const [own] = await keeper.intents();
    await client.patch({ refund: own?.payment_intent });
    await keeper.live(9 * HOUR_MS);
    const told = (await keeper.messages()).map(({ status, fact }) => `${status} ${fact.headline}`);
    expect(told.filter((line) => line.includes('took back'))).not.toEqual([]);
    expect(await charges(client)).toHaveLength(1);
  },
);

test('a refund of what a person said was our charge freezes, though its answers named another payment', async () => {
  const client = await startClient();
  let posts = 0;
  const transport = new WatchedWire(
    async (send, ordinal) => {
      posts += 1;
      if (ordinal > 1) return await send();
      if (ordinal === 1) return answer(402, { error: { code: 'payment_declined', details: DECLINED } });
      await send();
      return { kind: 'lost', reason: 'socket' };
    },
    async (send, { url }) => (posts === 1 && url.includes('type=credit') ? answer(503, {}) : await send()),
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  await keeper.live(4 * HOUR_MS);
  const { journal } = keeper.store;
  const { name } = keeper.account('agent-0001');
  const [before] = await journal.allOpenIntents();
  if (before === undefined) throw new Error('nothing is in question');
  const now = client.clock.now();
  const { intent: after } = onOperator(before, 'charged', now);
  await journal.record({ before, after, now, why: 'operator', freeze: null, incidents: [] });
  await journal.liftHold(name, 'freeze', [], now);
  const [row] = (await client.ask('/wallet/transactions?type=credit&limit=1')).body.data.items;
  await client.patch({ refund: row?.transaction_id });
  await keeper.live(9 * HOUR_MS);
  expect(await journal.holds(name)).toMatchObject([{ reason: expect.stringContaining('took back') }]);
  expect(await charges(client)).toHaveLength(1);
});

test('a refund of what a person said was our charge freezes, though its payment is named only by the row that came after', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { caps: { per_charge: 50, day: 200 } });
  await keeper.pass();
  await lower(client);
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 4 * HOUR_MS, fund_answer: 'balance_only' });
  await keeper.live(3 * HOUR_MS);
  await fairWeather(client);
  const { journal } = keeper.store;
  const { name } = keeper.account('agent-0001');
  const [before] = await journal.allOpenIntents();
  if (before?.state.kind !== 'charged' || before.paymentIntent !== null) throw new Error('all is known');
  const now = client.clock.now();
  const { intent: after } = onOperator(before, 'charged', now);
  await journal.record({ before, after, now, why: 'operator', freeze: null, incidents: [] });
  await journal.liftHold(name, 'freeze', [], now);
  await keeper.live(2 * HOUR_MS);
  const [row] = (await client.ask('/wallet/transactions?type=credit&limit=1')).body.data.items;
  expect(await keeper.intents()).toMatchObject([{ payment_intent: row?.transaction_id }]);
  expect((await keeper.told()).filter((line) => line.includes('did not make'))).toEqual([]);
  const scopes = capScopes(keeper.context.spec(), keeper.account('agent-0001'));
  const [of] = await journal.usage(scopes, client.clock.now());
  expect(of?.usage.dayCents).toBe(5_000);
  await client.patch({ refund: row?.transaction_id });
  await lower(client, 5);
  await keeper.live(9 * HOUR_MS);
  expect(await journal.holds(name)).toMatchObject([{ reason: expect.stringContaining('took back') }]);
  expect(await charges(client)).toHaveLength(1);
});

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

test.each([
  [4_000, 'oldest first and not counted', {}],
  [5_400, 'oldest first and not counted', {}],
  [12_345, 'oldest first and not counted', {}],
  [650, 'with a refusal behind the end', { refusesBeyond: true }],
  [1_100, 'stamped with days', { isOfDays: true }],
])(
  'of %d debits, oldest first, %s, the newest are read',
  async (count, _, {
    refusesBeyond = false,
    isOfDays = false,
  }: { refusesBeyond?: boolean; isOfDays?: boolean }) => {
    const client = await startClient();
    const of: { debits: number; refunded: string | null } = { debits: 0, refunded: null };
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) => {
        const reply = await send();
        if (reply.kind !== 'answered' || !url.includes('type=debit')) return reply;
        const { searchParams } = new URL(url);
        const [limit, offset] = [Number(searchParams.get('limit')), Number(searchParams.get('offset'))];
        if (refusesBeyond && offset > of.debits) return answer(422, {});
        const items = Array.from({ length: Math.max(0, Math.min(limit, of.debits - offset)) }, (_row, n) => {
          const isNewest = offset + n === of.debits - 1;
          return {
            id: 100_000 + offset + n,
            type: 'debit',
            amount: isNewest ? 50 : 0.01,
            usecase: isNewest ? 'refund' : 'image',
            transaction_id: isNewest ? of.refunded : `req_${offset + n}`,
            source: 'api',
            status: 'success',
            created_at: isOfDays
              ? dayOf(client.clock.now() - Math.ceil((of.debits - offset - n) / 300) * DAY_MS)
              : new Date(client.clock.now() - (of.debits - offset - n) * SECOND_MS).toISOString(),
          };
        });
        const { total: _total, ...data } = JSON.parse(reply.bodyText).data;
        return { ...reply, bodyText: JSON.stringify({ data: { ...data, items, count: items.length } }) };
      },
    );
    const keeper = await AKeeper.open(client, { transport });
    await keeper.pass();
    await lower(client);
    await keeper.live(20 * MINUTE_MS);
    of.refunded = (await keeper.intents())[0]?.payment_intent ?? null;
    of.debits = count;
    client.clock.advance(HOUR_MS);
    await lower(client);
    await keeper.live(5 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(1);
    const { name } = keeper.account('agent-0001');
    expect(await keeper.store.journal.holds(name)).toMatchObject([{ kind: 'freeze' }]);
  },
);

test.each([
  ['negative', { amount: -0.02 }],
  ['missing', { amount: null }],
  ['of another currency', { currency: 'credits' }],
  ['of no time', { created_at: null }],
])('a debit that is %s keeps no wallet from being funded', async (_, odd) => {
  const client = await startClient();
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('type=debit')) return reply;
      const { data } = JSON.parse(reply.bodyText);
      const row = { type: 'debit', amount: 0.01, usecase: 'image', created_at: '2026-11-23T12:00:00Z' };
      const items = [
        { ...row, id: 1 },
        { ...row, id: 2, ...odd },
        { ...row, id: 3 },
      ];
      return { ...reply, bodyText: JSON.stringify({ data: { ...data, items, count: 3, total: 3 } }) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  for (const count of [1, 2]) {
    await lower(client);
    await keeper.live(20 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(count);
    client.clock.advance(HOUR_MS);
  }
});
