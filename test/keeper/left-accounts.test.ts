import { expect, test } from 'vitest';
import { onOperator } from '../../src/charge/step.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { badPosts, lower } from './a-low-wallet.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';

/** A cap of its own holds it low for the rest of the month. */
const CAPPED: Opening = { caps: { per_charge: 50, day: 50, month: 50 } };
const WITHOUT: Opening = { accounts: { 'agent-0002': {} } };

const firing = (parts: AKeeper) => parts.store.firingIncidents().map(({ fingerprint }) => fingerprint);

/** What was put in the outbox since there were so many, of the first account. */
async function toldSince(parts: AKeeper, count: number): Promise<readonly string[]> {
  const messages = (await parts.messages()).slice(count).filter(({ fact }) => fact.account === 'agent-0001');
  return messages.map(({ status, fact }) => `${status} ${fact.type}: ${fact.headline}`);
}

async function aCappedAccount() {
  const client = await startClient();
  const before = await AKeeper.open(client, CAPPED);
  await before.pass('agent-0001');
  await lower(client);
  await before.live(30 * MINUTE_MS);
  await lower(client);
  await before.live(MINUTE_MS);
  expect(firing(before)).toEqual(['cap.reached/account:agent-0001/day', 'wallet.low/agent-0001']);
  return { client, before, count: (await before.messages()).length };
}

test('what was wrong with an account that left the config while purser was down is over at the start', async () => {
  const { client, before, count } = await aCappedAccount();
  before.close();
  const { parts } = await runOn(client, { ...CAPPED, ...WITHOUT, folder: before.folder });
  await stepUntil(client.clock, SECOND_MS, 'all is over', () => firing(parts).length === 0);
  expect(await toldSince(parts, count)).toEqual([
    'resolved cap.reached: agent-0001 left the config',
    'resolved wallet.low: agent-0001 left the config',
  ]);
});

test('what is wrong with an account is over when a reload takes it out', async () => {
  const { client, before, count } = await aCappedAccount();
  before.close();
  const { parts, keeper } = await runOn(client, { ...CAPPED, folder: before.folder });
  parts.respec({ ...CAPPED, ...WITHOUT });
  await keeper.respec();
  await stepUntil(client.clock, SECOND_MS, 'all is over', () => firing(parts).length === 0);
  expect(await toldSince(parts, count)).toContain('resolved wallet.low: agent-0001 left the config');
});

test('a charge that was open when its account left while purser was down is told until a person resolved it', async () => {
  const client = await startClient();
  const before = await AKeeper.open(client, { transport: badPosts(client, { lost_request: 1 }, 99) });
  await before.pass();
  await lower(client);
  await before.live(30 * MINUTE_MS);
  before.close();
  const { parts } = await runOn(client, { ...WITHOUT, folder: before.folder });
  const [open] = await parts.store.journal.allOpenIntents();
  if (open === undefined) throw new Error('nothing is open');
  const orphan = `purser.degraded/agent-0001/orphan/${open.id}`;
  const doubt = `charge.outcome_unknown/agent-0001/${open.id}`;
  const endAt = client.clock.now() + 5 * HOUR_MS;
  await stepUntil(client.clock, MINUTE_MS, 'five hours', () => client.clock.now() >= endAt);
  expect(firing(parts)).toEqual(expect.arrayContaining([orphan, doubt]));
  const now = client.clock.now();
  const { intent: after } = onOperator(open, 'not_charged', now);
  await parts.store.journal.record({
    before: open,
    after,
    now,
    why: 'operator',
    freeze: null,
    incidents: [],
  });
  await stepUntil(client.clock, SECOND_MS, 'all is over', () => firing(parts).length === 0);
  expect(await charges(client)).toEqual([]);
});

test('an account that a reload took out is worked on until its charge is settled, and then no more', async () => {
  const client = await startClient();
  const { parts, keeper } = await runOn(client, { transport: badPosts(client, { lost_response: 1 }, 2) });
  const isInDoubt = async () => (await parts.intents()).some(({ state }) => state === 'in_doubt');
  const hasEnded = async () => (await parts.intents()).every(({ state }) => state === 'settled');
  const isShown = () => parts.context.view.accounts().some(({ account }) => account === 'agent-0001');
  await stepUntil(client.clock, SECOND_MS, 'it is seen', isShown);
  await client.patch({ balance: 5 });
  await stepUntil(client.clock, 200, 'it is in doubt', isInDoubt);
  parts.respec(WITHOUT);
  await keeper.respec();
  expect(isShown()).toBe(true);
  await stepUntil(client.clock, SECOND_MS, 'it is settled', hasEnded);
  await stepUntil(client.clock, SECOND_MS, 'it is forgotten', () => !isShown());
  await stepUntil(client.clock, SECOND_MS, 'nothing is wrong', () => firing(parts).length === 0);
});
