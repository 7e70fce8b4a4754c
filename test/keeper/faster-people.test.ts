import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const MASTERCARD = 'pm_agent_0001_mastercard';

/** A keeper before whose first POST a person does something. */
async function outrun(client: SandboxClient, opening: Opening, person: () => Promise<unknown>) {
  const transport = new WatchedWire(async (send, ordinal) => {
    if (ordinal === 0) await person();
    return await send();
  });
  return await AKeeper.open(client, { transport, poll: '1m', ...opening });
}

async function subscribed(status: string): Promise<SandboxClient> {
  const client = await startClient();
  await client.patch({ subscription: null });
  await client.patch({ subscription: { status, plan_id: 42 } });
  return client;
}

const holdsOf = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);
const statesOf = async (keeper: AKeeper) =>
  (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);

test('a person who pays the arrears just before freezes nothing, and the wallet is still funded', async () => {
  const client = await subscribed('past_due');
  const subscription = { plan: 'Standard', when_past_due: 'fix_payment' };
  const keeper = await outrun(client, { subscription }, async () => {
    const [row] = (await client.ask('/subscriptions')).body.data;
    await client.ask(`/subscriptions/${row?.id}/fix-payment`, { method: 'POST', key: 'a-person' });
  });
  await keeper.live(30 * MINUTE_MS);
  expect(await statesOf(keeper)).toEqual(['fix_payment released']);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test('a person who resumes the subscription just before freezes nothing', async () => {
  const client = await subscribed('paused');
  const keeper = await outrun(client, { subscription: { plan: 'Standard', when_paused: 'resume' } }, () =>
    client.patch({ subscription: { status: 'active' } }),
  );
  await keeper.live(HOUR_MS);
  expect(await statesOf(keeper)).toEqual(['resume released']);
  expect(await holdsOf(keeper)).toEqual([]);
});

test('after a person who takes the card away just before, the next card pays', async () => {
  const client = await startClient();
  const keeper = await outrun(client, { wallet: { pay_with: ['default', MASTERCARD] } }, () =>
    client.ask('/billing/payment-methods/pm_agent_0001_visa', { method: 'DELETE' }),
  );
  await keeper.pass();
  await lower(client);
  await keeper.live(10 * MINUTE_MS);
  expect(await statesOf(keeper)).toEqual(['fund settled', 'fund released']);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test('a refusal of what is still needed, on a card that is still saved, freezes the account', async () => {
  const client = await subscribed('past_due');
  const transport = new WatchedWire(() =>
    Promise.resolve(answer(422, { error: { code: 'no_longer_sold' } })),
  );
  const subscription = { plan: 'Standard', when_past_due: 'fix_payment' };
  const keeper = await AKeeper.open(client, { transport, wallet: null, subscription });
  await keeper.live(10 * MINUTE_MS);
  expect(await statesOf(keeper)).toEqual(['fix_payment rejected']);
  expect(await holdsOf(keeper)).toMatchObject([
    { kind: 'freeze', reason: expect.stringContaining('no_longer_sold') },
  ]);
});
