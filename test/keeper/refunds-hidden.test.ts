import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, fairWeather, faults } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const CAPS = { per_charge: 50, day: 500 };
const TOOK_BACK = [{ kind: 'freeze', reason: expect.stringContaining('took back a charge') }];

/** A keeper whose second charge is under way, `changed` being what it sees of the debits. */
async function onSecondCharge(
  changed: (reply: TransportReply, url: string) => TransportReply,
  around: (send: () => Promise<TransportReply>, ordinal: number) => Promise<TransportReply>,
) {
  const client = await startClient();
  const transport = new WatchedWire(around, async (send, { url }) =>
    url.includes('type=debit') ? changed(await send(), url) : await send(),
  );
  const keeper = await AKeeper.open(client, { transport, caps: CAPS });
  await keeper.pass();
  await lower(client);
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  const holds = () => keeper.store.journal.holds(keeper.account('agent-0001').name);
  return { client, keeper, transport, holds };
}

/** The rows of an answer, changed. */
function withItems(
  reply: TransportReply,
  changed: (items: readonly { readonly usecase: string }[]) => readonly unknown[],
): TransportReply {
  if (reply.kind !== 'answered') return reply;
  const { data, ...rest } = JSON.parse(reply.bodyText);
  return { ...reply, bodyText: JSON.stringify({ ...rest, data: { ...data, items: changed(data.items) } }) };
}

/** The same, and from the second charge on the debits are those of before. */
async function behindOldDebits() {
  const debits = { areOld: false, kept: '' };
  const scene = await onSecondCharge(
    (reply) => {
      if (reply.kind !== 'answered') return reply;
      if (!debits.areOld) debits.kept = reply.bodyText;
      return { ...reply, bodyText: debits.kept };
    },
    async (send, ordinal) => {
      if (ordinal === 1) debits.areOld = true;
      return await send();
    },
  );
  const { client, keeper } = scene;
  await lower(client);
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(2);
  return { ...scene, debits };
}

