import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';

test('what many payments of a downtime came to counts', async () => {
  const client = await startClient();
  const wish = { caps: { month: 720, per_charge: 500 }, wallet: { foreign_credits: 'allow' } };
  const old = await AKeeper.open(client, wish);
  await old.pass();
  old.close();
  for (let count = 0; count < 70; count += 1) {
    client.clock.advance(10 * MINUTE_MS);
    await client.fund(10, `by-hand-${count}`);
  }
  const keeper = await AKeeper.open(client, { ...wish, folder: old.folder });
  expect(await charges(client)).toHaveLength(70); // a page has 50
  await lower(client);
  await keeper.live(HOUR_MS);
  const own = (await charges(client)).filter(({ key }) => key?.startsWith('purser-'));
  expect(own).toEqual([]);
});
