import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** A wallet that nobody uses is corrected down to $5, and five minutes later a person pays: purser's own charges, and why it is frozen. */
async function afterCorrection(paid: { readonly dollars: number; readonly isMoneyLate?: boolean } | null) {
  const client = await startClient();
  const missing = { dollars: 0 };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/')) return reply;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/balance')) body.data.balance -= missing.dollars;
      else if (body.data?.wallet !== undefined) {
        body.data.wallet.balance -= missing.dollars;
        body.data.wallet.total_credited -= missing.dollars;
      }
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const keeper = await AKeeper.open(client, { transport, wallet: { foreign_credits: 'allow' } });
  await keeper.live(2 * HOUR_MS);
  missing.dollars = 45;
  await keeper.live(5 * MINUTE_MS);
  if (paid !== null) await client.fund(paid.dollars, 'a-person');
  if (paid?.isMoneyLate === true) missing.dollars += paid.dollars;
  await keeper.live(10 * HOUR_MS);
  const holds = await keeper.store.journal.holds(keeper.account('agent-0001').name);
  const own = (await charges(client)).filter(({ key }) => key !== 'a-person');
  return { own: own.length, holds: holds.map(({ kind }) => kind) };
}

test.each([
  ['nobody pays', null],
  ['a person pays $10', { dollars: 10 }],
])('a correction below the minimum freezes no idle wallet: %s', async (_, paid) => {
  expect(await afterCorrection(paid)).toEqual({ own: 1, holds: [] });
});

test('beside a row whose money has not come nothing is charged after a correction', async () => {
  expect(await afterCorrection({ dollars: 10, isMoneyLate: true })).toEqual({ own: 0, holds: ['freeze'] });
});
