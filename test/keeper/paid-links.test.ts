import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges, faults } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const VISA = 'pm_agent_0001_visa';
const working = { cards: [{ id: VISA, behaviour: 'succeed' }] };
const poor = { cards: [{ id: VISA, behaviour: 'insufficient_funds' }] };

/** Low, its card without money until six hours from now, and a page out that a person may pay meanwhile. */
async function aRestingCard(opening: Opening) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default', 'human'] }, ...opening });
  await keeper.pass();
  await client.patch(poor);
  await lower(client);
  return { client, keeper };
}

/** What card and page were charged together. */
async function paid(client: SandboxClient): Promise<readonly string[]> {
  const all = [...(await charges(client)), ...(await charges(client, 'checkout'))];
  return all.map(({ kind, amount_cents: amount }) => `${kind} ${amount}`);
}

test.each([40, 45, 50, 55, 60])(
  'a page that is paid a minute before its card is free again is all that is paid (polls %i s apart)',
  async (pollSeconds) => {
    const { client, keeper } = await aRestingCard({ poll: `${pollSeconds}s` });
    await keeper.live(5 * HOUR_MS + 59 * MINUTE_MS);
    await client.patch({ ...working, pay_link: true });
    await keeper.live(30 * MINUTE_MS);
    expect(await paid(client)).toEqual(['checkout 5000']);
  },
);

test('a page that nobody pays holds the card back for no more than the question', async () => {
  const { client, keeper } = await aRestingCard({ poll: '60s' });
  await keeper.live(5 * HOUR_MS + 59 * MINUTE_MS);
  await client.patch(working);
  await keeper.live(5 * MINUTE_MS);
  expect(await paid(client)).toEqual(['fund 5000']);
});

test.each([
  ['charged, its payment not to be asked', true, 'charged'],
  ['settled by its payment', false, 'settled'],
])(
  'a page that is paid and confirmed holds the card back while the ledger is behind: %s',
  async (_what, isDeaf, state) => {
    let isDown = false;
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) =>
        isDown && url.includes('/payments/') ? answer(500, { message: 'down' }) : await send(),
    );
    const { client, keeper } = await aRestingCard({ transport });
    await keeper.live(5 * HOUR_MS + 40 * MINUTE_MS);
    await client.patch({ ...working, pay_link: true });
    isDown = isDeaf;
    await faults(client, { stale_balance: 1 }); // reads as before the newest credit, whole and consistent
    await keeper.live(30 * MINUTE_MS);
    expect((await keeper.intents())[0]).toMatchObject({ kind: 'fund_link', state });
    expect(await paid(client)).toEqual(['checkout 5000']);
  },
);

test.each(['by link', 'by card'])(
  'a subscription that was bought %s is not bought again while the list lacks it',
  async (how) => {
    const client = await startClient();
    let isEmpty = false;
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) =>
        isEmpty && url.endsWith('/subscriptions') ? answer(200, { data: [], error: null }) : await send(),
    );
    await client.patch({ subscription: null, ...(how === 'by link' ? poor : {}) });
    const subscription = { plan: 42, when_canceled: 'subscribe', pay_with: ['default', 'human'] };
    const keeper = await AKeeper.open(client, { transport, subscription });
    await keeper.live(8 * MINUTE_MS);
    if (how === 'by link') await client.patch({ pay_link: true });
    await keeper.live(15 * MINUTE_MS);
    await client.patch(working);
    client.clock.advance(7 * HOUR_MS);
    isEmpty = true;
    await keeper.live(15 * MINUTE_MS);
    expect(await client.charges()).toHaveLength(1);
  },
);

test('a paid link whose ledger row names no payment is counted once', async () => {
  const client = await startClient();
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.includes('/wallet/transactions') || reply.kind !== 'answered') return reply;
      const bodyText = reply.bodyText.replace(/"transaction_id":"pi_[^"]*"/g, '"transaction_id":null');
      return { ...reply, bodyText };
    },
  );
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  keeper.place({ kind: 'fund_link', amountCents: cents(2_500) });
  await keeper.live(MINUTE_MS);
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 120_000 });
  await client.patch({ pay_link: true });
  await keeper.live(90 * MINUTE_MS);
  const { caps } = keeper.account('agent-0001').policy;
  const scopes = [{ kind: 'account', name: 'agent-0001', caps }] as const;
  const [found] = await keeper.store.journal.usage(scopes, client.clock.now());
  expect(await paid(client)).toEqual(['checkout 2500']);
  expect(found?.usage.dayCents).toBe(2_500);
  const notices = (await keeper.told()).filter((line) => line.startsWith('notice'));
  expect(notices).toEqual(['notice charge.succeeded: agent-0001 funded: $25.00 charged, balance unknown']); // and no foreign credit
});

test('after a page was paid the card waits out the cooldown, as after a charge of its own', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { cooldown: '1h' } });
  await keeper.pass();
  keeper.place({ kind: 'fund_link', amountCents: cents(2_500) });
  await keeper.live(MINUTE_MS);
  await client.patch({ pay_link: true });
  await keeper.live(10 * MINUTE_MS);
  await lower(client);
  await keeper.live(30 * MINUTE_MS);
  expect(await paid(client)).toEqual(['checkout 2500']);
  await keeper.live(30 * MINUTE_MS);
  expect(await paid(client)).toEqual(['fund 5000', 'checkout 2500']);
});

test('a page that was paid while that could not be written down is nobody else’s credit', async () => {
  const busy: { folder: string; other: DatabaseSync | null; isDone: boolean } = {
    folder: scratchFolder(),
    other: null,
    isDone: false,
  };
  const transport = new WatchedWire(async (send, _ordinal, { url }) => {
    const reply = await send();
    const isPaid = url.endsWith('/confirm-checkout') && reply.kind === 'answered' && reply.status === 200;
    if (!isPaid || busy.isDone) return reply;
    busy.isDone = true;
    busy.other = new DatabaseSync(join(busy.folder, 'purser.db'));
    busy.other.exec('BEGIN IMMEDIATE');
    return reply;
  });
  const client = await startClient();
  const { folder } = busy;
  const keeper = await AKeeper.open(client, { transport, folder, wallet: { pay_with: ['human'] } });
  await keeper.pass();
  await lower(client);
  await keeper.passes(10, MINUTE_MS);
  await client.patch({ pay_link: true });
  for (let passes = 0; passes < 200 && !busy.isDone; passes += 1) await keeper.passes(1);
  busy.other?.close();
  expect(keeper.failures).toHaveLength(1);
  await keeper.live(HOUR_MS);
  expect((await keeper.told()).filter((one) => one.includes('did not make'))).toEqual([]);
  expect((await keeper.intents()).map(({ state }) => state)).toEqual(['settled']);
}, 30_000);
