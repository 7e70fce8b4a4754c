import { expect, test } from 'vitest';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aCache } from './a-page-beside-a-card.ts';
import { fairWeather, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** Low, with one card that does as it is told. */
async function aLowWalletWith(behaviour: string, opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour }] });
  await lower(client);
  await keeper.live(2 * MINUTE_MS);
  return { client, keeper };
}

/** The reasons for which `agent-0001` waits for a person, as the metrics have them. */
async function reasons(keeper: AKeeper): Promise<readonly string[]> {
  const text = await keeper.context.metrics.text();
  const rows = text.matchAll(/^purser_needs_human\{account="agent-0001",reason="(\w+)"\} 1$/gm);
  return Array.from(rows, ([, reason]) => String(reason));
}

test('a wallet that is funded needs nobody', async () => {
  const { keeper } = await aLowWalletWith('succeed');
  expect(await reasons(keeper)).toEqual([]);
});

test('3-D Secure needs the card holder until it is answered', async () => {
  const { client, keeper } = await aLowWalletWith('requires_action');
  expect(await reasons(keeper)).toEqual(['requires_action']);
  await client.patch({ complete_3ds: true });
  await keeper.live(5 * MINUTE_MS);
  expect(await reasons(keeper)).toEqual([]);
});

test('a dead card needs a person until the wallet is funded, by whatever way', async () => {
  const { client, keeper } = await aLowWalletWith('lost_card');
  expect(await reasons(keeper)).toEqual(['no_card_left']);
  await client.patch({ balance: 100 });
  await keeper.live(2 * MINUTE_MS);
  expect(await reasons(keeper)).toEqual([]);
});

test('a person who is needed is needed still while the provider does not answer', async () => {
  const { client, keeper } = await aLowWalletWith('lost_card');
  await faults(client, { error_before_effect: 1 });
  await keeper.live(5 * MINUTE_MS);
  expect(await reasons(keeper)).toEqual(['no_card_left']);
  await fairWeather(client);
  await client.patch({ balance: 100 });
  await keeper.live(5 * MINUTE_MS);
  expect(await reasons(keeper)).toEqual([]);
});

test('a payment link that is out needs somebody who pays it', async () => {
  const { client, keeper } = await aLowWalletWith('lost_card', {
    wallet: { pay_with: ['default', 'human'] },
  });
  expect(await reasons(keeper)).toEqual(['link_open']);
  await client.patch({ pay_link: true });
  await keeper.live(5 * MINUTE_MS);
  expect(await reasons(keeper)).toEqual([]);
});

test('a frozen account needs a person until one lifts the freeze', async () => {
  const { client, keeper } = await aLowWalletWith('succeed');
  const [own] = await keeper.intents();
  await client.patch({ refund: own?.payment_intent });
  await keeper.live(HOUR_MS);
  expect(await reasons(keeper)).toEqual(['frozen']);
  const { name } = keeper.account('agent-0001');
  await keeper.store.journal.liftHold(name, 'freeze', [], client.clock.now());
  await keeper.live(HOUR_MS);
  expect(await reasons(keeper)).toEqual([]);
});

/** The plan is paid by another card, and the list shows that nine minutes late. */
test('that the wallet has no card left is told at once, whatever is charged for the plan', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  let boughtAt: EpochMs | null = null;
  const isLate = () => boughtAt !== null && client.clock.now() - boughtAt < 9 * MINUTE_MS;
  const transport = new WatchedWire(
    async (send, _, { url }) => {
      if (url.endsWith('/subscriptions')) boughtAt = client.clock.now();
      return await send();
    },
    aCache(client, '/subscriptions', isLate),
  );
  const keeper = await AKeeper.open(client, {
    transport,
    wallet: { pay_with: ['default'] },
    subscription: { plan: 'Standard', when_canceled: 'subscribe', pay_with: ['pm_agent_0001_mastercard'] },
  });
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
  for (let steps = 0; steps < 60 && boughtAt === null; steps += 1) await keeper.live(10_000);
  await lower(client);
  await keeper.live(2 * MINUTE_MS);
  expect(isLate()).toBe(true);
  expect(await keeper.told()).toContainEqual(expect.stringMatching(/^firing payment\.action_required/));
});
