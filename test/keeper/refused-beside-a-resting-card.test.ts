import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aWireBehindACache, pause, resume, TO } from './a-refused-charge.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges } from './sandbox-record.ts';

const ONE = 'agent-0001';
const NEIGHBOUR = 'agent-0002';

/**
 * Two pursers. One was refused and let go, and waits for another key. A card that the account shares with its neighbour is
 * declined there, for both pursers: it rests six hours, and is free again for both at the same moment.
 */
test('a card that has rested for hours is free for both pursers at once: who waited before waits anew', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const share = async (behaviour: string) => {
    for (const name of [ONE, NEIGHBOUR]) {
      const id = `pm_${name.replace('-', '_')}`;
      const face = { brand: 'visa', last4: '3155', exp_month: 12, exp_year: 2030 };
      await client.patch(
        { cards: [{ ...face, id, fingerprint: 'one-card', default: true, behaviour }] },
        name,
      );
    }
  };
  await share('succeed');
  const { transport, cache } = aWireBehindACache(client, 1);
  const one = await AKeeper.open(client, { ...TO, transport, folder: scratchFolder(), beside: 'beside' });
  const other = await AKeeper.open(client, { ...TO, beside: 'beside' });
  for (const keeper of [one, other])
    for (const name of [ONE, NEIGHBOUR]) await keeper.live(2 * MINUTE_MS, name);
  await client.patch({ balance: 11.5 }, ONE);
  client.clock.advance(MINUTE_MS);
  await one.pass(ONE);
  await pause(one);
  client.clock.advance(10_000);
  await one.pass(ONE);
  expect((await one.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual(['fund released']);
  await client.patch({ balance: 12 }, ONE);
  await resume(one);
  await one.live(MINUTE_MS, ONE);
  expect(one.context.view.account(one.account(ONE).name)?.wallet).toMatchObject({ reason: 'pacing' });

  await share('insufficient_funds');
  await client.patch({ balance: 12 }, NEIGHBOUR);
  for (const keeper of [one, other]) await keeper.pass(NEIGHBOUR);
  await client.patch({ balance: 50 }, NEIGHBOUR); // its owner has helped it
  await share('succeed');
  await one.live(MINUTE_MS, ONE);
  await other.live(MINUTE_MS, ONE);
  for (const keeper of [one, other])
    expect(keeper.context.view.account(keeper.account(ONE).name)?.wallet).toMatchObject({
      reason: 'cards_waiting',
    });
  await one.live(5 * HOUR_MS + 56 * MINUTE_MS, ONE);
  expect(await charges(client)).toEqual([]);
  cache.isStill = true; // from here on one of them sees a page from a moment ago
  await other.live(5 * MINUTE_MS, ONE);
  expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([5_800]);
  await one.live(5 * MINUTE_MS, ONE);
  cache.isStill = false;
  await one.live(40 * MINUTE_MS, ONE);
  expect((await charges(client)).map(({ amount_cents }) => amount_cents)).toEqual([5_800]);
});
