import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aLowWallet, aLowWalletInBadWeather, lower } from './a-low-wallet.ts';
import { charges, fairWeather, faults, posts } from './sandbox-record.ts';
import { type AroundPost, WatchedWire } from './watched-wire.ts';

test('tops up a low wallet with one charge of the amount in the policy', async () => {
  const { client, keeper } = await aLowWallet();
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toMatchObject([
    { account: 'agent-0001', amount_cents: 5_000, card: 'pm_agent_0001_visa' },
  ]);
  expect(await client.balance()).toBe(62);
  expect(await keeper.intents()).toMatchObject([
    { kind: 'fund', state: 'settled', settled_usd: 50, sends: 1 },
  ]);
  expect(await keeper.told()).toEqual(['notice charge.succeeded: agent-0001 funded: $62.00']);
});

const LOST: readonly [string, string][] = [
  ['its answer is lost', 'lost_response'],
  ['the request itself is lost', 'lost_request'],
  ['a proxy answers 503 before any effect', 'error_before_effect'],
  ['the provider answers 500 after the effect', 'error_after_effect'],
  ['the answer is garbage', 'garbage'],
];

for (const count of [1, 3, 8]) {
  test.each(LOST)(`charges once when %s (${count} times in a row)`, async (_, fault) => {
    const { client, keeper } = await aLowWalletInBadWeather({ [fault]: 1 }, count, { poll: '5m' });
    await keeper.live(4 * HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
    expect(await client.balance()).toBe(62);
    expect(await keeper.intents()).toMatchObject([{ state: 'settled', settled_usd: 50, amount_usd: 50 }]);
    expect(new Set((await posts(client)).map(({ key }) => key)).size).toBe(1);
    expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  });
}

test('asks again within seconds, then waits longer and longer while nothing answers', async () => {
  const { client, keeper } = await aLowWalletInBadWeather({ lost_request: 1 }, 1_000, { poll: '30m' });
  await keeper.rest(26 * HOUR_MS);
  const [first, ...more] = await posts(client);
  const sent = [first, ...more]
    .filter((row) => row?.key === first?.key)
    .map((row) => Date.parse(row?.at ?? ''));
  const gaps = sent.slice(1).map((at, index) => (at - (sent[index] ?? at)) / 1_000);
  expect(gaps.slice(0, 3)).toEqual([2, 5, 15]);
  expect(gaps.slice(3).every((gap) => gap >= 60)).toBe(true);
  expect((sent.at(-1) ?? 0) - (sent[0] ?? 0)).toBeLessThan(23 * HOUR_MS);
});

test('never sends the same need under two keys while the first is in doubt', async () => {
  const { client, keeper } = await aLowWalletInBadWeather({ lost_request: 1 }, 1_000, { poll: '30m' });
  await keeper.rest(22 * HOUR_MS);
  expect(new Set((await posts(client)).map(({ key }) => key)).size).toBe(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'in_doubt' }]);
  expect(await charges(client)).toEqual([]);
});

test('a doubt that the quick replays did not end is told, and told again when it is over', async () => {
  const { keeper } = await aLowWalletInBadWeather({ lost_request: 1 }, 6);
  await keeper.live(HOUR_MS);
  const doubts = (await keeper.messages()).filter(({ fact }) => fact.type === 'charge.outcome_unknown');
  expect(doubts.map(({ status, fact }) => [status, fact.headline])).toEqual([
    ['firing', 'Unknown whether $50.00 was charged to agent-0001: frozen, do not pay by hand yet'],
    ['resolved', 'agent-0001: it was charged and is in the books'],
  ]);
});

test('a page of which nobody knows whether it was made is not told as a charge', async () => {
  const { keeper } = await aLowWalletInBadWeather({ lost_request: 1 }, 6, {
    wallet: { pay_with: ['human'] },
  });
  await keeper.live(HOUR_MS);
  const doubts = (await keeper.messages()).filter(({ fact }) => fact.type === 'charge.outcome_unknown');
  expect(doubts[0]?.fact).toMatchObject({
    headline:
      'Unknown whether a page to pay $50.00 on was made for agent-0001: nobody has its address, so nothing was charged',
    detail: expect.not.stringContaining('what the provider shows'),
  });
  expect(doubts.at(-1)?.status).toBe('resolved');
});

