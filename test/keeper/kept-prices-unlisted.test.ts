import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { resumedByHand } from './standing-of.ts';

test.each([403, 500])(
  'a wallet goes on, and nothing is degraded, though lists of subscriptions nobody keeps are down for hours after a resume by hand (%i)',
  async (status) => {
    const client = await startClient();
    const { keeper } = await resumedByHand(client, { poll: '5m' }, status);
    await keeper.live(6 * HOUR_MS);
    await lower(client);
    await keeper.live(HOUR_MS);
    expect(await charges(client, 'fund')).toHaveLength(1);
    const firing = keeper.store.firingIncidents().map(({ fact }) => `${fact.headline} | ${fact.detail}`);
    expect(firing).toEqual([]);
    expect(await keeper.told()).not.toContainEqual(expect.stringContaining('has not been seen'));
  },
);

test('a list that is down beside a kept price is asked for at every poll, and no more often', async () => {
  const client = await startClient();
  const { keeper } = await resumedByHand(client, { poll: '5m' });
  await keeper.live(10 * MINUTE_MS);
  expect(await keeper.live(HOUR_MS)).toBeLessThan(20);
});
