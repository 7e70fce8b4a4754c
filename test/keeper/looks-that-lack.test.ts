import { expect, test } from 'vitest';
import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents, microUsd } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** Looks lack so many dollars that came; the balance by itself does not. */
function lacking() {
  const its = { lacks: 0 };
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || its.lacks === 0 || !url.includes('/wallet/transactions')) return reply;
      const body = JSON.parse(reply.bodyText);
      body.data.wallet.balance -= its.lacks;
      body.data.wallet.total_credited -= its.lacks;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  return { its, transport };
}

test.each([
  ['a daemon', false],
  ['runs from cron', true],
])('what looks lacked while they were well is not charged once they are low, by %s', async (_, isCron) => {
  const client = await startClient();
  const { its, transport } = lacking();
  let keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client, 18);
  await keeper.live(HOUR_MS);
  await client.fund(50, 'a-person');
  await keeper.live(HOUR_MS);
  const before = (await charges(client)).length;
  its.lacks = 50;
  for (let balance = 75; balance > 63; balance -= 0.2) {
    await client.patch({ balance });
    if (isCron) {
      keeper.close();
      keeper = await AKeeper.open(client, { transport, folder: keeper.folder });
      await keeper.pass();
      client.clock.advance(10 * MINUTE_MS);
    } else await keeper.live(10 * MINUTE_MS);
  }
  expect(await charges(client)).toHaveLength(before);
});

test('nor where a charge is little beside the minimum', async () => {
  const [account] = calmAccounts(1);
  if (account === undefined) throw new Error('no account');
  const client = await startClient({ accounts: [{ ...account, balanceMicroUsd: microUsd(640_000_000) }] });
  const { its, transport } = lacking();
  const keeper = await AKeeper.open(client, { transport, wallet: { min_balance: 600 } });
  await keeper.pass();
  await client.patch({ balance: 590 });
  client.clock.advance(MINUTE_MS);
  await keeper.live(35 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  its.lacks = 50;
  await keeper.live(8 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('nor for who asks for more than the minimum', async () => {
  const client = await startClient();
  const { its, transport } = lacking();
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await client.fund(100, 'a-person');
  client.clock.advance(MINUTE_MS);
  await keeper.live(HOUR_MS);
  const before = (await charges(client)).length;
  its.lacks = 100;
  for (let balance = 150; balance > 147.6; balance -= 0.1) {
    const placed = keeper.place(ensureOrder(cents(9_000)));
    await client.patch({ balance }); // it is in use
    await keeper.passes(10, MINUTE_MS);
    placed.withdraw();
    await placed.answered;
  }
  expect(await charges(client)).toHaveLength(before);
});

test('nor where most of a payment that looks lack was used since, and the balance is well still', async () => {
  const client = await startClient();
  const { its, transport } = lacking();
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client, 19.5);
  await keeper.live(HOUR_MS);
  const before = (await charges(client)).length;
  await client.fund(400, 'a-person');
  await keeper.live(HOUR_MS);
  await client.patch({ balance: 410 }); // 10 by the looks
  its.lacks = 400;
  await keeper.live(10 * MINUTE_MS);
  await client.patch({ balance: 110 });
  its.lacks = 91;
  await keeper.live(12 * HOUR_MS);
  expect(await charges(client)).toHaveLength(before + 1); // the person's
});

test('a payment that looks do not show any more is not charged for where the balance is well', async () => {
  const client = await startClient();
  const { its, transport } = lacking();
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await keeper.store.journal.setHold(
    {
      account: keeper.account('agent-0001').name,
      kind: 'pause',
      reason: 'a person',
      intent: null,
      since: client.clock.now(),
    },
    [],
  );
  await lower(client, 12);
  await keeper.live(HOUR_MS);
  await client.fund(50, 'a-person');
  await keeper.live(20 * MINUTE_MS);
  its.lacks = 50;
  await keeper.store.journal.liftHold(keeper.account('agent-0001').name, 'pause', [], client.clock.now());
  await keeper.live(12 * HOUR_MS);
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
});

test('who only observes is told of a wallet that looks show as low', async () => {
  const client = await startClient();
  const { its, transport } = lacking();
  const keeper = await AKeeper.open(client, { transport, mode: 'observe' });
  await keeper.live(2 * HOUR_MS);
  its.lacks = 40;
  await keeper.live(3 * DAY_MS);
  expect((await keeper.told()).join()).toContain('wallet low');
});
