import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, posts } from './sandbox-record.ts';

/** Low, with one card that is dead for ever, and a person at the end of the ladder. */
async function aDeadCard(opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default', 'human'] }, ...opening });
  await keeper.pass();
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
  await lower(client);
  await keeper.live(MINUTE_MS);
  return { client, keeper };
}

const ASKED = 'firing payment.action_required: agent-0001 needs a person to pay $50.00';

test('a dead card makes one link, and the person is asked once with its address', async () => {
  const { client, keeper } = await aDeadCard();
  await keeper.live(HOUR_MS);
  const made = (await posts(client)).filter(({ path }) => path.endsWith('/billing/payment-link'));
  expect(made).toHaveLength(1);
  expect(await keeper.told()).toContain(ASKED);
  expect((await keeper.intents()).map((one) => `${one.kind} ${one.state}`)).toEqual([
    'fund_link link_open',
    'fund released',
  ]);
  expect(await charges(client)).toEqual([]);
});

test('a link that is paid is confirmed, credited and settled, once', async () => {
  const { client, keeper } = await aDeadCard();
  await client.patch({ pay_link: true });
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client, 'checkout')).toMatchObject([{ kind: 'checkout', amount_cents: 5_000 }]);
  expect(await keeper.intents()).toMatchObject([
    { kind: 'fund_link', state: 'settled', settled_usd: 50 },
    { kind: 'fund', state: 'released' },
  ]);
  const told = await keeper.told();
  expect(told).toContain('resolved payment.action_required: agent-0001 needs a person to pay $50.00');
  expect(told.filter((line) => line.startsWith('notice'))).toEqual([
    'notice charge.succeeded: agent-0001 funded: $62.00',
  ]);
});

test('a link that nobody pays is followed by another after its end, so many a day', async () => {
  const { keeper } = await aDeadCard({ poll: '10m' });
  await keeper.rest(3 * DAY_MS);
  const links = (await keeper.intents()).filter((one) => one.kind === 'fund_link');
  expect(links.length).toBeLessThanOrEqual(4);
});

test('a link for a plan is confirmed when a person has paid it, and the subscription is there', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { subscription: { plan: 'Standard', when_canceled: 'alert' } });
  await client.patch({ subscription: null });
  const plan = { kind: 'name', name: 'standard' } as const;
  const [answer] = await keeper.ask([{ kind: 'subscribe_link', plan }]);
  expect(answer).toMatchObject({ outcome: 'done', reason: 'link_open' });
  expect(await charges(client)).toEqual([]);
  await client.patch({ pay_link: true });
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client, 'checkout')).toMatchObject([{ amount_cents: 4_700 }]);
  expect(await keeper.intents()).toMatchObject([
    { kind: 'subscribe_link', state: 'settled', settled_usd: 47 },
  ]);
});
