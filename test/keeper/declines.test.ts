import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, posts } from './sandbox-record.ts';

const VISA = 'pm_agent_0001_visa';
const MASTERCARD = 'pm_agent_0001_mastercard';
const BOTH = { pay_with: ['default', MASTERCARD] };
const THEN_HUMAN = { pay_with: ['default', MASTERCARD, 'human'] };

/** A low wallet whose cards behave so: `visa` is the default, `mastercard` the backup. */
async function aLowWalletWithCards(
  behaviours: { readonly visa: string; readonly mastercard: string },
  opening: Opening = {},
): Promise<{ readonly client: SandboxClient; readonly keeper: AKeeper }> {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: BOTH, ...opening });
  await keeper.pass();
  await behave(client, behaviours);
  await lower(client);
  return { client, keeper };
}

async function behave(client: SandboxClient, cards: { readonly visa: string; readonly mastercard: string }) {
  await client.patch({
    cards: [
      { id: VISA, behaviour: cards.visa },
      { id: MASTERCARD, behaviour: cards.mastercard },
    ],
  });
}

/** The most of these instants that any window of that length holds. */
function mostWithin(windowMs: number, instants: readonly number[]): number {
  const counts = instants.map((end) => instants.filter((at) => at > end - windowMs && at <= end).length);
  return Math.max(0, ...counts);
}

test('a declined card is followed by the one behind it within the same minute', async () => {
  const { client, keeper } = await aLowWalletWithCards({
    visa: 'insufficient_funds',
    mastercard: 'succeed',
  });
  await keeper.live(MINUTE_MS);
  expect(await charges(client)).toMatchObject([{ card: MASTERCARD, amount_cents: 5_000 }]);
  const [second, first] = await keeper.intents();
  expect(first).toMatchObject({ state: 'released', detail: 'declined: insufficient_funds', attempt: 0 });
  expect(second).toMatchObject({ state: 'settled', attempt: 1, anchor: first?.anchor });
  const stories = await Promise.all(
    (await keeper.store.journal.intents({ limit: 2 })).map(({ id }) => keeper.store.journal.story(id)),
  );
  expect(stories[1]?.map(({ to, why }) => `${to} ${why}`)).toEqual([
    'armed armed',
    'declined answer_declined',
    'released payment',
  ]);
  expect(await keeper.told()).toEqual([
    'firing charge.declined: agent-0001: charge declined, $12.00 left',
    'resolved charge.declined: agent-0001: charged after all',
    'notice charge.succeeded: agent-0001 funded: $62.00',
  ]);
});

test('a card without money is tried again after 6 h, then 24 h, then works', async () => {
  const { client, keeper } = await aLowWalletWithCards(
    { visa: 'insufficient_funds', mastercard: 'lost_card' },
    { wallet: BOTH, poll: '10m' },
  );
  await keeper.rest(29 * HOUR_MS);
  const own = (await keeper.intents()).toReversed().filter(({ card }) => card === VISA);
  expect(own).toHaveLength(2);
  const [first = 0, second = 0] = own.map(({ armed_at }) => Date.parse(armed_at));
  expect((second - first) / HOUR_MS).toBeCloseTo(6, 0);
  await behave(client, { visa: 'succeed', mastercard: 'lost_card' });
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client)).toMatchObject([{ card: VISA }]);
});

test.each([
  ['insufficient_funds', 32, BOTH, []],
  ['lost_card', 4, THEN_HUMAN, ['agent-0001 needs a person to pay $50.00']],
])(
  'when every card answers %s for %i days, no card is tried more than 5 times in 30',
  async (code, days, wallet, told) => {
    const { client, keeper } = await aLowWalletWithCards(
      { visa: code, mastercard: code },
      { wallet, poll: '4h' },
    );
    await keeper.live(days * DAY_MS);
    const tried = (await keeper.intents()).map(({ card, armed_at }) => ({ card, at: Date.parse(armed_at) }));
    for (const card of [VISA, MASTERCARD]) {
      const attempts = tried.filter((one) => one.card === card).map(({ at }) => at);
      expect(attempts.length).toBeGreaterThan(0);
      expect(mostWithin(DAY_MS, attempts)).toBeLessThanOrEqual(2);
      expect(mostWithin(30 * DAY_MS, attempts)).toBeLessThanOrEqual(5);
    }
    expect(await charges(client)).toEqual([]);
    const asked = (await keeper.messages()).filter(({ fact }) => fact.type === 'payment.action_required');
    expect(new Set(asked.map(({ fact }) => fact.headline))).toEqual(new Set(told));
  },
);

test('a card that was reported lost is never tried again, after a restart and for ever', async () => {
  const { client, keeper } = await aLowWalletWithCards(
    { visa: 'lost_card', mastercard: 'lost_card' },
    { poll: '6h' },
  );
  await keeper.rest(2 * DAY_MS);
  expect(await posts(client)).toHaveLength(2);
  keeper.close();
  await behave(client, { visa: 'succeed', mastercard: 'succeed' });
  const next = await AKeeper.open(client, { folder: keeper.folder, wallet: BOTH, poll: '12h' });
  await next.rest(60 * DAY_MS);
  expect(await posts(client)).toHaveLength(2);
  expect(await charges(client)).toEqual([]);
});

test('accounts that share a dead card try it twice a day together, not twice each', async () => {
  const client = await startClient();
  const shared = { brand: 'visa', last4: '0002', behaviour: 'insufficient_funds', fingerprint: 'one-card' };
  const keeper = await AKeeper.open(client, { poll: '10m' });
  for (const name of ['agent-0001', 'agent-0002']) {
    await keeper.pass(name);
    await client.patch({ balance: 5, cards: [{ ...shared, default: true }] }, name);
  }
  client.clock.advance(HOUR_MS);
  for (let turn = 0; turn < 23 * 6; turn += 1) {
    await Promise.all([keeper.pass('agent-0001'), keeper.pass('agent-0002')]);
    client.clock.advance(10 * MINUTE_MS);
  }
  expect((await posts(client)).length).toBeLessThanOrEqual(2);
});

test('a replayed decline is not a second attempt at the card', async () => {
  const { client, keeper } = await aLowWalletWithCards({ visa: 'expired_card', mastercard: 'succeed' });
  await keeper.live(HOUR_MS);
  expect(new Set((await posts(client)).map(({ key }) => key)).size).toBe(2);
  expect(await posts(client)).toHaveLength(2);
});
