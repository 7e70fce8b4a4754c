import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { answer, WatchedWire } from './watched-wire.ts';

async function ofFreeze(keeper: AKeeper): Promise<readonly string[]> {
  const told = (await keeper.messages()).filter(({ fact }) => fact.headline.includes('is frozen'));
  return told.map(({ status }) => status);
}

const holdsOf = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);

test('an account that a refused request freezes is told once, and not as over', async () => {
  const client = await startClient();
  const transport = new WatchedWire(async (send, _ordinal, { url }) =>
    url.endsWith('/fund') ? answer(422, { error: { code: 'invalid_amount' } }) : await send(),
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  await keeper.pass();
  expect(await holdsOf(keeper)).toHaveLength(1);
  expect(await ofFreeze(keeper)).toEqual(['firing']);
  await keeper.live(20 * MINUTE_MS);
  expect(await ofFreeze(keeper)).toEqual(['firing']);
});

/** A charge is settled by its payment, and no ledger ever shows its credit. */
async function anUnseenCredit(): Promise<AKeeper> {
  const client = await startClient();
  let hasCharged = false;
  const transport = new WatchedWire(
    (send) => {
      hasCharged = true;
      return send();
    },
    async (send, { url }) => {
      const reply = await send();
      if (!hasCharged || reply.kind !== 'answered' || !url.includes('/wallet/transactions')) return reply;
      const { data } = JSON.parse(reply.bodyText);
      const items = data.items.slice(1);
      const wallet = { ...data.wallet, balance: 12, total_credited: data.wallet.total_credited - 50 };
      const hidden = { ...data, items, wallet, count: items.length, total: items.length };
      return { ...reply, bodyText: JSON.stringify({ data: hidden }) };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  await lower(client);
  return keeper;
}

test('the pass in which the policy freezes an account tells it', async () => {
  const keeper = await anUnseenCredit();
  for (let passes = 0; passes < 400 && (await holdsOf(keeper)).length === 0; passes += 1) {
    keeper.client.clock.advance(MINUTE_MS);
    await keeper.pass();
  }
  expect((await holdsOf(keeper)).map(({ reason }) => reason)).toEqual([
    expect.stringContaining('does not show its credit'),
  ]);
  expect(await ofFreeze(keeper)).toEqual(['firing']);
});
