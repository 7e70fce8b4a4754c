import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Wallet = { readonly balance: number };
type How = {
  readonly between: 'nobody' | 'a person' | 'purser';
  readonly isOthersRowLate?: boolean;
  readonly isStampedAtMaking?: boolean;
};

/**
 * A page for $51 is paid hours after it was made. From its confirmation on the wallet stands still for 25 minutes, its row is
 * shown at once, and what others brought in since the making looks like the page's money.
 */
async function chargesBesideThePage(how: How) {
  const client = await startClient();
  const seen = { wallet: null as Wallet | null, stillUntil: 0, othersRowFrom: 0, madeAt: 0 };
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      const reply = await send();
      const isPaid = url.includes('confirm-checkout') && reply.kind === 'answered' && reply.status === 200;
      if (isPaid && seen.stillUntil === 0) seen.stillUntil = client.clock.now() + 25 * MINUTE_MS;
      return reply;
    },
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      const { data } = body;
      const isStill = client.clock.now() < seen.stillUntil && seen.wallet !== null;
      if (url.includes('/wallet/balance')) {
        if (isStill) data.balance = seen.wallet?.balance;
      } else if (url.includes('/wallet/transactions') && url.includes('type=credit')) {
        const stamp = new Date(seen.madeAt).toISOString();
        const items = data.items
          .filter(
            ({ amount }: { amount: number }) => amount !== 60 || client.clock.now() >= seen.othersRowFrom,
          )
          .map((row: { amount: number }) =>
            how.isStampedAtMaking === true && row.amount === 51 ? { ...row, created_at: stamp } : row,
          );
        Object.assign(data, { items, count: items.length, total: items.length });
        if (isStill) data.wallet = seen.wallet;
        else seen.wallet = data.wallet;
      } else return reply;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport, wallet: { foreign_credits: 'allow' } });
  await keeper.pass();
  seen.madeAt = client.clock.now();
  await keeper.ask([{ kind: 'fund_link', amountCents: cents(5_100) }]);
  await keeper.live(2 * HOUR_MS);
  if (how.between === 'a person') {
    if (how.isOthersRowLate === true) seen.othersRowFrom = client.clock.now() + 25 * MINUTE_MS;
    const body = { amount: 60, payment_method_id: 'pm_agent_0001_mastercard' };
    await client.ask('/wallet/fund', { key: 'a-person', body });
    await keeper.live(2 * MINUTE_MS);
  }
  if (how.between === 'purser') {
    await client.patch({ balance: 12 });
    await keeper.live(HOUR_MS);
  }
  await client.patch({ balance: 25 });
  await keeper.live(2 * MINUTE_MS);
  const before = (await charges(client)).length;
  await client.patch({ balance: 12, pay_link: true }); // $63 as soon as it is confirmed
  await keeper.live(25 * MINUTE_MS);
  await keeper.live(HOUR_MS);
  expect(await charges(client, 'checkout')).toHaveLength(1);
  return (await charges(client)).length - before;
}

test.each<[string, How]>([
  ['control: nobody else paid', { between: 'nobody' }],
  ['control: nobody else paid, stamped at making', { between: 'nobody', isStampedAtMaking: true }],
  ['control: a person paid, whose row is shown', { between: 'a person' }],
  ['control: purser charged', { between: 'purser' }],
  ['a) a person paid, whose row is late', { between: 'a person', isOthersRowLate: true }],
  ['b) a person paid; stamped at making', { between: 'a person', isStampedAtMaking: true }],
  ['c) purser charged; stamped at making', { between: 'purser', isStampedAtMaking: true }],
])('an old wallet beside the row of a paid page is not charged for: %s', async (_, how) => {
  expect(await chargesBesideThePage(how)).toBe(0);
});
