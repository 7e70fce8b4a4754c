import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { charges, requests } from '../keeper/sandbox-record.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { cardAttempts, mostWithin } from './card-attempts.ts';
import { liveTogether } from './live-together.ts';

const BOTH = ['agent-0001', 'agent-0002'];

/** Two low accounts that have one card in common, and one of their own each; none of them works. */
async function allDead(code: string, opening: Opening) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, opening);
  for (const name of BOTH) {
    await keeper.pass(name);
    const end = name.slice(-1);
    const shared = { id: `pm_shared_${end}`, brand: 'visa', last4: '0002', fingerprint: 'one-card' };
    const own = { id: `pm_own_${end}`, brand: 'mastercard', last4: `000${end}`, behaviour: code };
    await client.patch({ balance: 5, cards: [{ ...shared, behaviour: code, default: true }, own] }, name);
  }
  client.clock.advance(MINUTE_MS);
  return { client, keeper };
}

test.each(['insufficient_funds', 'do_not_honor', 'expired_card', 'pickup_card'])(
  'in 30 days of %s no card is tried more than 5 times, nor twice in a day and once more, whoever shares it',
  async (code) => {
    const { client, keeper } = await allDead(code, {
      wallet: { pay_with: ['default', 'others'] },
      poll: '12h',
    });
    await liveTogether(keeper, BOTH, 30 * DAY_MS);
    const all = (await Promise.all(BOTH.map((name) => cardAttempts(client, name)))).flat();
    for (const word of ['shared', 'own_1', 'own_2']) {
      const tried = all.filter(({ card }) => card.includes(word)).map(({ atMs }) => atMs);
      expect(tried.length).toBeGreaterThan(0);
      expect(tried.length).toBeLessThanOrEqual(5);
      expect(mostWithin(DAY_MS, tried)).toBeLessThanOrEqual(2);
    }
    expect(await charges(client)).toEqual([]);
    const messages = await keeper.messages();
    for (const name of BOTH) {
      const asked = messages.filter(({ fact }) => fact.account === name && fact.type !== 'charge.declined');
      const firing = asked.filter(({ status }) => status === 'firing');
      expect(
        new Set(firing.map(({ fact, startedAt }) => `${fact.type} ${startedAt}`)).size,
      ).toBeLessThanOrEqual(2);
      expect(firing.length).toBeGreaterThan(0);
      expect(
        mostWithin(
          DAY_MS,
          firing.map(({ at }) => at),
        ),
      ).toBeLessThanOrEqual(6);
      expect(asked.filter(({ status }) => status === 'resolved')).toEqual([]);
    }
  },
);

test('in 4 days of dead cards and unpaid links one person is asked, with one link at a time, and reminded every four hours', async () => {
  const wallet = { pay_with: ['default', 'others', 'human'], links_per_day: 2 };
  const { client, keeper } = await allDead('insufficient_funds', { wallet, poll: '4h' });
  await keeper.live(4 * DAY_MS);
  const links = (await requests(client)).filter(({ path }) => path.endsWith('/billing/payment-link'));
  expect(
    mostWithin(
      DAY_MS,
      links.map(({ at }) => Date.parse(at)),
    ),
  ).toBeLessThanOrEqual(2);
  expect((await cardAttempts(client)).length).toBeLessThanOrEqual(6);
  expect(await charges(client)).toEqual([]);
  const messages = await keeper.messages();
  const said = (type: string) => messages.filter(({ fact }) => fact.type === type);
  expect(new Set(messages.map(({ fact, status }) => `${status} ${fact.fingerprint}`))).toEqual(
    new Set([
      'firing charge.declined/agent-0001/fund',
      'firing payment.action_required/agent-0001/pay_wallet',
      'firing wallet.low/agent-0001',
      'notice purser.degraded/agent-0001/default_card',
    ]),
  );
  const asked = said('payment.action_required');
  expect(new Set(asked.map(({ startedAt }) => startedAt)).size).toBe(1);
  // Every four hours, and at once where the address is new.
  expect(asked.length).toBeLessThanOrEqual(4 * 6 + links.length);
  expect(
    mostWithin(
      HOUR_MS,
      asked.map(({ at }) => at),
    ),
  ).toBeLessThanOrEqual(2);
  // Three rounds over two cards.
  expect(said('charge.declined').length).toBeLessThanOrEqual(6);
  expect(said('wallet.low').length).toBeLessThanOrEqual(6);
});
