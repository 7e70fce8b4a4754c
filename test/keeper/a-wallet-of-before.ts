import { expect } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Wallet = Readonly<Record<'balance' | 'total_credited' | 'amount_used', number>>;

/**
 * Closer looks show `old` instead of the wallet as it is, and the balance by itself is right, or `cheap`, or of before too where
 * that is so `isEverywhere`.
 */
export async function walletOfBefore() {
  const client = await startClient();
  const shown: { old: Wallet | null; cheap: number | null; isEverywhere: boolean } = {
    old: null,
    cheap: null,
    isEverywhere: false,
  };
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const { old, cheap, isEverywhere } = shown;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/balance')) {
        body.data.balance = cheap ?? (isEverywhere ? old?.balance : null) ?? body.data.balance;
      } else if (url.includes('/wallet/transactions')) body.data.wallet = old ?? body.data.wallet;
      else return reply;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const walletNow = async (): Promise<Wallet> => {
    const { balance, total_credited } = (await client.ask('/wallet/transactions?type=credit')).body.data
      .wallet;
    return { balance, total_credited, amount_used: total_credited - balance };
  };
  return { client, transport, shown, walletNow };
}

/** A keeper that has charged once, and the wallet as it was before. */
export async function afterACharge(opening: Opening = {}) {
  const one = await walletOfBefore();
  const keeper = await AKeeper.open(one.client, { transport: one.transport, ...opening });
  await keeper.pass();
  await lower(one.client);
  const before = await one.walletNow();
  await keeper.live(35 * MINUTE_MS);
  expect(await charges(one.client)).toHaveLength(1);
  return { ...one, keeper, before };
}
