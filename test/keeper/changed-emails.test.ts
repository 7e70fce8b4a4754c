import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { acceptName, OTHER_NAME } from '../../src/keeper/new-name.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, faults } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** A low wallet that a keeper has looked after, and a provider that calls the account by whatever a test says. */
async function aLowAccount(
  cards: Readonly<Record<string, unknown>>,
  ledger: Readonly<Record<string, unknown>> = {},
) {
  const client = await startClient();
  await client.patch(cards);
  const me = { email: 'agent-0001@sandbox.purser.test' };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/me') || reply.kind !== 'answered') return reply;
      return { ...reply, bodyText: reply.bodyText.replaceAll('agent-0001@sandbox.purser.test', me.email) };
    },
  );
  let keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  await faults(client, ledger);
  await keeper.live(10 * MINUTE_MS);
  return {
    client,
    renamed: async (email: string): Promise<AKeeper> => {
      me.email = email;
      keeper.close();
      keeper = await AKeeper.open(client, { transport, folder: keeper.folder });
      await keeper.live(5 * MINUTE_MS);
      return keeper;
    },
  };
}

/** One that was charged once. */
async function scene(ledger: Readonly<Record<string, unknown>> = {}) {
  const one = await aLowAccount({}, ledger);
  expect(await charges(one.client)).toHaveLength(1);
  return one;
}

const reasonsOf = async (keeper: AKeeper) =>
  (await keeper.store.journal.holds(keeper.account('agent-0001').name)).map(({ reason }) => reason);

/** What `purser resume` writes. */
async function resume(keeper: AKeeper): Promise<void> {
  const { store, client } = keeper;
  const { name } = keeper.account('agent-0001');
  await acceptName(store.upkeep, name, client.clock.now());
  await store.journal.liftHold(name, 'freeze', [], client.clock.now());
}

test('an account with another e-mail address is frozen until a person says that it is the same one', async () => {
  const { client, renamed } = await scene();
  const keeper = await renamed('new@name.test');
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await reasonsOf(keeper)).toEqual([OTHER_NAME]);
  expect(await charges(client)).toHaveLength(1);
  await resume(keeper);
  await keeper.live(HOUR_MS);
  expect(await reasonsOf(keeper)).toEqual([]);
  expect(await charges(client)).toHaveLength(2);
});

test('a need that has a key under the old name gets no second one under the new', async () => {
  const { client, renamed } = await scene({ delayed_ledger_rows: 1, ledger_delay_ms: HOUR_MS });
  const keeper = await renamed('new@name.test');
  await lower(client, 5);
  await resume(keeper);
  await keeper.live(20 * MINUTE_MS);
  expect(await reasonsOf(keeper)).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test('what a person said of one name holds for no other, and not after the account went by its own again', async () => {
  const { renamed } = await scene();
  await resume(await renamed('new@name.test'));
  expect(await reasonsOf(await renamed('third@name.test'))).toEqual([OTHER_NAME]);
  await resume(await renamed('agent-0001@sandbox.purser.test'));
  expect(await reasonsOf(await renamed('agent-0001@sandbox.purser.test'))).toEqual([]);
  expect(await reasonsOf(await renamed('third@name.test'))).toEqual([OTHER_NAME]);
});

test('a freeze for another reason that is lifted says nothing of a new name', async () => {
  const { client, renamed } = await scene();
  const before = await renamed('agent-0001@sandbox.purser.test');
  const { name } = before.account('agent-0001');
  const hold = {
    account: name,
    kind: 'freeze',
    reason: 'a refund',
    since: client.clock.now(),
    intent: null,
  } as const;
  await before.store.journal.setHold(hold, []);
  const keeper = await renamed('new@name.test');
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await reasonsOf(keeper)).toEqual(['a refund']);
  await resume(keeper);
  await keeper.live(HOUR_MS);
  expect(await reasonsOf(keeper)).toEqual([OTHER_NAME]);
  expect(await charges(client)).toHaveLength(1);
});

test('who was asked about one new name has said nothing of a third that came while the account was frozen', async () => {
  const { client, renamed } = await scene();
  const asked = await renamed('new@name.test');
  await lower(client);
  await asked.live(5 * MINUTE_MS);
  const told = (await asked.messages()).length;
  const keeper = await renamed('somebody-else@name.test');
  await lower(client);
  await keeper.live(5 * MINUTE_MS);
  expect((await keeper.messages()).length).toBe(told); // nobody heard of the third name
  await resume(keeper);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('a challenge that nobody answers delays the new name by a day', async () => {
  const card = (id: string, behaviour: string) => ({
    cards: [{ id, fingerprint: id, brand: 'visa', last4: '3155', default: true, behaviour }],
  });
  const { client, renamed } = await aLowAccount(card('pm_a', 'requires_action'));
  const keeper = await renamed('new@name.test');
  await resume(keeper);
  await client.patch(card('pm_b', 'succeed'));
  const { name } = keeper.account('agent-0001');
  const identityAfter = async (hours: number) => {
    client.clock.advance(hours * HOUR_MS);
    await keeper.live(2 * MINUTE_MS);
    return (await keeper.context.journal.memory(name)).identity;
  };
  expect(await identityAfter(20)).toBe('agent-0001@sandbox.purser.test');
  expect(await identityAfter(4)).toBe('new@name.test');
});
