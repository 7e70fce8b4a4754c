import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { OTHER_NAME } from '../../src/keeper/new-name.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/**
 * A charge of x is open; x gets a new address, y (paused) the one that x had, and a person, asked about both, says of each that
 * it is the same account, which is true. Config and names never change.
 */
async function scene(posts: 'unsent' | 'lost') {
  const client = await startClient({ accounts: calmAccounts(2) });
  const its = { posts: 'fine' as 'fine' | 'unsent' | 'lost', isLate: false };
  const mails: Record<string, string> = {};
  const shown = new Map<string, object>();
  const first = client.sandbox.accounts[0]?.token ?? '-';
  const transport = new WatchedWire(
    async (send) => {
      const reply = its.posts === 'unsent' ? null : await send();
      return its.posts === 'fine' && reply !== null ? reply : { kind: 'lost', reason: 'socket' };
    },
    async (send, { url, headers }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      if (url.includes('/wallet/') && JSON.stringify(headers).includes(first)) {
        const page = url.replace(/limit=\d+/, '');
        const known = shown.get(page);
        if (its.isLate && known !== undefined) return { ...known, headers: reply.headers } as typeof reply;
        shown.set(page, reply);
      }
      if (!url.endsWith('/me')) return reply;
      return {
        ...reply,
        bodyText: reply.bodyText.replace(/agent-000\d@sandbox\.purser\.test/g, (one) => mails[one] ?? one),
      };
    },
  );
  const opening = {
    transport,
    wallet: { cooldown: '1m' },
    accounts: { x: { token: { env: 'TOKEN_AGENT_0001' } }, y: { token: { env: 'TOKEN_AGENT_0002' } } },
  };
  const one: { keeper: AKeeper } = { keeper: await AKeeper.open(client, opening) };
  const restart = async () => {
    one.keeper.close();
    one.keeper = await AKeeper.open(client, { ...opening, folder: one.keeper.folder });
  };
  const live = async (minutes: number) => {
    for (let n = 0; n < minutes; n += 1)
      for (const name of ['x', 'y']) await one.keeper.passes(1, MINUTE_MS / 2, name);
  };
  const person = async () => {
    for (const name of ['x', 'y']) {
      const holds = await one.keeper.store.journal.holds(one.keeper.account(name).name);
      if (holds.some(({ reason }) => reason === OTHER_NAME)) {
        await resumeAccount(one.keeper.store, one.keeper.account(name).name, client.clock.now());
      }
    }
  };
  await live(3);
  const { name } = one.keeper.account('y');
  await one.keeper.store.journal.setHold(
    { account: name, kind: 'pause', reason: 'a person', intent: null, since: client.clock.now() },
    [],
  );
  await live(2);
  await client.patch({ balance: 12 });
  await client.patch({ balance: 12 }, 'agent-0002');
  its.posts = posts;
  its.isLate = posts === 'lost';
  if (its.isLate) {
    // the wallet as it is before the charge is what is shown for hours
    its.isLate = false;
    shown.clear();
    its.posts = 'unsent';
    await one.keeper.passes(1, 1_000, 'x');
    its.isLate = true;
    its.posts = 'lost';
    await one.keeper.passes(3, 5_000, 'x');
    its.posts = 'unsent';
  } else await live(2);
  mails['agent-0001@sandbox.purser.test'] = 'new@name.test';
  await restart();
  await live(3);
  await person();
  await live(3);
  mails['agent-0002@sandbox.purser.test'] = 'agent-0001@sandbox.purser.test';
  await restart();
  await live(3);
  for (let n = 0; n < 4; n += 1) {
    await person();
    await live(3);
  }
  its.posts = 'fine';
  await live(30);
  return { client, one, live };
}

const of = async (client: Awaited<ReturnType<typeof startClient>>, account: string) =>
  (await charges(client)).filter((one) => one.account === account).length;

test('an account that gets the address of one whose charge is open keeps its pause, and is not charged', async () => {
  const { client, one } = await scene('unsent');
  expect(
    (await one.keeper.store.journal.holds(one.keeper.account('y').name)).map(({ kind }) => kind),
  ).toContain('pause');
  expect(await of(client, 'agent-0002')).toBe(0);
});

test('nor is the other one charged twice, whose charge went through and is shown late', async () => {
  const { client, live } = await scene('lost');
  expect(await of(client, 'agent-0001')).toBeGreaterThan(0);
  await live(60);
  expect(await of(client, 'agent-0001')).toBe(1);
  expect(await of(client, 'agent-0002')).toBe(0);
});

test('nor is the paused one charged later on', async () => {
  const { client, one } = await scene('unsent');
  for (let n = 0; n < 40 * 6; n += 1)
    for (const name of ['x', 'y']) await one.keeper.passes(1, 5 * MINUTE_MS, name);
  expect(await of(client, 'agent-0002')).toBe(0);
});
