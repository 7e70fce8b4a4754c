import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, posts } from './sandbox-record.ts';

async function aCardThatAsks(opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'requires_action' }] });
  await lower(client);
  await keeper.live(HOUR_MS);
  return { client, keeper };
}

test('a 3-D Secure challenge asks a person once and is not charged around', async () => {
  const { client, keeper } = await aCardThatAsks({
    wallet: { pay_with: ['default', 'pm_agent_0001_mastercard'] },
  });
  expect(await keeper.intents()).toMatchObject([{ state: 'action', settled_usd: null }]);
  expect(await charges(client)).toEqual([]);
  expect(await posts(client)).toHaveLength(1);
  expect(await keeper.told()).toEqual([
    'firing payment.action_required: agent-0001 needs a person to confirm $50.00 (3-D Secure)',
  ]);
});

test('a challenge that is answered late settles the charge, which is made once', async () => {
  const { client, keeper } = await aCardThatAsks();
  await client.patch({ complete_3ds: true });
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', settled_usd: 50 }]);
  expect(await keeper.told()).toEqual([
    'firing payment.action_required: agent-0001 needs a person to confirm $50.00 (3-D Secure)',
    'resolved payment.action_required: agent-0001 needs a person to confirm $50.00 (3-D Secure)',
    'notice charge.succeeded: agent-0001 funded: $62.00',
  ]);
});

test('a challenge that is refused frees the reservation, and the next card is tried', async () => {
  const { client, keeper } = await aCardThatAsks({
    wallet: { pay_with: ['default', 'pm_agent_0001_mastercard'] },
  });
  await client.patch({ fail_3ds: true });
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toMatchObject([{ card: 'pm_agent_0001_mastercard' }]);
  const [, first] = await keeper.intents();
  expect(first).toMatchObject({ state: 'released', detail: 'declined: authentication_required' });
});

test('an open challenge keeps its money reserved', async () => {
  const { client, keeper } = await aCardThatAsks({ caps: { per_charge: 50, day: 60 } });
  client.clock.advance(MINUTE_MS);
  const { caps } = keeper.account('agent-0001').policy;
  const scopes = [{ kind: 'account', name: 'agent-0001', caps }] as const;
  const [found] = await keeper.store.journal.usage(scopes, client.clock.now());
  expect(found?.usage.dayCents).toBe(5_000);
});
