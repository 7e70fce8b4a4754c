import { expect, test } from 'vitest';
import type { AccountName } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import type { AKeeper, Opening } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { hostClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const [A, B] = ['agent-0001' as AccountName, 'agent-0002' as AccountName];
const named = (first: number, second: number) => ({
  accounts: {
    [A]: { token: { env: `TOKEN_AGENT_000${first}` } },
    [B]: { token: { env: `TOKEN_AGENT_000${second}` } },
  },
});
const [FIRST, SWAPPED] = [named(1, 2), named(2, 1)];

/** Two accounts that were seen, on a host whose clock is off by `off.ms`; a provider that can be down. */
async function aPair(wish: Opening = {}) {
  const client = await startClient({ accounts: calmAccounts(2) });
  const provider = { isDown: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send) => (provider.isDown ? { kind: 'lost', reason: 'socket' } : await send()),
  );
  const { off, clock } = hostClock(client.clock);
  const opening = { ...wish, clock, transport };
  const { parts, keeper, finished } = await runOn(client, { ...opening, ...FIRST });
  const pass = async (durationMs: number) => {
    const endAt = client.clock.now() + durationMs;
    await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
  };
  const pause = async () => {
    const since = clock.now();
    await parts.store.journal.setHold(
      { account: A, kind: 'pause', reason: 'by hand', since, intent: null },
      [],
    );
  };
  const restart = async () => {
    parts.stop.abort();
    await finished;
    parts.close();
    return (await runOn(client, { ...opening, folder: parts.folder, ...SWAPPED })).parts;
  };
  const reload = async (config: typeof FIRST, meanwhile: () => Promise<void> = async () => undefined) => {
    parts.respec(config);
    await meanwhile();
    await keeper.respec();
  };
  const lower = async () => {
    for (const account of [A, B]) await client.patch({ balance: 12 }, account);
  };
  await pass(3 * MINUTE_MS);
  return { client, provider, off, parts, pass, pause, restart, reload, lower };
}

const paused = async ({ store }: AKeeper) => {
  const holds = await Promise.all([A, B].map((name) => store.journal.holds(name)));
  return holds.flat().map(({ account, kind }) => `${kind} ${account}`);
};

test.each([
  ['stepped forward', -4 * MINUTE_MS, 0],
  ['stepped back', 4 * MINUTE_MS, 0],
  ['was right', 0, 0],
])(
  'a pause behind a swap of names that no pass has seen yet holds both, by a clock that %s since',
  async (_, wasMs, isMs) => {
    const { client, provider, off, pass, pause, reload, lower } = await aPair();
    off.ms = wasMs;
    await pass(2 * MINUTE_MS);
    provider.isDown = true;
    await reload(SWAPPED);
    client.clock.advance(SECOND_MS);
    await pause();
    client.clock.advance(SECOND_MS);
    off.ms = isMs;
    provider.isDown = false;
    await lower();
    await pass(HOUR_MS);
    expect(await charges(client)).toEqual([]);
  },
);

test('so does one that came while the provider was down, also after a restart', async () => {
  const { client, provider, pass, pause, restart, reload, lower } = await aPair();
  provider.isDown = true;
  await reload(SWAPPED);
  await pass(MINUTE_MS);
  await pause();
  await pass(3 * MINUTE_MS);
  provider.isDown = false;
  await lower();
  const next = await restart();
  await pass(HOUR_MS);
  expect(await charges(client)).toEqual([]);
  expect(await paused(next)).toEqual([`pause ${A}`, `pause ${B}`]);
});

test.each([
  ['1h', 20 * SECOND_MS],
  ['1h', 20 * MINUTE_MS],
  ['60s', 20 * SECOND_MS],
])(
  'at polls of %s, a pause that came %d ms before a restart with swapped names goes with its account',
  async (poll, beforeMs) => {
    const { client, pass, pause, restart, lower } = await aPair({ poll });
    await pause();
    await pass(beforeMs);
    await lower();
    const next = await restart();
    await pass(HOUR_MS);
    expect(await paused(next)).toEqual([`pause ${B}`]);
    expect((await charges(client)).map(({ account }) => account)).toEqual([B]);
  },
);

test('who pauses a paused account anew behind a swap of names means the one that has the name now', async () => {
  const { client, provider, parts, pass, pause, reload, lower } = await aPair();
  await pause();
  await pass(MINUTE_MS);
  provider.isDown = true;
  await reload(SWAPPED);
  await pause();
  provider.isDown = false;
  await lower();
  await pass(HOUR_MS);
  expect(await charges(client)).toEqual([]);
  expect(await paused(parts)).toEqual([`pause ${A}`, `pause ${B}`]);
});

test('a pass by the config from before, behind a pause that came with the new one, tells nothing of for whom it is', async () => {
  const { client, pass, pause, reload, lower } = await aPair();
  await reload(SWAPPED, async () => {
    await pause();
    await pass(2 * MINUTE_MS);
  });
  await lower();
  await pass(HOUR_MS);
  expect(await charges(client)).toEqual([]);
});
