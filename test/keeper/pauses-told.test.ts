import { expect, test } from 'vitest';
import type { AccountName } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aRuledAccount } from './a-ruled-account.ts';

const ACCOUNT = 'agent-0001' as AccountName; // as the sandbox names its first

function pause(keeper: AKeeper, reason: string): Promise<void> {
  const since = keeper.client.clock.now();
  return keeper.store.journal.setHold({ account: ACCOUNT, kind: 'pause', reason, since, intent: null }, []);
}

function lift(keeper: AKeeper): Promise<boolean> {
  return keeper.store.journal.liftHold(ACCOUNT, 'pause', [], keeper.client.clock.now());
}

test('a pause of the account resolves nothing that its subscription asks a person for', async () => {
  const { client, keeper } = await aRuledAccount(41, { when_paused: 'alert' });
  await client.patch({ subscription: { status: 'paused', plan_id: 41 } });
  await keeper.live(HOUR_MS);
  const asked = ['firing payment.action_required: agent-0001 needs a person'];
  expect(await keeper.told()).toEqual(asked);
  await pause(keeper, 'moving');
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toEqual(asked);
  await lift(keeper);
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toEqual(asked);
  await pause(keeper, 'moving on');
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toEqual([
    ...asked,
    'resolved payment.action_required: agent-0001 needs a person',
  ]);
});

test('a pause of the account resolves nothing that its wallet asks a person for', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  await client.patch({ balance: 5, cards: [] });
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toContainEqual(expect.stringMatching(/^firing payment.action_required/));
  await pause(keeper, 'moving');
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).not.toContainEqual(expect.stringMatching(/^resolved/));
  await client.patch({ balance: 50 });
  await keeper.live(10 * MINUTE_MS);
  expect(await keeper.told()).toContainEqual(expect.stringMatching(/^resolved payment.action_required/));
});
