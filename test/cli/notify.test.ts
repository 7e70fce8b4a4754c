import { expect, test } from 'vitest';
import { LocalReceiver } from '../alerts/local-receiver.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

function alertsTo(receiver: LocalReceiver): Readonly<Record<string, unknown>> {
  const webhook = { url: receiver.url(), secret: { env: 'HOOK_SECRET' }, allow_private: true };
  return { receivers: { ops: { webhook } } };
}

test('notify test sends one signed sample of each message to the receiver', async () => {
  await using receiver = await LocalReceiver.open();
  const fleet = await AFleet.open({ alerts: alertsTo(receiver) });
  const { code, stdout, stderr } = await purser(['notify', 'test'], fleet.surroundings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const types = receiver.accepted.map(({ body }) => JSON.parse(body).type);
  expect(types).toEqual(expect.arrayContaining(['charge.declined', 'cap.reached', 'wallet.low']));
  expect(types).toHaveLength(9);
  expect(stdout.match(/^ok {6}ops {2}/gm)).toHaveLength(9);
  expect(receiver.accepted.every(({ headers }) => headers['webhook-signature'] !== undefined)).toBe(true);
});

test('notify test ends with 1 and says why where the receiver refuses', async () => {
  await using receiver = await LocalReceiver.open();
  receiver.answer = () => ({ status: 403 });
  const fleet = await AFleet.open({ alerts: alertsTo(receiver) });
  const { code, stdout } = await purser(['notify', 'test', 'ops'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAILED {2}ops {2}wallet\.low .*403/m);
});

test('notify test without a receiver, or for one that is not there, says what there is', async () => {
  const none = await AFleet.open();
  expect(await purser(['notify', 'test'], none.surroundings)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has no receivers'),
  });
  await using receiver = await LocalReceiver.open();
  const fleet = await AFleet.open({ alerts: alertsTo(receiver) });
  expect(await purser(['notify', 'test', 'pager'], fleet.surroundings)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('The config has ops.'),
  });
});
