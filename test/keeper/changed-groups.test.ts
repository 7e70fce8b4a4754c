import { expect, test } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { calmAccounts, type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import type { Wish } from './fleet-config.ts';
import { charges } from './sandbox-record.ts';

async function pass(client: SandboxClient, durationMs: number): Promise<void> {
  const endAt = client.clock.now() + durationMs;
  await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
}

/** One account in this group, or none; $60 a day fit in each group. */
const inGroup = (group: string | null, groups: readonly string[]): Wish => ({
  wallet: { cooldown: '1m' },
  groups: Object.fromEntries(groups.map((name) => [name, { caps: { day: 60 } }])),
  accounts: { 'agent-0001': group === null ? {} : { group } },
});

/** How often a low wallet was charged in all, where a reload changed its group after the first time. */
async function chargesAcross(before: Wish, after: Wish): Promise<number> {
  const client = await startClient({ accounts: calmAccounts(1) });
  const { parts, keeper } = await runOn(client, before);
  await pass(client, MINUTE_MS);
  await client.patch({ balance: 12 });
  await pass(client, 5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  parts.respec(after);
  await keeper.respec();
  await client.patch({ balance: 12 });
  await pass(client, 15 * MINUTE_MS);
  return (await charges(client)).length;
}

test('a group that gets another name has spent what it had spent', async () => {
  expect(await chargesAcross(inGroup('eu', ['eu']), inGroup('europe', ['europe']))).toBe(1);
});

test('nor does it forget what was charged on an account that got another name with it', async () => {
  const after = inGroup('europe', ['europe']);
  const renamed = { a: { group: 'europe', token: { env: 'TOKEN_AGENT_0001' } } };
  expect(await chargesAcross(inGroup('eu', ['eu']), { ...after, accounts: renamed })).toBe(1);
});

test('an account that comes into a group brings what it charged in none', async () => {
  expect(await chargesAcross(inGroup(null, ['eu']), inGroup('eu', ['eu']))).toBe(1);
});

test('what an account charged in a group that is still there is no other group’s', async () => {
  expect(await chargesAcross(inGroup('eu', ['eu', 'us']), inGroup('us', ['eu', 'us']))).toBe(2);
});
