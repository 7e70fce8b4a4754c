import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { freezeAccount } from '../../src/keeper/freeze-account.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';

test.each([false, true])(
  'a refund of our own charge is told though the account is frozen before (%s)',
  async (isFrozenBefore) => {
    const client = await startClient();
    const keeper = await AKeeper.open(client, {});
    await keeper.pass();
    await lower(client);
    await keeper.live(20 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(1);
    if (isFrozenBefore)
      await freezeAccount(keeper.context, keeper.account('agent-0001').name, 'for another reason');
    await keeper.live(MINUTE_MS);
    const [own] = await keeper.intents();
    await client.patch({ refund: own?.payment_intent });
    await keeper.live(9 * HOUR_MS);
    const told = (await keeper.messages()).map(({ status, fact }) => `${status} ${fact.headline}`);
    expect(told.filter((line) => line.includes('took back'))).not.toEqual([]);
    expect(await charges(client)).toHaveLength(1);
  },
);
