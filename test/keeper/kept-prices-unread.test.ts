import { expect, test } from 'vitest';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { resumedByHand } from './standing-of.ts';

const settled = async (keeper: AKeeper) =>
  (await keeper.intents())
    .filter(({ kind }) => kind === 'resume')
    .map(({ state, settled_usd: s }) => `${state} ${s}`);

test('a free resume by hand, with purser off for three hours then, is booked as free', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const old = await AKeeper.open(client, { poll: '5m' });
  const [answered] = await old.ask([{ kind: 'resume', subscription: null }]);
  expect(answered).toMatchObject({ outcome: 'done' });
  old.close();
  client.clock.advance(3 * HOUR_MS);
  const keeper = await AKeeper.open(client, { poll: '5m', folder: old.folder });
  await keeper.live(HOUR_MS);
  const all: readonly unknown[] = (await client.control('/charges')).body;
  expect(all).toEqual([]);
  expect(await settled(keeper)).toEqual(['settled 0']);
});

test('the same with a monthly cap: the wallet is funded', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const caps = { per_charge: 60, day: 60, month: 60 };
  const old = await AKeeper.open(client, { poll: '5m', caps });
  await old.ask([{ kind: 'resume', subscription: null }]);
  old.close();
  client.clock.advance(3 * HOUR_MS);
  const keeper = await AKeeper.open(client, { poll: '5m', caps, folder: old.folder });
  await keeper.live(HOUR_MS);
  await lower(client);
  await keeper.rest(DAY_MS + HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('polls of six hours: one list that fails after a free resume by hand books no price', async () => {
  const client = await startClient();
  const { keeper, list } = await resumedByHand(client, { poll: '6h' });
  await keeper.live(15 * MINUTE_MS);
  list.isDown = false;
  await keeper.rest(DAY_MS / 2);
  const all: readonly unknown[] = (await client.control('/charges')).body;
  expect(all).toEqual([]);
  const usage = await keeper.store.journal.usage(
    capScopes(keeper.context.spec(), keeper.account('agent-0001')),
    client.clock.now(),
  );
  expect(usage[0]?.usage.monthCents).toBe(0);
});
