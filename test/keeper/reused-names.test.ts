import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { acceptName, OTHER_NAME } from '../../src/keeper/new-name.ts';
import { calmAccounts, type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { hostClock, OffClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { type AroundRead, WatchedWire } from './watched-wire.ts';

/** Names of the config, each with the number of the sandbox account whose token it has. */
const named = (names: Readonly<Record<string, number>>) => ({
  accounts: Object.fromEntries(
    Object.entries(names).map(([name, n]) => [name, { token: { env: `TOKEN_AGENT_000${n}` } }]),
  ),
});

const BEFORE = named({ a: 1, b: 2 });
const REUSED = [
  ['the name is given to an account that is new', named({ a: 1 }), named({ b: 1, a: 2 })],
  ['two accounts change names', BEFORE, named({ a: 2, b: 1 })],
  ['three accounts change names', named({ a: 1, b: 2, c: 3 }), named({ a: 2, b: 3, c: 1 })],
] as const;

/** The name that the first account of the sandbox has. */
const first = ({ accounts }: ReturnType<typeof named>) =>
  Object.keys(accounts).find((name) => accounts[name]?.token.env === 'TOKEN_AGENT_0001');

async function aFleet(): Promise<SandboxClient> {
  return await startClient({ accounts: calmAccounts(3) });
}

async function pass(client: SandboxClient, durationMs: number): Promise<void> {
  const endAt = client.clock.now() + durationMs;
  await stepUntil(client.clock, 10 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
}

/** A provider whose answers say nothing of a clock. */
const withoutDates = () => {
  const dateless: AroundRead = async (send) => {
    const reply = await send();
    if (reply.kind !== 'answered') return reply;
    const { date: _, ...headers } = reply.headers;
    return { ...reply, headers };
  };
  return new WatchedWire((send, _, request) => dateless(send, request), dateless);
};

const lowerAll = async (client: SandboxClient) => {
  for (const { name } of client.sandbox.accounts) await client.patch({ balance: 12 }, name);
};

const chargesOf = async (client: SandboxClient, n: number) =>
  (await charges(client)).filter(({ account }) => account === `agent-000${n}`).length;

const holdsOf = async (keeper: AKeeper, name: string) =>
  (await keeper.store.journal.holds(keeper.account(name).name)).map(({ reason }) => reason);

/** A keeper on one config, and on another one: by a reload, or in the next process. */
async function follow(
  client: SandboxClient,
  how: 'reload' | 'restart',
  wish: { readonly before: Opening; readonly after: Opening; readonly between: (old: AKeeper) => unknown },
): Promise<AKeeper> {
  const { parts, keeper, finished } = await runOn(client, wish.before);
  await pass(client, 2 * MINUTE_MS);
  await wish.between(parts);
  if (how === 'reload') {
    parts.respec(wish.after);
    await keeper.respec();
    return parts;
  }
  parts.stop.abort();
  await finished;
  parts.close();
  return (await runOn(client, { ...wish.after, folder: parts.folder })).parts;
}

const CASES = (['reload', 'restart'] as const).flatMap((how) =>
  REUSED.map(([what, before, after]) => [how, what, before, after] as const),
);

test.each(CASES)('after a %s in which %s, charges go with the account', async (how, _, before, after) => {
  const client = await aFleet();
  const lost = { isOn: true };
  const transport = new WatchedWire(async (send) =>
    lost.isOn ? { kind: 'lost', reason: 'socket' } : await send(),
  );
  const wish = { caps: { month: 80 }, transport };
  const keeper = await follow(client, how, {
    before: { ...before, ...wish },
    after: { ...after, ...wish },
    between: async (old) => {
      await client.patch({ balance: 12 });
      await stepUntil(client.clock, SECOND_MS, 'it is in doubt', async () =>
        (await old.intents()).some(({ state }) => state === 'in_doubt'),
      );
      lost.isOn = false;
    },
  });
  await pass(client, HOUR_MS);
  expect(await chargesOf(client, 1)).toBe(1);
  const intents = await keeper.store.journal.intents({ limit: 9 });
  expect(intents.map(({ account, state }) => [account, state.kind])).toEqual([[first(after), 'settled']]);
  await lowerAll(client);
  await pass(client, HOUR_MS);
  expect(await chargesOf(client, 1)).toBe(1); // $50 of $80
  expect(await chargesOf(client, 2)).toBe(1);
});

test.each(CASES.slice(-2))(
  'after a %s in which %s, a pause goes with the account',
  async (how, _, before, after) => {
    const client = await aFleet();
    const keeper = await follow(client, how, {
      before,
      after,
      between: async (old) => {
        const { name: account } = old.account('a');
        const since = client.clock.now();
        await old.store.journal.setHold(
          { account, kind: 'pause', reason: 'by hand', since, intent: null },
          [],
        );
        await pass(client, MINUTE_MS); // it is noted now and then that a purser is there
      },
    });
    await lowerAll(client);
    await pass(client, HOUR_MS);
    expect(await chargesOf(client, 1)).toBe(0);
    expect(await chargesOf(client, 2)).toBe(1);
    for (const name of Object.keys(after.accounts))
      expect(await holdsOf(keeper, name)).toEqual(name === first(after) ? ['by hand'] : []);
  },
);

test.each([
  ['while no purser ran', 0, 0],
  ['while no purser ran, whose clock had been ahead', HOUR_MS, 0],
  ['while no purser ran, by a clock that is behind', -4 * MINUTE_MS, -4 * MINUTE_MS],
])('a pause that came %s holds both of those that changed names meanwhile', async (_, beforeMs, sinceMs) => {
  const client = await aFleet();
  const { off, clock } = hostClock(client.clock);
  const transport = beforeMs > 0 ? withoutDates() : new WatchedWire((send) => send());
  const opening = { ...BEFORE, transport, clock };
  off.ms = beforeMs;
  const { parts, finished } = await runOn(client, opening);
  await pass(client, 2 * MINUTE_MS);
  parts.stop.abort();
  await finished;
  off.ms = sinceMs;
  client.clock.advance(MINUTE_MS);
  const { name: account } = parts.account('a');
  const since = clock.now();
  await parts.store.journal.setHold({ account, kind: 'pause', reason: 'by hand', since, intent: null }, []);
  parts.close();
  await lowerAll(client);
  client.clock.advance(10 * MINUTE_MS);
  await runOn(client, { ...opening, ...named({ a: 2, b: 1 }), folder: parts.folder });
  await pass(client, HOUR_MS);
  expect(await charges(client)).toEqual([]);
});

test('a clock that is set back between a swap of names and a pause loses no pause', async () => {
  const client = await aFleet();
  const clock = new OffClock(client.clock);
  const keeper = await AKeeper.open(client, { ...BEFORE, clock });
  const passBoth = async (gapMs: number) => {
    for (const name of ['b', 'a']) await keeper.pass(name);
    client.clock.advance(gapMs);
  };
  clock.offMs = 4 * MINUTE_MS;
  for (let n = 0; n < 2; n += 1) await passBoth(SECOND_MS);
  clock.offMs = 0;
  keeper.respec(named({ a: 2, b: 1 }));
  const { name: account } = keeper.account('a');
  const since = clock.now();
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: 'by hand', since, intent: null }, []);
  client.clock.advance(SECOND_MS);
  await lowerAll(client);
  for (let n = 0; n < 10; n += 1) await passBoth(MINUTE_MS);
  expect(await charges(client)).toEqual([]);
});

test('a pause that comes behind a swap of names, with a pass under way, holds the one that has the name now', async () => {
  const client = await aFleet();
  const gate = { isShut: false, open: (): void => undefined };
  const transport = new WatchedWire(
    (send) => send(),
    async (send) => {
      if (gate.isShut) await new Promise<void>((resolve) => (gate.open = resolve));
      return await send();
    },
  );
  const keeper = await AKeeper.open(client, { ...BEFORE, transport });
  for (const name of ['a', 'b']) await keeper.passes(2, MINUTE_MS, name);
  gate.isShut = true;
  const underWay = keeper.pass('a');
  keeper.respec(named({ a: 2, b: 1 }));
  client.clock.advance(SECOND_MS);
  const { name: account } = keeper.account('a');
  const since = client.clock.now();
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: 'by hand', since, intent: null }, []);
  client.clock.advance(SECOND_MS);
  gate.isShut = false;
  gate.open();
  await underWay;
  await lowerAll(client);
  for (let n = 0; n < 10; n += 1) for (const name of ['b', 'a']) await keeper.passes(1, MINUTE_MS, name);
  expect(await charges(client)).toEqual([]);
});

