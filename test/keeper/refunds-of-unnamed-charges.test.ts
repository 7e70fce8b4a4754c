import { expect, test } from 'vitest';
import { onOperator } from '../../src/charge/step.ts';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { WatchedWire } from './watched-wire.ts';

/** A charge that a person called charged, its row seen before: nobody knows its payment. */
async function unnamed() {
  const client = await startClient();
  const its = {
    isOld: false,
    doesRenumber: false,
    pages: 0,
    amount: null as number | null,
    isLosing: true,
    more: null as null | Record<string, unknown>,
  };
  const transport = new WatchedWire(
    async (send) => {
      if (!its.isLosing) return await send();
      await send();
      its.isOld = true;
      return { kind: 'lost', reason: 'socket' };
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('type=debit')) {
        its.pages += 1;
        if (its.more !== null) body.data.items.unshift(its.more);
        for (const row of body.data.items) {
          if (its.doesRenumber) row.id = `${its.pages}-${row.id}`;
          if (its.amount !== null && row.usecase === 'refund') row.amount = its.amount;
        }
        return { ...reply, bodyText: JSON.stringify(body) };
      }
      if (!its.isOld || !url.includes('type=credit')) return reply;
      Object.assign(body.data.wallet, { balance: 12, total_credited: body.data.wallet.total_credited - 50 });
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '1m' } });
  await keeper.pass();
  await lower(client);
  await keeper.passes(2);
  const { journal } = keeper.store;
  const { name } = keeper.account('agent-0001');
  const [before] = await journal.allOpenIntents();
  if (before === undefined) throw new Error('nothing is in question');
  its.isOld = false;
  its.isLosing = false;
  const now = client.clock.now();
  const { intent: after } = onOperator(before, 'charged', now);
  await journal.record({ before, after, now, why: 'operator', freeze: null, incidents: [] });
  await journal.liftHold(name, 'freeze', [], now);
  await keeper.live(HOUR_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', payment_intent: null }]);
  const newest = async () =>
    (await client.ask('/wallet/transactions?type=credit&limit=1')).body.data.items[0]?.transaction_id;
  const reasons = async () => (await journal.holds(name)).map(({ reason }) => reason);
  const resume = () => resumeAccount(keeper.store, name, client.clock.now());
  return { client, its, keeper, newest, reasons, resume, name };
}

test('a resume behind a refund of it holds, though the provider numbers its rows by page', async () => {
  const { client, its, keeper, newest, reasons, resume } = await unnamed();
  its.doesRenumber = true;
  await client.patch({ refund: await newest() });
  await keeper.live(3 * HOUR_MS);
  expect(await reasons()).toHaveLength(1);
  await client.patch({ balance: 60 });
  let freezes = 1;
  for (let n = 0; n < 4; n += 1) {
    await resume();
    await keeper.live(3 * HOUR_MS);
    freezes += (await reasons()).length;
  }
  expect(freezes).toBe(1);
});

test("payments of a person's own, days later, freeze nobody when they are paid back", async () => {
  const { client, keeper, newest, reasons, resume } = await unnamed();
  let freezes = 0;
  for (let n = 0; n < 4; n += 1) {
    client.clock.advance(3 * DAY_MS);
    await client.patch({ balance: 60 });
    await client.fund(50, `a-person-${n}`);
    await keeper.live(2 * HOUR_MS); // it is seen, and told as nobody's
    const payment = await newest();
    await client.patch({ refund: payment });
    await client.patch({ balance: 60 });
    await keeper.live(3 * HOUR_MS);
    freezes += (await reasons()).length;
    await resume();
  }
  expect(freezes).toBe(0);
});

test('what was taken back once is not taken back a second time', async () => {
  const { client, keeper, newest, reasons, resume } = await unnamed();
  await client.patch({ refund: await newest() });
  await keeper.live(3 * HOUR_MS);
  expect(await reasons()).toHaveLength(1);
  await client.patch({ balance: 60 });
  await resume();
  await client.fund(50, 'a-person');
  await keeper.live(2 * HOUR_MS);
  await client.patch({ refund: await newest() });
  await client.patch({ balance: 60 });
  await keeper.live(3 * HOUR_MS);
  expect(await reasons()).toEqual([]);
});

test('a refund of it less a fee freezes', async () => {
  const { client, its, keeper, newest, reasons } = await unnamed();
  its.amount = 48.55;
  await client.patch({ refund: await newest() });
  await client.patch({ balance: 60 });
  await keeper.live(3 * HOUR_MS);
  expect(await reasons()).toHaveLength(1);
});

test('a debit of the same amount for something else freezes nobody', async () => {
  const { client, its, keeper, reasons } = await unnamed();
  its.more = {
    id: 9_001,
    type: 'debit',
    amount: 50,
    currency: 'USD',
    usecase: 'subscription',
    source: 'stripe',
    status: 'success',
    transaction_id: 'pi_ofASubscription',
    created_at: new Date(client.clock.now() + MINUTE_MS).toISOString(),
  };
  await client.patch({ balance: 60 });
  await keeper.live(3 * HOUR_MS);
  expect(await reasons()).toEqual([]);
});

test('a refund of it freezes also behind twenty more charges', async () => {
  const { client, keeper, newest, reasons } = await unnamed();
  const payment = await newest();
  for (let n = 0; n < 21; n += 1) {
    await client.patch({ balance: 12 });
    for (
      let m = 0;
      m < 45 && (await keeper.intents()).filter(({ state }) => state === 'settled').length < n + 2;
      m += 1
    )
      await keeper.passes(1, MINUTE_MS);
  }
  await client.patch({ refund: payment });
  await client.patch({ balance: 60 });
  await keeper.live(3 * HOUR_MS);
  expect(await reasons()).toHaveLength(1);
});
