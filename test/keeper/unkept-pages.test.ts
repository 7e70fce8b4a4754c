import { expect, test } from 'vitest';
import type { AccountMemory } from '../../src/charge/journal.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A keeper whose ledger looks are answered with `shown.page`, where there is one, until it charges. */
async function scene() {
  const client = await startClient();
  const shown: { page: string | null; isNameless: boolean } = { page: null, isNameless: false };
  const transport = new WatchedWire(
    (send) => {
      shown.page = null;
      return send();
    },
    async (send, { url }) => {
      if (shown.isNameless && url.endsWith('/me')) return answer(503, {});
      const reply = await send();
      if (reply.kind !== 'answered' || shown.page === null) return reply;
      if (url.includes('/wallet/transactions?type=credit')) return { ...reply, bodyText: shown.page };
      const { balance } = JSON.parse(shown.page).data.wallet;
      return url.includes('/wallet/balance')
        ? { ...reply, bodyText: JSON.stringify({ data: { balance } }) }
        : reply;
    },
  );
  const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '1m' } });
  await keeper.pass();
  const known = await keeper.store.journal.memory(keeper.account('agent-0001').name);
  await lower(client);
  const first = await pageNow(client);
  await client.fund(50, 'a-person');
  return { client, keeper, transport, shown, known, first };
}

async function pageNow(client: SandboxClient): Promise<string> {
  return JSON.stringify((await client.ask('/wallet/transactions?type=credit')).body);
}

/** What a crash between a settlement and the next write, or a disk that is full, keeps of a look: its rows at most. */
async function forget(keeper: AKeeper, { highestAnchor, creditedMicroUsd, usedMicroUsd }: AccountMemory) {
  const { name } = keeper.account('agent-0001');
  await keeper.store.journal.remember(name, { highestAnchor, creditedMicroUsd, usedMicroUsd });
}

test('a page without the row that settled the last charge brings no second one, whatever a crash forgot', async () => {
  const { client, keeper, transport, shown, known, first } = await scene();
  await lower(client);
  const second = await pageNow(client);
  shown.page = first;
  await keeper.pass();
  expect(await keeper.store.journal.lastSettledFund(keeper.account('agent-0001').name)).toMatchObject({
    state: { by: 'ledger' },
  });
  await forget(keeper, known);
  keeper.close();
  const again = await AKeeper.open(client, {
    folder: keeper.folder,
    transport,
    wallet: { cooldown: '1m' },
  });
  shown.page = second;
  client.clock.advance(10 * MINUTE_MS);
  await again.pass();
  expect(again.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'look_torn' });
  expect(await charges(client)).toHaveLength(2); // a person's, and one
});

test.each(['a full disk', 'a crash'])('a page from before one that was seen brings no charge, whatever %s forgot', async (what) => {
  const { client, keeper, transport, shown, known, first } = await scene();
  client.clock.advance(MINUTE_MS);
  await keeper.pass();
  await forget(keeper, known);
  const { folder } = keeper;
  if (what === 'a crash') keeper.close();
  const next = what === 'a crash' ? await AKeeper.open(client, { folder, transport, wallet: { cooldown: '1m' } }) : keeper;
  shown.page = first;
  client.clock.advance(10 * MINUTE_MS);
  await next.pass();
  expect(next.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'look_torn' });
  expect(await charges(client)).toHaveLength(1);
}); // biome-ignore format: one step a line

test('a page that was seen when it was not known whose it is stands against older ones for a while', async () => {
  const { client, keeper, transport, shown, first } = await scene();
  keeper.close();
  const next = await AKeeper.open(client, { folder: keeper.folder, transport, wallet: { cooldown: '1m' } });
  shown.isNameless = true;
  client.clock.advance(MINUTE_MS);
  await next.pass();
  shown.isNameless = false;
  shown.page = first;
  client.clock.advance(HOUR_MS);
  await next.pass();
  expect(next.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'look_torn' });
  expect(await charges(client)).toHaveLength(1);
  await next.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
});