test('runs from cron find out who is who', async () => {
  const client = await aFleet();
  const caps = { month: 80 };
  const once = async (wish: Opening) => {
    const parts = await AKeeper.open(client, wish);
    await new Keeper(parts.context, {
      cron: { start: () => () => undefined },
      onToken: () => undefined,
    }).passOverAll();
    parts.close();
    client.clock.advance(10 * MINUTE_MS);
    return parts.folder;
  };
  const folder = await once({ ...BEFORE, caps });
  await client.patch({ balance: 12 });
  for (let run = 0; run < 3; run += 1) await once({ ...BEFORE, caps, folder });
  expect(await chargesOf(client, 1)).toBe(1);
  await lowerAll(client);
  for (let run = 0; run < 8; run += 1) await once({ ...named({ a: 2, b: 1 }), caps, folder });
  expect(await chargesOf(client, 1)).toBe(1);
  expect(await chargesOf(client, 2)).toBe(1);
});

test('who resumed an account in the middle of it has said nothing of the names that come after', async () => {
  const client = await aFleet();
  const keeper = await AKeeper.open(client, BEFORE);
  const { journal, upkeep } = keeper.store;
  const passBoth = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      await keeper.passes(1, 2_000, 'b');
      await keeper.passes(1, 2_000, 'a');
    }
    const ids = ['a', 'b'].map((name) => keeper.account(name).name);
    return (await Promise.all(ids.map((name) => journal.memory(name)))).map(({ identity }) => identity);
  };
  const whose = async () => (await journal.intents({ limit: 9 })).map(({ account }) => account);
  await client.patch({ balance: 12 });
  const before = await passBoth(2);
  keeper.respec(named({ a: 2, b: 1 }));
  await keeper.pass('a');
  const { name } = keeper.account('a');
  await acceptName(upkeep, name, client.clock.now());
  await journal.liftHold(name, 'freeze', [], client.clock.now());
  expect(await passBoth(6)).toEqual(before.toReversed());
  expect(await whose()).toEqual(['b']);
  keeper.respec(BEFORE);
  expect(await passBoth(6)).toEqual(before);
  expect(await whose()).toEqual(['a']);
  expect([...(await holdsOf(keeper, 'a')), ...(await holdsOf(keeper, 'b'))]).toEqual([]);
});