test('a doubt that a quick replay ends is nobody’s trouble', async () => {
  const { keeper } = await aLowWalletInBadWeather({ lost_response: 1 }, 1);
  await keeper.live(HOUR_MS);
  expect(await keeper.told()).toEqual(['notice charge.succeeded: agent-0001 funded: $62.00']);
});

test('releases what is proven absent after the horizon, and charges under a new key', async () => {
  const { client, keeper } = await aLowWalletInBadWeather({ lost_request: 1 }, 1_000, { poll: '30m' });
  await keeper.rest(22 * HOUR_MS);
  const sends = (await posts(client)).length;
  await keeper.live(6 * HOUR_MS);
  const [released, ...newer] = (await keeper.intents()).toReversed();
  expect(released).toMatchObject({ state: 'released', detail: 'absent' });
  expect(newer[0]?.key).not.toBe(released?.key);
  expect((await posts(client)).slice(0, sends).every(({ key }) => key === released?.key)).toBe(true);
});

test('counts a charge in doubt against the caps until it is known', async () => {
  const wish = { caps: { per_charge: 50, day: 60 } };
  const { client, keeper } = await aLowWalletInBadWeather({ lost_response: 1 }, 1, wish);
  await keeper.pass();
  const [usage] = await keeper.store.journal.usage(
    [{ kind: 'account', name: 'agent-0001', caps: keeper.account('agent-0001').policy.caps }],
    client.clock.now(),
  );
  expect(usage?.usage).toMatchObject({ dayCents: 5_000, monthCents: 5_000, chargesToday: 1 });
});

test('a key that the provider forgot charges nothing twice once the ledger shows the credit', async () => {
  const { client, keeper } = await aLowWalletInBadWeather({ lost_response: 1 }, 4);
  await faults(client, { key_retention_ms: 30_000 });
  await keeper.rest(12 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('a decline of a forgotten key is not believed while a credit may be from the send before it', async () => {
  const client = await startClient();
  const sends: (() => Promise<TransportReply>)[] = [];
  const transport = new WatchedWire(async (send, ordinal) => {
    sends.push(send);
    if (ordinal === 0) return { kind: 'lost', reason: 'timeout' };
    await sends[0]?.(); // it arrives only now
    await client.control('/faults', { key_retention_ms: 1_000 });
    client.clock.advance(2_000);
    await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
    return await send();
  });
  const keeper = await AKeeper.open(client, { transport, poll: '10m' });
  await keeper.pass();
  await lower(client);
  await keeper.live(8 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ state: 'declined', sends: 2 }]);
  const [hold] = await keeper.store.journal.holds(keeper.account('agent-0001').name);
  expect(hold?.reason).toBe('a credit appeared that may or may not be this charge');
  expect(await keeper.told()).toContain(
    'firing purser.degraded: agent-0001 is frozen: a credit appeared that may or may not be this charge',
  );
  const mend = `run \`purser resolve ${hold?.intent}\`, which lifts the freeze too.`; // resume would refuse
  expect((await keeper.messages()).at(-1)?.fact.detail).toContain(mend);
});

test('a ledger that shows the credit is heard, though another charge was sent again after it was read', async () => {
  const client = await startClient();
  await client.patch({ subscription: null });
  const around: AroundPost = async (send, ordinal) => {
    if (ordinal === 2) return { kind: 'lost', reason: 'ECONNRESET' };
    if (ordinal > 2) return await send();
    await faults(client, { lost_response: 1, key_retention_ms: 1_000 });
    const reply = await send();
    await fairWeather(client);
    return reply;
  };
  let areListed = true;
  const transport = new WatchedWire(around, async (send, { url }) =>
    areListed || !url.endsWith('/subscriptions') ? await send() : { kind: 'lost', reason: 'ECONNRESET' },
  );
  const subscription = { plan: 'Standard', when_past_due: 'fix_payment' };
  const keeper = await AKeeper.open(client, { transport, subscription });
  await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  await lower(client);
  await keeper.pass();
  expect(await keeper.intents()).toMatchObject([{ state: 'in_doubt' }, { state: 'in_doubt' }]);
  areListed = false;
  client.clock.advance(3_000);
  await keeper.pass();
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.intents()).toMatchObject([{ kind: 'fix_payment' }, { kind: 'fund', sends: 1 }]);
});