test('debits from before the ledger look charge nothing: they may hide what was taken back', async () => {
  const { client, keeper, holds, debits } = await behindOldDebits();
  const [, own] = (await keeper.intents()).toSorted((one, other) => (one.armed_at < other.armed_at ? -1 : 1));
  await client.patch({ refund: own?.payment_intent });
  await keeper.live(25 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(2);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({
    reason: 'provider_unreachable',
    sentence: 'the debits could not be read as they are now',
  });
  expect(await keeper.told()).toContainEqual(expect.stringContaining('wallet low'));
  debits.areOld = false;
  await keeper.live(10 * MINUTE_MS);
  expect(await holds()).toMatchObject(TOOK_BACK);
  expect(await charges(client)).toHaveLength(2);
});

test('debits from behind the last credit and before its refund charge nothing', async () => {
  const debits = { areOld: false, kept: '' };
  const { client, keeper, holds } = await onSecondCharge(
    (reply) => {
      if (reply.kind !== 'answered') return reply;
      if (!debits.areOld) debits.kept = reply.bodyText;
      return { ...reply, bodyText: debits.kept };
    },
    (send) => send(),
  );
  await keeper.live(2 * HOUR_MS);
  debits.areOld = true;
  const [own] = await keeper.intents();
  await client.patch({ refund: own?.payment_intent });
  await lower(client);
  await keeper.live(25 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  debits.areOld = false;
  await keeper.live(5 * MINUTE_MS);
  expect(await holds()).toMatchObject(TOOK_BACK);
  expect(await charges(client)).toHaveLength(1);
});

test('debits that go on saying less than the look are believed after half an hour', async () => {
  const { client, keeper } = await behindOldDebits();
  await lower(client);
  await keeper.live(25 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(2);
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(3);
  await lower(client);
  await keeper.live(5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(4);
});

test('what a page behind the end of the debits says of the wallet holds nothing back', async () => {
  let isLong = false;
  const { client, keeper } = await onSecondCharge(
    (reply) => {
      if (reply.kind !== 'answered' || !isLong) return reply;
      const { data, ...rest } = JSON.parse(reply.bodyText);
      const nothing = { balance: 0, currency: 'USD', total_credited: 0, amount_used: 0 };
      const wallet = data.items.length > 0 ? data.wallet : nothing;
      return { ...reply, bodyText: JSON.stringify({ ...rest, data: { ...data, total: null, wallet } }) };
    },
    (send) => send(),
  );
  for (const count of [2, 3]) {
    await lower(client);
    await keeper.live(20 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(count);
    isLong = true;
  }
});

test('all that is decided on a look goes by one reading of the debits', async () => {
  let reads = 0;
  const { client, keeper } = await onSecondCharge(
    (reply) => {
      reads += 1;
      return reply;
    },
    (send) => send(),
  );
  client.clock.advance(2 * HOUR_MS);
  await lower(client);
  reads = 0;
  await keeper.pass();
  expect([reads, (await charges(client)).length]).toEqual([1, 2]);
});

test.each(['0.01', '"n/a"'])('debits that say %s of all that came hold nothing back', async (total) => {
  const { client, keeper, holds } = await onSecondCharge(
    (reply) => {
      if (reply.kind !== 'answered') return reply;
      const bodyText = reply.bodyText.replace(/"total_credited":[\d.]+/, `"total_credited":${total}`);
      return { ...reply, bodyText };
    },
    (send) => send(),
  );
  await lower(client);
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
  expect(await holds()).toEqual([]);
});

/** A second charge that is taken back while it is in doubt still; the debits are as `changed` has them from when it was read. */
async function takenBackInDoubt(changed: (reply: TransportReply, url: string) => TransportReply) {
  let [isRead, paid]: [boolean, string | null] = [false, null];
  const scene = await onSecondCharge(
    (reply, url) => (isRead ? changed(reply, url) : reply),
    async (send, ordinal) => {
      if (ordinal > 1) return answer(503, {});
      const reply = await send();
      if (ordinal === 0 || reply.kind !== 'answered') return reply;
      paid = JSON.parse(reply.bodyText).data.payment_intent_id;
      return { kind: 'lost', reason: 'socket' };
    },
  );
  const { client, keeper } = scene;
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 2 * HOUR_MS });
  await lower(client);
  await keeper.live(MINUTE_MS);
  expect(await charges(client)).toHaveLength(2);
  await fairWeather(client);
  await client.patch({ refund: paid });
  await keeper.live(90 * MINUTE_MS);
  expect(await keeper.store.journal.allOpenIntents()).toHaveLength(1);
  isRead = true;
  return scene;
}

const withoutRefund = (reply: TransportReply) =>
  withItems(reply, (items) => items.filter(({ usecase }) => usecase !== 'refund'));

test.each<[string, (reply: TransportReply, url: string) => TransportReply]>([
  ['no page shows it any more', withoutRefund],
  ['the debits are refused', () => answer(403, {})],
  ['a later page of them fails', (reply, url) => (url.includes('offset=0') ? withItems(reply, (items) => Array(5).fill(items[0])) : answer(503, {}))],
])('what was taken back before it was known for ours freezes when it is, also where %s', async (_sentence, changed) => {
  const { client, keeper, holds } = await takenBackInDoubt(changed);
  await keeper.live(2 * HOUR_MS);
  expect(await keeper.store.journal.allOpenIntents()).toEqual([]);
  expect(await holds()).toMatchObject(TOOK_BACK);
  expect(await charges(client)).toHaveLength(2);
}); // biome-ignore format: a table

test('it is remembered across a restart', async () => {
  const { client, keeper, transport } = await takenBackInDoubt(withoutRefund);
  keeper.close();
  const next = await AKeeper.open(client, { transport, caps: CAPS, folder: keeper.folder });
  await next.live(2 * HOUR_MS);
  expect(await next.store.journal.allOpenIntents()).toEqual([]);
  expect(await next.store.journal.holds(next.account('agent-0001').name)).toMatchObject(TOOK_BACK);
});

test('for how long debits say less is counted across runs', async () => {
  const { client, keeper, transport } = await behindOldDebits();
  await lower(client);
  await keeper.live(20 * MINUTE_MS);
  keeper.close();
  const next = await AKeeper.open(client, { transport, caps: CAPS, folder: keeper.folder });
  await next.live(5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(2);
  await next.live(10 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(3);
});
