import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';

const CAPS = { per_charge: 1_000, day: 5_000, month: 50_000 };

/** The default card does that until it is said otherwise. */
function behave(client: SandboxClient, behaviour: string) {
  return client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour, default: true }] });
}

test('a card that is declined twice in four months, and pays a resume in every month between, works', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const subscription = { plan: 42, when_paused: 'resume' };
  const keeper = await AKeeper.open(client, { poll: '2h', wallet: null, caps: CAPS, subscription });
  await keeper.pass();
  for (const isBad of [true, false, false, false, true]) {
    await behave(client, isBad ? 'generic_decline' : 'succeed');
    await client.patch({ subscription: { status: 'paused', plan_id: 42, renews_in_s: -3_600 } });
    await keeper.live(4 * HOUR_MS);
    await behave(client, 'succeed');
    await keeper.live(DAY_MS);
    await client.patch({ subscription: { renews_in_s: (100 * DAY_MS) / 1_000 } }); // nothing else is charged in between
    await keeper.rest(28 * DAY_MS);
  }
  const paid = (await charges(client, 'renewal')).filter(({ account }) => account === 'agent-0001');
  expect(paid).toHaveLength(5);
});
