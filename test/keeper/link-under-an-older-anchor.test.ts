import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, faults } from './sandbox-record.ts';

const DECLINES = { cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] };
const WORKS = { cards: [{ id: 'pm_agent_0001_visa', behaviour: 'succeed' }] };

test.each([
  ['control: nothing came between', false],
  ['another credit came between', true],
])('a paid link holds the card back while the ledger is behind: %s', async (_, hasOther) => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, {
    wallet: { pay_with: ['default', 'human'], foreign_credits: 'allow' },
    poll: '1m',
  });
  await keeper.pass();
  await client.patch(DECLINES);
  await lower(client);
  await keeper.live(5 * HOUR_MS);
  if (hasOther) {
    await client.patch(WORKS);
    await client.fund(10, 'a-person'); // $22 now
    await client.patch(DECLINES);
    await keeper.live(5 * MINUTE_MS);
    await lower(client); // and spent
    await keeper.live(5 * MINUTE_MS);
  }
  await keeper.live(30 * MINUTE_MS);
  const before = (await charges(client)).length;
  await client.patch({ pay_link: true, ...WORKS });
  await faults(client, { stale_balance: 1 }); // reads as before the newest credit, whole and consistent
  await keeper.live(60 * MINUTE_MS);
  expect(await charges(client, 'checkout')).toHaveLength(1);
  expect(await charges(client)).toHaveLength(before);
});
