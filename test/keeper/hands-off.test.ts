import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';

test.each([
  ['wallet.low', 'it is filled up'],
  ['charge.declined', 'it is filled up'],
  ['wallet.low', 'the policy keeps its hands off'],
  ['charge.declined', 'the policy keeps its hands off'],
] as const)('what is told of a low wallet ends: %s, when %s', async (type, end) => {
  const client = await startClient();
  const isDeclined = type === 'charge.declined';
  if (isDeclined) await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
  const caps = { per_charge: 60, day: isDeclined ? 500 : 60, month: 500 };
  const keeper = await AKeeper.open(client, { caps });
  await keeper.pass();
  await lower(client);
  await keeper.live(20 * MINUTE_MS);
  await lower(client); // charged once, and the cap of the day is full; or declined
  await keeper.live(20 * MINUTE_MS);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.type);
  expect(firing()).toContain(type);
  if (end === 'it is filled up') await client.patch({ balance: 80 });
  else keeper.respec({ caps, wallet: null, subscription: { when_past_due: 'alert' } });
  await keeper.live(3 * HOUR_MS);
  expect(firing()).toEqual([]);
});
