import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { badPosts } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { type AroundPost, answer, WatchedWire } from './watched-wire.ts';

const CHARGE = { kind: 'charge_amount', amountCents: cents(5_000) } as const;

/** A custom charge by hand to a card that declines, and how it stands after so long. */
async function chargedByHand(transport: (client: Awaited<ReturnType<typeof startClient>>) => WatchedWire) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { transport: transport(client) });
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
  const { withdraw } = keeper.place(CHARGE);
  const standsAfter = async (durationMs: number) => {
    await keeper.live(durationMs);
    withdraw();
    const [intent] = await keeper.intents();
    const holds = await keeper.store.journal.holds(keeper.account('agent-0001').name);
    return [intent?.state, holds.map(({ reason }) => reason)];
  };
  return { client, standsAfter };
}

test.each(['lost_request', 'error_before_effect'])(
  'a custom charge whose first answer was lost (%s) and that is declined then ends as declined, once nothing can be on its way',
  async (fault) => {
    const { client, standsAfter } = await chargedByHand((one) => badPosts(one, { [fault]: 1 }, 1));
    expect(await standsAfter(MINUTE_MS)).toEqual(['declined', []]);
    expect(await standsAfter(HOUR_MS)).toEqual(['declined', []]);
    expect(await standsAfter(3 * HOUR_MS)).toEqual(['released', []]);
    expect(await charges(client, 'charge_amount')).toEqual([]);
  },
);

test('one whose payment is not said to have failed waits for a person', async () => {
  const pending = answer(200, { data: { status: 'pending', amount: 50, currency: 'usd' }, error: null });
  const { standsAfter } = await chargedByHand(
    () =>
      new WatchedWire(
        async (send, ordinal) => (ordinal === 0 ? { kind: 'lost', reason: 'timeout' } : await send()),
        async (send, { url }) => (url.includes('/payments/') ? pending : await send()),
      ),
  );
  expect(await standsAfter(MINUTE_MS)).toEqual(['declined', []]);
  expect(await standsAfter(4 * HOUR_MS)).toEqual([
    'declined',
    ['declined, but the provider does not say that it failed'],
  ]);
});

test('one whose every answer is lost waits for a person', async () => {
  const lost: AroundPost = async () => ({ kind: 'lost', reason: 'timeout' });
  const { standsAfter } = await chargedByHand(() => new WatchedWire(lost));
  expect(await standsAfter(MINUTE_MS)).toEqual(['in_doubt', []]);
  expect(await standsAfter(4 * HOUR_MS)).toEqual([
    'in_doubt',
    ['sent, but nothing at the provider shows whether it was done'],
  ]);
});
