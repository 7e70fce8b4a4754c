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

test('explain says what comes next where something is wrong, and nothing where all is well', async () => {
  const wallet = { cooldown: '0s' };
  const fleet = await AFleet.open({ wallet, caps: { per_charge: 50, day: 60 } }, 1);
  const explained = async () => {
    await purser(['once'], fleet.surroundings);
    return (await purser(['explain', 'agent-0001'], fleet.surroundings)).stdout;
  };
  expect(await explained()).not.toContain('  next ');
  await purser(['pause', 'agent-0001'], fleet.surroundings);
  expect(await explained()).toContain('  next   `purser resume agent-0001` ends it\n');
  await purser(['resume', 'agent-0001'], fleet.surroundings);
  await fleet.patch({ balance: 5 });
  await explained();
  await fleet.patch({ balance: 5 });
  expect(await explained()).toContain('  next   purser charges when the window has room again');
  fleet.write({ wallet, caps: { day: 5_000 } });
  await fleet.patch({ balance: 5, cards: [{ brand: 'visa', last4: '9987', behaviour: 'lost_card' }] });
  await explained();
  expect(await explained()).toContain(
    '  next   `purser billing cards add agent-0001 --default` saves another',
  );
});

test('explain says what is wrong with an account that the provider refuses, seen or not', async () => {
  const fleet = await AFleet.open({}, 1);
  const { cwd } = fleet.surroundings;
  const refused = { cwd, secrets: { TOKEN_AGENT_0001: '12|of_somebody_else' } };
  await purser(['once'], refused);
  const wrong = '  wrong  agent-0001: the provider refuses its credentials. Nothing can be seen or charged.';
  const { stdout } = await purser(['explain', 'agent-0001'], refused);
  expect(stdout).toContain(`agent-0001\n  not seen yet: is \`purser run\` running?\n${wrong}`);
  await purser(['once'], fleet.surroundings);
  expect((await purser(['explain', 'agent-0001'], fleet.surroundings)).stdout).not.toContain('  wrong  ');
});
