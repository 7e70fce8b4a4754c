import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

type Wallet = { readonly balance: number };
type Page = { readonly wallet: Wallet };

/** A keeper whose first charge is lost and whose second POST is not heard; `page` is shown instead of the ledger as it is. */
async function scene() {
  const client = await startClient();
  const shown: { page: Page | null; posts: number; nextPage: Page | null } = {
    page: null,
    posts: 0,
    nextPage: null,
  };
  const transport = new WatchedWire(
    async (send) => {
      shown.posts += 1;
      if (shown.posts === 2) shown.page = null;
      if (shown.posts === 2) return answer(503, {});
      const reply = await send();
      return shown.posts === 1 ? { kind: 'lost', reason: 'socket' } : reply;
    },
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/wallet/') || url.includes('type=debit') || reply.kind !== 'answered') return reply;
      const { page, nextPage } = shown;
      if (shown.posts > 1 && nextPage !== null) Object.assign(shown, { page: nextPage, nextPage: null });
      if (page === null) return reply;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/balance')) body.data.balance = page.wallet.balance;
      else body.data = page;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  const pageNow = async (): Promise<Page> => (await client.ask('/wallet/transactions?type=credit')).body.data;
  return { client, keeper, shown, pageNow };
}

test('a charge whose row was seen while it was settled is not made again on a page from before it', async () => {
  const { client, keeper, shown, pageNow } = await scene();
  await keeper.pass();
  await lower(client);
  const first = await pageNow();
  await client.fund(45, 'a-person');
  await lower(client, 11);
  const second = await pageNow();
  shown.page = { ...second, wallet: first.wallet };
  await keeper.pass(); // takes the person's row in
  shown.page = first;
  client.clock.advance(MINUTE_MS);
  await keeper.pass();
  expect(shown.posts).toBe(1);
  shown.page = second;
  shown.nextPage = second; // behind the look that shows the charge
  client.clock.advance(MINUTE_MS);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
});
