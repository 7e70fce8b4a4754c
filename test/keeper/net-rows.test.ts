import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, faults } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const FEE = 0.03;
const less = (dollars: number, share: number) => Math.round(dollars * (1 - share) * 100) / 100;

test.each(['full', 'balance_only'])(
  'a charge whose row is net of a fee is settled, for what came (answer: %s)',
  async (fund_answer) => {
    const client = await startClient();
    await faults(client, { fund_answer });
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) => {
        const reply = await send();
        if (reply.kind !== 'answered' || !url.includes('/wallet/')) return reply;
        const { data } = JSON.parse(reply.bodyText);
        const paid = (await charges(client)).reduce((sum, one) => sum + one.amount_cents / 100, 0);
        const wallet = url.includes('/wallet/transactions') ? data.wallet : data;
        wallet.balance -= paid * FEE;
        if (wallet.total_credited !== undefined) wallet.total_credited -= paid * FEE;
        for (const row of data.items ?? [])
          if (row.usecase === 'wallet_funding') row.amount = less(row.amount, FEE);
        return answer(200, { data }, reply.headers);
      },
    );
    const keeper = await AKeeper.open(client, { transport });
    await keeper.live(5 * MINUTE_MS);
    await lower(client);
    await keeper.live(3 * HOUR_MS);
    expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['fund settled'], []]);
    expect(await keeper.told()).toEqual(['notice charge.succeeded: agent-0001 funded: $60.50']); // nothing of a foreign credit
    expect((await keeper.intents()).map(({ settled_usd }) => settled_usd)).toEqual([48.5]);
  },
);
