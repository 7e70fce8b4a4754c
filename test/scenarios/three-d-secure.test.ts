import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { lower } from '../keeper/a-low-wallet.ts';
import { charges, posts } from '../keeper/sandbox-record.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { cardAttempts } from './card-attempts.ts';

const VISA = 'pm_agent_0001_visa';
const MASTERCARD = 'pm_agent_0001_mastercard';
const NO_SUBSCRIPTION = { plan: 41, when_canceled: 'subscribe' };

/** A low wallet whose default card asks its holder, an hour after it was charged. */
async function aChallenge(opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { poll: '10m', ...opening });
  await keeper.pass();
  await client.patch({ cards: [{ id: VISA, behaviour: 'requires_action' }] });
  await lower(client);
  await keeper.live(HOUR_MS);
  return { client, keeper };
}

const asked = async (keeper: AKeeper) =>
  (await keeper.messages()).filter(({ fact }) => fact.type === 'payment.action_required');

test('a holder who never answers is asked once and reminded, and in 4 days nothing is charged or tried again', async () => {
  const { client, keeper } = await aChallenge({ poll: '6h' });
  await keeper.live(4 * DAY_MS);
  expect(await charges(client)).toEqual([]);
  expect(await posts(client)).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'action' }]);
  const told = await asked(keeper);
  expect(new Set(told.map(({ fact, startedAt }) => `${fact.fingerprint} ${startedAt}`)).size).toBe(1);
  expect(told.length).toBeLessThanOrEqual(4 * 6 + 1);
});

test('an answer after two days and a restart is recognised, and counted once', async () => {
  const { client, keeper } = await aChallenge({ poll: '6h' });
  await keeper.live(2 * DAY_MS);
  keeper.close();
  await client.patch({ complete_3ds: true });
  const next = await AKeeper.open(client, { poll: '1h', folder: keeper.folder });
  await next.live(6 * HOUR_MS);
  expect(await charges(client)).toMatchObject([{ card: VISA, amount_cents: 5_000 }]);
  expect(await next.intents()).toMatchObject([{ state: 'settled', settled_usd: 50 }]);
  expect((await next.told()).filter((line) => line.startsWith('notice'))).toEqual([
    'notice charge.succeeded: agent-0001 funded: $62.00',
  ]);
  const { caps } = next.account('agent-0001').policy;
  const scopes = [{ kind: 'account', name: 'agent-0001', caps }] as const;
  const [found] = await next.store.journal.usage(scopes, client.clock.now());
  expect(found?.usage.monthCents).toBe(5_000);
});

test('a wallet that was funded by others meanwhile takes the late answer once, and charges no more', async () => {
  const { client, keeper } = await aChallenge();
  await client.patch({ balance: 70 });
  await keeper.live(HOUR_MS);
  await client.patch({ complete_3ds: true });
  await keeper.live(12 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await client.balance()).toBe(120);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled' }]);
});

test('with a person in the ladder a link goes out beside the challenge, and whichever is paid first ends the need', async () => {
  const { client, keeper } = await aChallenge({ wallet: { pay_with: ['default', 'human'] } });
  expect((await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'fund_link link_open',
    'fund action',
  ]);
  await keeper.live(4 * HOUR_MS);
  expect(keeper.context.view.accounts()[0]?.frozen).toBe(null);
  await client.patch({ pay_link: true });
  await keeper.live(2 * HOUR_MS);
  expect(await client.balance()).toBe(62);
  expect(await charges(client)).toEqual([]);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled', 'action']);
  await client.patch({ complete_3ds: true });
  await keeper.live(2 * HOUR_MS);
  expect(await client.balance()).toBe(112);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled', 'settled']);
  const ends = (await asked(keeper)).filter(({ status }) => status === 'resolved');
  expect(new Set(ends.map(({ fact }) => fact.fingerprint)).size).toBe(2);
});

test('a challenge that its holder refuses is a dead card: it is not tried again in 10 days', async () => {
  const { client, keeper } = await aChallenge({ poll: '1h' });
  await client.patch({ fail_3ds: true });
  await keeper.live(10 * DAY_MS);
  expect((await cardAttempts(client)).map(({ status }) => status)).toEqual(['failed']);
  expect(await keeper.intents()).toMatchObject([
    { state: 'released', detail: 'declined: authentication_required' },
  ]);
  expect(await charges(client)).toEqual([]);
});

test.each([
  [[VISA], 1],
  [['default', 'others'], 2],
] as const)(
  'a new subscription whose card asks (402) is not tried again off-session, on the ladder %j',
  async (payWith, tries) => {
    const client = await startClient();
    const subscription = { ...NO_SUBSCRIPTION, pay_with: payWith };
    const keeper = await AKeeper.open(client, { wallet: null, subscription, poll: '6h' });
    await client.patch({
      subscription: null,
      cards: [
        { id: VISA, behaviour: 'requires_action' },
        { id: MASTERCARD, behaviour: 'requires_action' },
      ],
    });
    await keeper.live(10 * DAY_MS);
    expect(await cardAttempts(client)).toHaveLength(tries);
    expect(await charges(client, 'subscribe')).toEqual([]);
    const told = await asked(keeper);
    expect(new Set(told.map(({ fact }) => fact.fingerprint)).size).toBe(1);
    expect(told.filter(({ status }) => status === 'resolved')).toEqual([]);
  },
);

test('a 402 for a subscription goes to the next card, which pays once', async () => {
  const client = await startClient();
  const subscription = { ...NO_SUBSCRIPTION, pay_with: ['default', 'others'] };
  const keeper = await AKeeper.open(client, { wallet: null, subscription });
  await client.patch({ subscription: null, cards: [{ id: VISA, behaviour: 'requires_action' }] });
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client, 'subscribe')).toMatchObject([{ card: MASTERCARD, amount_cents: 2_700 }]);
  expect(await cardAttempts(client)).toHaveLength(2);
});