test('the token of another account under a name freezes that, and its mending goes on with its history', async () => {
  const client = await aFleet();
  const caps = { month: 80 };
  const { parts, keeper } = await runOn(client, { ...BEFORE, caps });
  await pass(client, 2 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await pass(client, 20 * MINUTE_MS);
  parts.respec({ ...named({ a: 2, b: 2 }), caps });
  await keeper.respec();
  await lowerAll(client);
  await pass(client, 30 * MINUTE_MS);
  expect(await holdsOf(parts, 'a')).toEqual([OTHER_NAME]);
  expect(await chargesOf(client, 2)).toBe(1);
  parts.respec({ ...BEFORE, caps });
  await keeper.respec();
  await parts.store.journal.liftHold(parts.account('a').name, 'freeze', [], client.clock.now());
  await pass(client, HOUR_MS);
  expect(await chargesOf(client, 1)).toBe(1);
  expect(await holdsOf(parts, 'a')).toEqual([]);
});

test('an account that got a new name while a charge was open can get another one', async () => {
  const client = await aFleet();
  const caps = { month: 80 };
  const lost = { isOn: true };
  const transport = new WatchedWire(async (send) =>
    lost.isOn ? { kind: 'lost', reason: 'socket' } : await send(),
  );
  const { parts, keeper } = await runOn(client, { ...named({ a: 1 }), caps, transport });
  await pass(client, 2 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await stepUntil(client.clock, SECOND_MS, 'it is in doubt', async () =>
    (await parts.intents()).some(({ state }) => state === 'in_doubt'),
  );
  for (const name of ['b', 'c']) {
    parts.respec({ ...named({ [name]: 1 }), caps });
    await keeper.respec();
    await pass(client, 10 * MINUTE_MS);
    lost.isOn = false;
  }
  await lowerAll(client);
  await pass(client, HOUR_MS);
  expect(await chargesOf(client, 1)).toBe(1);
  expect((await parts.store.journal.intents({ limit: 9 })).map(({ account }) => account)).toEqual(['c']);
});

test('what one account spent is not what another one burns that has its name now', async () => {
  const client = await aFleet();
  const wish = { wallet: { top_up: { runway: '10h' } }, caps: { per_charge: 900, month: 2_000 } };
  await client.patch({ balance: 300 });
  await follow(client, 'reload', {
    before: { ...named({ a: 1 }), ...wish },
    after: { ...named({ b: 1, a: 2 }), ...wish },
    between: async () => await client.patch({ balance: 12 }, 'agent-0002'),
  });
  await pass(client, HOUR_MS);
  const made = (await charges(client)).map(({ account, amount_cents }) => [account, amount_cents]);
  expect(made).toEqual([['agent-0002', 1_000]]);
});
