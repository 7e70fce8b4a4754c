import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { WatchedWire } from './watched-wire.ts';

test('a withdrawal that the provider books against the payment it goes back to freezes nothing', async () => {
  const client = await startClient();
  const own = { payment: '' };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('type=debit') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      for (const row of body.data.items) if (row.usecase === 'withdrawal') row.transaction_id = own.payment;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  await keeper.live(HOUR_MS);
  await client.patch({ reseller: true });
  own.payment = String((await keeper.intents())[0]?.payment_intent);
  await keeper.ask([{ kind: 'withdraw', amountCents: cents(1_000), keepCents: null }]);
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
});
