import { expect, test } from 'vitest';
import { HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges, requests } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** While it was down somebody paid $40 for the second account; after the start that one comes to its turn late. */
async function afterADowntime(opening: Opening) {
  const client = await startClient();
  const before = await AKeeper.open(client, opening);
  await before.pass();
  before.close();
  client.clock.advance(HOUR_MS);
  const second = client.sandbox.accounts[1]?.token ?? 'none';
  const body = { amount: 40, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body, key: 'a-person', token: second });
  await lower(client);
  const late = { isHeld: true, waiting: [] as (() => void)[] };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { headers }) => {
      if (late.isHeld && headers['authorization']?.endsWith(second) === true)
        await new Promise<void>((resolve) => late.waiting.push(resolve));
      return await send();
    },
  );
  await runOn(client, { ...opening, folder: before.folder, transport });
  const first = async () => (await requests(client)).filter(({ account }) => account === 'agent-0001').length;
  const seen = await first();
  await stepUntil(
    client.clock,
    SECOND_MS,
    'the first account was looked at',
    async () => (await first()) > seen + 20,
  );
  const early = await charges(client);
  late.isHeld = false;
  for (const go of late.waiting) go();
  const other = async () => (await requests(client)).filter(({ account }) => account === 'agent-0002').length;
  const asked = await other();
  await stepUntil(
    client.clock,
    SECOND_MS / 4,
    'the second account was looked at',
    async () => (await other()) > asked + 3,
  );
  const endAt = client.clock.now() + HOUR_MS;
  await stepUntil(client.clock, 30 * SECOND_MS, 'an hour went by', async () => client.clock.now() >= endAt);
  const own = (all: Awaited<ReturnType<typeof charges>>) => all.filter(({ key }) => key !== 'a-person');
  return { early: own(early), all: own(await charges(client)) };
}

const FOREIGN = { wallet: { foreign_credits: 'allow' } };

test('after a start nothing is charged against a cap of the fleet before everybody was looked at', async () => {
  const { all } = await afterADowntime({ ...FOREIGN, fleetCaps: { day: 80 } });
  expect(all).toEqual([]);
});

test('where it fits all the same it is charged then', async () => {
  const { early, all } = await afterADowntime({ ...FOREIGN, fleetCaps: { day: 100 } });
  expect(early).toEqual([]);
  expect(all).toHaveLength(1);
});

test('without shared caps nobody waits', async () => {
  const { early } = await afterADowntime(FOREIGN);
  expect(early).toHaveLength(1);
});
