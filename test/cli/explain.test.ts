import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

test('explain says of the money that came who charged it', async () => {
  const fleet = await AFleet.open({ caps: { per_charge: 50, day: 200 } }, 1);
  const once = () => purser(['once'], fleet.surroundings);
  await once();
  await fleet.ask('/wallet/fund', { amount: 35, payment_method_id: 'pm_agent_0001_visa' });
  await once();
  await fleet.patch({ balance: 5 });
  await once();
  await once();
  const { stdout } = await purser(['explain', 'agent-0001'], fleet.surroundings);
  const at = String.raw`at 20\S+Z`;
  expect(stdout).toMatch(
    new RegExp(
      `  came   \\$50\\.00 ${at}, charged by purser \\(int_[0-9a-f]{16}\\)\n` +
        `  came   \\$35\\.00 ${at}, not by purser \\(ledger row \\S+\\)\n`,
    ),
  );
  const { credits } = JSON.parse(
    (await purser(['explain', 'agent-0001', '--json'], fleet.surroundings)).stdout,
  );
  expect(credits).toMatchObject([
    { amount_usd: 50, made_by: 'purser', intent: expect.stringMatching(/^int_/) },
    { amount_usd: 35, made_by: 'others', intent: null },
    { amount_usd: 50, made_by: 'others' }, // from before purser came
  ]);
});

test('explain names the fleet once, and says nothing twice in the story of a charge', async () => {
  const fleet = await AFleet.open({ fleetCaps: { day: 100 } }, 1);
  await fleet.patch({ balance: 5 });
  await purser(['once'], fleet.surroundings);
  const { stdout } = await purser(['explain', 'agent-0001'], fleet.surroundings);
  expect(stdout).toContain('  cap    the fleet, day: $50.00 of $100.00\n');
  expect(stdout).toMatch(/^ {4}\S+Z {2}armed\n {4}\S+Z {2}charged {2}answer_charged$/m);
});
