import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';

const FIRST = 'agent-0001';
const OTHER = 'agent-0002';

/** Two accounts share a card that was declined on the first; the second is low, and was never charged with it. */
async function aSharedCard(behaviour: string, opening: Opening = {}) {
  const client = await startClient({ accounts: calmAccounts(2) });
  const share = async (its: string) => {
    for (const name of [FIRST, OTHER]) {
      const id = `pm_${name.replace('-', '_')}`;
      const face = { brand: 'visa', last4: '3155', exp_month: 12, exp_year: 2030 };
      const card = { ...face, id, fingerprint: 'one-card', default: true };
      await client.patch({ cards: [{ ...card, behaviour: its }] }, name);
    }
  };
  await share(behaviour);
  const keeper = await AKeeper.open(client, opening);
  for (const name of [FIRST, OTHER]) {
    await keeper.live(2 * MINUTE_MS, name);
    await client.patch({ balance: 12 }, name);
    await keeper.live(5 * MINUTE_MS, name);
  }
  expect(await charges(client)).toEqual([]);
  await share('succeed');
  return { client, keeper };
}

test('a card that was mended is tried again on the account that is resumed, whichever it was declined on', async () => {
  const { client, keeper } = await aSharedCard('call_issuer');
  const { name } = keeper.account(OTHER);
  const resumed = await resumeAccount(keeper.store, name, client.clock.now());
  expect(resumed.declines_forgiven).toBe(1);
  await keeper.live(10 * MINUTE_MS, OTHER);
  expect(await charges(client)).toMatchObject([{ account: OTHER, kind: 'fund', amount_cents: 5_000 }]);
});

test('one that was reported stolen is not', async () => {
  const { client, keeper } = await aSharedCard('stolen_card');
  await resumeAccount(keeper.store, keeper.account(OTHER).name, client.clock.now());
  await keeper.live(10 * MINUTE_MS, OTHER);
  expect(await charges(client)).toEqual([]);
});

test('a card that the account does not pay with is left as it is', async () => {
  const { client, keeper } = await aSharedCard('call_issuer');
  const id = 'pm_agent_0002_of_its_own';
  const own = { id, brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2030, default: true };
  await client.patch({ cards: [{ id: 'pm_agent_0002', default: false }, own] }, OTHER);
  await client.patch({ balance: 50 }, OTHER);
  await keeper.live(24 * 60 * MINUTE_MS, OTHER);
  const { name } = keeper.account(OTHER);
  expect(await resumeAccount(keeper.store, name, client.clock.now())).toMatchObject({ declines_forgiven: 0 });
});
