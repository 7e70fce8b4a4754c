import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Data = {
  wallet: { balance: number; total_credited: number; amount_used: number };
  items: unknown[];
  count: number;
  total: number;
};

/** The real wire, with a provider that counts in a way of its own; `number` is that of the account. */
function counting(client: SandboxClient, count: (data: Data, number: number) => void): WatchedWire {
  return new WatchedWire(
    (send) => send(),
    async (send, { url, headers }) => {
      const reply = await send();
      if (!url.includes('/wallet/transactions') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      const isOf = ({ token }: { token: string }) => headers['authorization'] === `Bearer ${token}`;
      count(body.data, client.sandbox.accounts.findIndex(isOf) + 1);
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
}

const lacksFees = (data: Data) => {
  data.wallet.total_credited -= 5;
};

test('a new account, empty and without a row, does not bind its provider to count as in the example', async () => {
  const client = await startClient();
  await client.patch({ balance: 0 });
  const seen = { isNew: true };
  const transport = counting(client, (data) => {
    if (!seen.isNew) return lacksFees(data);
    const wallet = { balance: 0, total_credited: 0, amount_used: 0 };
    Object.assign(data, { wallet, items: [], count: 0, total: 0 });
  });
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  seen.isNew = false;
  await keeper.live(HOUR_MS);
  await client.patch({ balance: 5 });
  await keeper.live(3 * HOUR_MS);
  expect(await charges(client)).toHaveLength(2);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
});

test('nor does the wallet of another account, to which its token led', async () => {
  const client = await startClient({ accounts: calmAccounts(2) });
  const transport = counting(client, (data, number) => {
    if (number === 1) return lacksFees(data);
    data.wallet.total_credited += 500;
    data.wallet.amount_used += 500;
  });
  const tokenOf = (number: number) => ({ accounts: { a: { token: { env: `TOKEN_AGENT_000${number}` } } } });
  const keeper = await AKeeper.open(client, { ...tokenOf(1), transport });
  const { name } = keeper.account('a');
  await keeper.live(MINUTE_MS, 'a');
  keeper.respec(tokenOf(2));
  await keeper.live(MINUTE_MS, 'a');
  keeper.respec(tokenOf(1));
  await keeper.store.journal.liftHold(name, 'freeze', [], client.clock.now());
  await client.patch({ balance: 5 });
  await keeper.live(3 * HOUR_MS, 'a');
  expect(await charges(client)).toHaveLength(1);
  expect(await keeper.store.journal.holds(name)).toEqual([]);
});
