import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

type Wallet = { readonly balance: number; readonly total_credited: number };
type Page = { readonly wallet: Wallet; readonly items: readonly object[] };

const REFUSED = answer(422, { error: { code: 'validation_error' } });

/** A keeper whose first charge is not heard of (or not made), whose second POST meets `refusal`; `page` is shown instead of the ledger as it is. */
async function scene(refusal: TransportReply, isMade = true) {
  const client = await startClient();
  const shown: { page: Page | null; posts: number; behindReplay: Page | null } = {
    page: null,
    posts: 0,
    behindReplay: null,
  };
  const transport = new WatchedWire(
    async (send) => {
      shown.posts += 1;
      if (shown.posts === 2) return refusal;
      const reply = isMade || shown.posts > 1 ? await send() : answer(503, {});
      return shown.posts === 1 ? { kind: 'lost', reason: 'socket' } : reply;
    },
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/wallet/') || url.includes('type=debit') || reply.kind !== 'answered') return reply;
      const { page, posts, behindReplay } = shown;
      if (posts === 2 && behindReplay !== null) {
        Object.assign(shown, { page: behindReplay, behindReplay: null });
        return reply; // one look at the ledger as it is
      }
      if (page === null) return reply;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/balance')) body.data.balance = page.wallet.balance;
      else body.data = page;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  const pageNow = async (): Promise<Page> => (await client.ask('/wallet/transactions?type=credit')).body.data;
  return { client, keeper, transport, shown, pageNow };
}

test('a charge whose row was seen while it was settled is not made again on a page from before it', async () => {
  const { client, keeper, shown, pageNow } = await scene(answer(503, {}));
  const first = await pageNow();
  await client.fund(45, 'a-person');
  await lower(client, 11);
  const second = await pageNow();
  shown.page = { ...second, wallet: first.wallet };
  await keeper.pass(); // takes the person's row in
  shown.page = first;
  client.clock.advance(76 * MINUTE_MS); // what was seen so long ago does not stand against it
  await keeper.pass();
  expect(shown.posts).toBe(1);
  shown.page = second;
  shown.behindReplay = second;
  client.clock.advance(MINUTE_MS);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
});

test('a charge whose money was seen without its row is not called absent on pages from before it', async () => {
  const { client, keeper, shown, pageNow } = await scene(
    answer(422, { error: { code: 'validation_error' } }),
  );
  const before = await pageNow();
  await keeper.pass();
  const { wallet } = await pageNow();
  shown.page = { ...before, wallet }; // its row is late
  client.clock.advance(MINUTE_MS);
  await keeper.pass();
  shown.page = before;
  await keeper.live(6 * HOUR_MS);
  const { journal } = keeper.store;
  expect(await journal.allOpenIntents()).toMatchObject([{ state: { kind: 'in_doubt' } }]);
  shown.page = null;
  await keeper.live(HOUR_MS);
  expect(await journal.intents({ limit: 9 })).toMatchObject([{ state: { kind: 'settled', by: 'ledger' } }]);
  expect(await charges(client)).toHaveLength(1);
});

test('a total that stood higher for a moment keeps no wallet that is in use from being funded', async () => {
  const { client, keeper, shown, pageNow } = await scene(REFUSED, false);
  const before = await pageNow();
  await keeper.pass();
  const { balance, total_credited } = before.wallet;
  shown.page = {
    ...before,
    wallet: { ...before.wallet, balance: balance + 50, total_credited: total_credited + 50 },
  };
  client.clock.advance(MINUTE_MS);
  await keeper.pass();
  expect(await keeper.store.journal.allOpenIntents()).toHaveLength(1);
  shown.page = null;
  await lower(client, 11);
  await keeper.live(4 * HOUR_MS);
  const [released] = await keeper.store.journal.intents({ limit: 9 });
  expect(released).toMatchObject({ state: { kind: 'released', because: 'absent' } });
});

test('an older row of the amount is not taken for the charge on a page that lacks the newest', async () => {
  const { client, transport, shown, pageNow } = await scene(REFUSED, false);
  await client.fund(50, 'a-person');
  client.clock.advance(MINUTE_MS);
  await client.fund(45, 'a-person-again');
  await lower(client);
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass(); // the first of a new journal takes both rows in, and charges
  expect(shown.posts).toBe(1);
  const { wallet, items } = await pageNow();
  shown.page = { wallet, items: items.slice(1) };
  client.clock.advance(2 * MINUTE_MS);
  await keeper.pass();
  expect(await keeper.store.journal.allOpenIntents()).toMatchObject([{ state: { kind: 'in_doubt' } }]);
});
