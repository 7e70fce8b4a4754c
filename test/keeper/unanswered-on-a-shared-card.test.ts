import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const FIRST = ['agent-0001', 'agent-0002'];
const OTHER = 'agent-0003';

/** Three accounts share a card, and are low; whether the third one's charge waits for the others' is the question. */
async function aSharedCard(behaviour: string) {
  const client = await startClient({ accounts: calmAccounts(3) });
  const lost = { isOn: false };
  const transport = new WatchedWire(async (send) =>
    lost.isOn ? { kind: 'lost', reason: 'socket' } : await send(),
  );
  const share = (name: string, its: string) => {
    const card = {
      id: `pm_${name.replace('-', '_')}`,
      brand: 'visa',
      last4: '3155',
      fingerprint: 'one-card',
      default: true,
    };
    return client.patch({ cards: [{ ...card, behaviour: its }] }, name);
  };
  for (const name of FIRST) await share(name, behaviour);
  await share(OTHER, 'succeed');
  const keeper = await AKeeper.open(client, { transport });
  for (const name of [...FIRST, OTHER]) {
    await keeper.pass(name);
    await client.patch({ balance: 12 }, name);
  }
  client.clock.advance(MINUTE_MS);
  return { client, keeper, lost };
}

/** Two charges on it wait for its holder. */
async function aChallengedCard() {
  const { client, keeper } = await aSharedCard('requires_action');
  for (const name of FIRST) await keeper.pass(name);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['action', 'action']);
  return { client, keeper };
}

test('an account whose card waits for its holder on other accounts says so', async () => {
  const { keeper } = await aChallengedCard();
  await keeper.live(20 * MINUTE_MS, OTHER);
  const why = "visa …3155 waits for the answers to other charges on it; 2 for its holder's (3-D Secure)";
  const view = keeper.context.view.accounts().find(({ account }) => account === OTHER);
  expect(view?.wallet?.sentence).toContain(why);
  const low = (await keeper.messages()).filter(({ fact }) => fact.type === 'wallet.low');
  expect(low.map(({ fact }) => fact.detail)).toEqual([expect.stringContaining(why)]);
});

test('challenges that nobody answers hold the card back from other accounts for a day, not for ever', async () => {
  const { client, keeper } = await aChallengedCard();
  for (let hours = 0; hours < 22; hours += 1) {
    client.clock.advance(HOUR_MS);
    await keeper.pass(OTHER);
  }
  expect(await charges(client)).toEqual([]);
  client.clock.advance(3 * HOUR_MS);
  await keeper.live(5 * MINUTE_MS, OTHER);
  expect((await charges(client)).map(({ account }) => account)).toEqual([OTHER]);
});

test.each([
  ['that were sent once', 0, 25],
  ['that were sent for twenty hours', 20, 45],
])(
  'so do doubts that nobody can end, for a day from the last POST of those %s',
  async (_, sentForHours, heldForHours) => {
    const { client, keeper, lost } = await aSharedCard('succeed');
    const hours = async (count: number, names: readonly string[]) => {
      for (let hour = 0; hour < count; hour += 1) {
        client.clock.advance(HOUR_MS);
        for (const name of names) await keeper.pass(name);
      }
    };
    lost.isOn = true;
    for (const name of FIRST) await keeper.pass(name);
    await hours(sentForHours, FIRST);
    lost.isOn = false;
    for (const name of FIRST) await client.patch({ expire_token: true }, name);
    await hours(heldForHours - sentForHours - 2, [...FIRST, OTHER]);
    expect((await keeper.intents()).map(({ state }) => state)).toEqual(['in_doubt', 'in_doubt']);
    await hours(2, [...FIRST, OTHER]);
    await keeper.live(5 * MINUTE_MS, OTHER);
    expect((await charges(client)).map(({ account }) => account)).toEqual([OTHER]);
  },
);
