import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { faults } from './sandbox-record.ts';

const CAPPED: Opening = { caps: { per_charge: 50, day: 60 }, wallet: { cooldown: '1s' } };

/** $50 of $60 are spent and the wallet is low: nothing can be charged before tomorrow. */
async function aCappedWallet(): Promise<{ readonly client: SandboxClient; readonly keeper: AKeeper }> {
  const client = await startClient();
  const keeper = await AKeeper.open(client, CAPPED);
  await keeper.pass();
  await client.patch({ balance: 5 });
  await keeper.live(5 * MINUTE_MS);
  await client.patch({ balance: 5 });
  return { client, keeper };
}

async function passes(keeper: AKeeper, count: number): Promise<void> {
  for (let pass = 0; pass < count; pass += 1) {
    keeper.client.clock.advance(5 * SECOND_MS);
    await keeper.pass();
  }
}

async function ofType(keeper: AKeeper, type: string): Promise<readonly string[]> {
  const messages = (await keeper.messages()).filter(({ fact }) => fact.type === type);
  return messages.map(({ status }) => status);
}

test('1,000 passes over a wallet that a cap holds low make two messages of each kind: fire, resolve', async () => {
  const { client, keeper } = await aCappedWallet();
  await passes(keeper, 1_000);
  expect(await ofType(keeper, 'cap.reached')).toEqual(['firing']);
  expect(await ofType(keeper, 'wallet.low')).toEqual(['firing']);
  await client.patch({ balance: 60 });
  await passes(keeper, 3);
  expect(await ofType(keeper, 'cap.reached')).toEqual(['firing', 'resolved']);
  expect(await ofType(keeper, 'wallet.low')).toEqual(['firing', 'resolved']);
});

test('a restart in between makes no third message, and what is over is still resolved', async () => {
  const { client, keeper } = await aCappedWallet();
  await passes(keeper, 20);
  keeper.close();
  const next = await AKeeper.open(client, { ...CAPPED, folder: keeper.folder });
  await passes(next, 20);
  expect(await ofType(next, 'cap.reached')).toEqual(['firing']);
  next.close();
  await client.patch({ balance: 60 });
  const last = await AKeeper.open(client, { ...CAPPED, folder: keeper.folder });
  await passes(last, 3);
  expect(await ofType(last, 'cap.reached')).toEqual(['firing', 'resolved']);
  expect(await ofType(last, 'wallet.low')).toEqual(['firing', 'resolved']);
});

test('what goes on for hours is told again every four', async () => {
  const { keeper } = await aCappedWallet();
  await keeper.live(9 * HOUR_MS);
  expect(await ofType(keeper, 'cap.reached')).toEqual(['firing', 'firing', 'firing']);
});

test.each([
  ['', false],
  [', also across a restart', true],
])(
  'a cap that several accounts run into is one incident, over when the last of them is out%s',
  async (_, isRestarted) => {
    const client = await startClient();
    const opening: Opening = { fleetCaps: { day: 60 }, wallet: { cooldown: '1s' } };
    let keeper = await AKeeper.open(client, opening);
    const both = async (): Promise<void> => {
      for (const name of ['agent-0001', 'agent-0002']) await keeper.pass(name);
      client.clock.advance(30 * SECOND_MS);
    };
    await client.patch({ balance: 5 }, 'agent-0001');
    for (let turn = 0; turn < 3; turn += 1) await both();
    for (const name of ['agent-0001', 'agent-0002']) await client.patch({ balance: 5 }, name);
    for (let turn = 0; turn < 5; turn += 1) await both();
    expect(await ofType(keeper, 'cap.reached')).toEqual(['firing']);
    if (isRestarted) {
      keeper.close();
      keeper = await AKeeper.open(client, { ...opening, folder: keeper.folder });
    }
    await client.patch({ balance: 60 }, 'agent-0001');
    await both();
    expect(await ofType(keeper, 'cap.reached')).toEqual(['firing']);
    await client.patch({ balance: 60 }, 'agent-0002');
    await both();
    expect(await ofType(keeper, 'cap.reached')).toEqual(['firing', 'resolved']);
  },
);

test('after a restart an account whose token is refused keeps no cap of the fleet firing', async () => {
  const client = await startClient();
  const opening: Opening = { fleetCaps: { day: 60 }, wallet: { cooldown: '1s' } };
  const first = await AKeeper.open(client, opening);
  await first.pass();
  for (let turn = 0; turn < 2; turn += 1) {
    await client.patch({ balance: 5 });
    await first.live(5 * MINUTE_MS);
  }
  expect(await ofType(first, 'cap.reached')).toEqual(['firing']);
  first.close();
  await client.patch({ expire_token: true }, 'agent-0002');
  await client.patch({ balance: 60 });
  const second = await AKeeper.open(client, { ...opening, folder: first.folder });
  await second.pass();
  expect(await ofType(second, 'cap.reached')).toEqual(['firing']);
  await second.passes(2, 2_000, 'agent-0002');
  expect(await ofType(second, 'cap.reached')).toEqual(['firing', 'resolved']);
});

test('an account that was not seen for five minutes is told once, and when it is seen again', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  await keeper.pass();
  await faults(client, { error_before_effect: 1 });
  await keeper.live(4 * MINUTE_MS);
  expect(await keeper.told()).toEqual([]);
  await keeper.live(30 * MINUTE_MS);
  expect(await ofType(keeper, 'purser.degraded')).toEqual(['firing']);
  await faults(client, { error_before_effect: 0 });
  await keeper.live(2 * MINUTE_MS);
  expect(await ofType(keeper, 'purser.degraded')).toEqual(['firing', 'resolved']);
});

test('every message has an id of its own, and one fingerprint for one trouble', async () => {
  const { client, keeper } = await aCappedWallet();
  await passes(keeper, 5);
  await client.patch({ balance: 60 });
  await passes(keeper, 2);
  const messages = await keeper.messages();
  expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  const capped = messages.filter(({ fact }) => fact.type === 'cap.reached');
  expect(new Set(capped.map(({ fact }) => fact.fingerprint))).toEqual(
    new Set(['cap.reached/account:agent-0001/day']),
  );
});
