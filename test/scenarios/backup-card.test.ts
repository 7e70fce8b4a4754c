import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { lower } from '../keeper/a-low-wallet.ts';
import { charges, posts } from '../keeper/sandbox-record.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { cardAttempts } from './card-attempts.ts';

const VISA = 'pm_agent_0001_visa';
const MASTERCARD = 'pm_agent_0001_mastercard';
const AMEX = { id: 'pm_third', brand: 'amex', last4: '0005' };

/** A low wallet whose default card answers so, with a working Mastercard and an Amex behind it. */
async function aLowWallet(behaviour: string, payWith: readonly string[], amexBehaviour = 'succeed') {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { pay_with: payWith }, poll: '60s' });
  await keeper.pass();
  await client.patch({
    cards: [
      { id: VISA, brand: 'visa', last4: '4242', behaviour, default: true },
      { ...AMEX, behaviour: amexBehaviour },
      { id: MASTERCARD, brand: 'mastercard', last4: '4444', behaviour: 'succeed' },
    ],
  });
  await lower(client);
  return { client, keeper };
}

test.each([
  ['insufficient_funds', ['default', 'others'], 'pm_third'],
  ['do_not_honor', ['default', 'others'], 'pm_third'],
  ['expired_card', ['default', 'others'], 'pm_third'],
  ['stolen_card', ['default', 'others'], 'pm_third'],
  ['insufficient_funds', ['default', MASTERCARD], MASTERCARD],
  ['generic_decline', ['default', MASTERCARD], MASTERCARD],
  ['authentication_required', ['default', MASTERCARD], MASTERCARD],
  ['fraudulent', ['default', MASTERCARD, 'human'], MASTERCARD],
] as const)(
  'after %s on the ladder %j the card %s has paid within one poll, once',
  async (code, payWith, payer) => {
    const { client, keeper } = await aLowWallet(code, payWith);
    await keeper.live(MINUTE_MS);
    expect(await charges(client)).toMatchObject([{ card: payer, amount_cents: 5_000 }]);
    expect((await cardAttempts(client)).map(({ card, status }) => `${card} ${status}`)).toEqual([
      `${VISA} failed`,
      `${payer} succeeded`,
    ]);
    expect(new Set((await posts(client)).map(({ key }) => key)).size).toBe(2);
    expect(await client.balance()).toBe(62);
  },
);

test('a ladder of three cards is climbed to its third within one poll', async () => {
  const { client, keeper } = await aLowWallet('lost_card', ['default', 'others'], 'insufficient_funds');
  await keeper.live(MINUTE_MS);
  expect((await cardAttempts(client)).map(({ card }) => card)).toEqual([VISA, 'pm_third', MASTERCARD]);
  expect(await charges(client)).toHaveLength(1);
});

test('the next need goes past the card that rests, straight to the one that pays', async () => {
  const { client, keeper } = await aLowWallet('insufficient_funds', ['default', MASTERCARD]);
  await keeper.live(20 * MINUTE_MS);
  await lower(client);
  await keeper.live(MINUTE_MS);
  expect((await cardAttempts(client)).map(({ card }) => card)).toEqual([VISA, MASTERCARD, MASTERCARD]);
  expect(await charges(client)).toHaveLength(2);
});

test('a named backup card that was removed charges nobody, and a person is asked', async () => {
  const { client, keeper } = await aLowWallet('expired_card', ['default', 'pm_that_is_gone']);
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client)).toEqual([]);
  const asked = (await keeper.messages()).filter(({ fact }) => fact.type === 'payment.action_required');
  expect(asked.map(({ fact }) => fact.headline)).toEqual(['agent-0001 needs a person to pay $50.00']);
  expect(asked[0]?.fact.detail).toContain('pm_that_is_gone is not saved with the provider');
});
