import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { OffClock } from './off-clock.ts';
import { charges, posts } from './sandbox-record.ts';

const WISH: Opening = { quarantine: '90m', poll: '5m', wallet: { cooldown: '1m' } };

async function aNewJournal(opening: Opening = WISH): Promise<{ client: SandboxClient; keeper: AKeeper }> {
  const client = await startClient();
  await client.patch({ balance: 5 });
  return { client, keeper: await AKeeper.open(client, opening) };
}

test('a keeper with a new journal only watches for its quarantine', async () => {
  const { client, keeper } = await aNewJournal();
  await keeper.live(80 * MINUTE_MS);
  expect(await posts(client)).toEqual([]);
  const [view] = keeper.context.view.accounts();
  expect(view).toMatchObject({ watch: 'quarantine', wallet: { kind: 'hold', reason: 'quarantined' } });
});

test('after the quarantine it wants to see the low balance twice, 12 minutes apart', async () => {
  const { client, keeper } = await aNewJournal();
  await keeper.live(95 * MINUTE_MS);
  expect(await charges(client)).toEqual([]);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'probation' });
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('in probation it charges an account once in 24 hours, for 72 hours, and then as ever', async () => {
  const { client, keeper } = await aNewJournal({ ...WISH, poll: '30m' });
  const startMs = client.clock.now();
  for (let hour = 0; hour < 84; hour += 1) {
    await client.patch({ balance: 5 });
    await keeper.live(HOUR_MS);
  }
  const made = (await charges(client)).map(({ at }) => Date.parse(at) - startMs);
  const inProbation = made.filter((at) => at < 73.5 * HOUR_MS);
  expect(inProbation.length).toBeGreaterThanOrEqual(3);
  expect(inProbation.slice(1).every((at, index) => at - (inProbation[index] ?? 0) >= 24 * HOUR_MS)).toBe(
    true,
  );
  expect(made.length - inProbation.length).toBeGreaterThanOrEqual(8);
});

test('a balance that was low only once does not count as low twice', async () => {
  const { client, keeper } = await aNewJournal();
  await keeper.live(92 * MINUTE_MS);
  await client.patch({ balance: 60 });
  await keeper.live(30 * MINUTE_MS);
  await client.patch({ balance: 5 });
  await keeper.pass();
  expect(await charges(client)).toEqual([]);
});

test('nor does one that was low by a clock that is behind', async () => {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  const keeper = await AKeeper.open(client, { ...WISH, clock });
  await keeper.live(2 * HOUR_MS);
  await client.patch({ balance: 5 });
  clock.offMs = -20 * MINUTE_MS;
  await keeper.pass();
  clock.offMs = 0;
  await keeper.live(10 * MINUTE_MS);
  expect(await charges(client)).toEqual([]);
});

test('an operator’s adopt ends quarantine and probation at once', async () => {
  const { client, keeper } = await aNewJournal();
  await keeper.live(10 * MINUTE_MS);
  await keeper.store.journal.adopt([], client.clock.now());
  await keeper.live(MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(keeper.context.view.accounts()[0]?.watch).toBe('clear');
});

test('the quarantine of a journal begins once: a restart neither repeats nor shortens it', async () => {
  const { client, keeper } = await aNewJournal();
  await keeper.live(60 * MINUTE_MS);
  keeper.close();
  const next = await AKeeper.open(client, { ...WISH, folder: keeper.folder });
  await next.live(20 * MINUTE_MS);
  expect(await posts(client)).toEqual([]);
  await next.live(35 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

test('a keeper that lost its journal counts what the ledger shows against its caps', async () => {
  const client = await startClient();
  const wish: Opening = { caps: { per_charge: 50, day: 60 } };
  const first = await AKeeper.open(client, wish);
  await client.patch({ balance: 5 });
  await first.live(10 * MINUTE_MS);
  first.close();
  await client.patch({ balance: 5 });
  const amnesiac = await AKeeper.open(client, wish);
  await amnesiac.live(2 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(amnesiac.context.view.accounts()[0]?.wallet).toMatchObject({ reason: 'cap_day' });
});
