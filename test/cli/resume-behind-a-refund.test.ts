import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { lower } from '../keeper/a-low-wallet.ts';
import { startClient } from '../sandbox/sandbox-client.ts';

test('a refund that was noticed since a person looked at a freeze is not lifted with it unseen', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { cooldown: '1m' } });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(2 * HOUR_MS);
  const [first] = await keeper.intents();
  const { journal } = keeper.store;
  const { name } = keeper.account('agent-0001');
  const since = client.clock.now();
  await journal.setHold({ account: name, kind: 'freeze', reason: 'for a test', since, intent: null }, []);
  client.clock.advance(MINUTE_MS);
  await client.patch({ refund: first?.payment_intent ?? null });
  await keeper.live(2 * HOUR_MS);
  const seen = { kind: 'freeze', since } as const;
  await expect(resumeAccount(keeper.store, name, client.clock.now(), seen)).rejects.toMatchObject({
    told: { code: 'hold_changed' },
  });
  const [hold] = await journal.holds(name);
  expect(hold?.reason).toMatch(/^for a test; and the provider took back a charge/);
  const seenAgain = { kind: 'freeze', since: hold?.since ?? null } as const;
  await resumeAccount(keeper.store, name, client.clock.now(), seenAgain);
  expect(await journal.holds(name)).toEqual([]);
});
