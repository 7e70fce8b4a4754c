import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { OffClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Wallet = { readonly balance: number; readonly total_credited: number; readonly amount_used: number };

/** Rows of $60 are never shown; the wallet may be an old one, or hold money that goes again; answers have no date. */
class LateRows {
  old: Wallet | null = null;
  extraUsd = 0;
  readonly wire = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const { date: _, ...headers } = reply.headers;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/balance'))
        body.data.balance = (this.old ?? body.data).balance + this.extraUsd;
      if (url.includes('/wallet/transactions') && url.includes('type=credit')) {
        const items = body.data.items.filter(({ amount }: { amount: number }) => amount !== 60);
        Object.assign(body.data, { items, count: items.length, total: items.length });
        if (this.old !== null) body.data.wallet = { ...this.old };
        body.data.wallet.balance += this.extraUsd;
        body.data.wallet.total_credited += this.extraUsd;
      }
      return { ...reply, headers, bodyText: JSON.stringify(body) };
    },
  );
}

const madeByPurser = async (client: SandboxClient) =>
  (await charges(client)).filter(({ key }) => key?.startsWith('purser-') === true);

test('totals that were written down by a clock that was ahead keep no wallet from being funded', async () => {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  const provider = new LateRows();
  const opening = { transport: provider.wire, clock };
  const first = await AKeeper.open(client, opening);
  await first.pass();
  first.close();
  const runOnce = async () => {
    const keeper = await AKeeper.open(client, { ...opening, folder: first.folder });
    await keeper.live(MINUTE_MS);
    keeper.close();
  };
  await client.patch({ balance: 12 });
  provider.extraUsd = 60; // a payment that fails after all
  clock.offMs = 3 * HOUR_MS;
  await runOnce();
  clock.offMs = 0;
  provider.extraUsd = 0;
  await runOnce();
  expect(await madeByPurser(client)).toHaveLength(1);
});

test('a pass with the token of another account makes nobody forget totals that are ahead of their rows', async () => {
  const client = await startClient();
  const provider = new LateRows();
  const withToken = (n: number) => ({
    transport: provider.wire,
    accounts: { 'agent-0001': { token: { env: `TOKEN_AGENT_000${n}` } } },
  });
  const token = client.sandbox.accounts[1]?.token ?? null;
  const body = { amount: 100, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body, key: 'a-person-2', token });
  await client.fund(20, 'a-person-0');
  const keeper = await AKeeper.open(client, withToken(1));
  await keeper.pass();
  await lower(client, 12);
  await client.fund(60, 'a-person');
  await keeper.pass();
  keeper.close();
  const wrong = await AKeeper.open(client, { ...withToken(2), folder: keeper.folder });
  await wrong.pass();
  wrong.close();
  provider.old = { balance: 12, total_credited: 70, amount_used: 58 };
  const right = await AKeeper.open(client, { ...withToken(1), folder: keeper.folder });
  const { name } = right.account('agent-0001');
  await right.store.journal.liftHold(name, 'freeze', [], client.clock.now());
  await right.live(15 * MINUTE_MS);
  expect(await madeByPurser(client)).toHaveLength(0);
});

test('totals that were written down by a clock that was two minutes ahead are known still', async () => {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  const provider = new LateRows();
  const opening = { transport: provider.wire, clock };
  const first = await AKeeper.open(client, opening);
  await first.pass();
  await lower(client, 12);
  await client.fund(60, 'a-person');
  clock.offMs = 2 * MINUTE_MS;
  await first.passes(2);
  first.close();
  clock.offMs = 0;
  provider.old = { balance: 12, total_credited: 50, amount_used: 38 };
  const next = await AKeeper.open(client, { ...opening, folder: first.folder });
  await next.live(15 * MINUTE_MS);
  expect(await madeByPurser(client)).toHaveLength(0);
});
