import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, faults } from './sandbox-record.ts';
import { type AroundPost, answer, WatchedWire } from './watched-wire.ts';

/** A provider that names nobody of `nameless`, by token. */
function aShyWire(nameless: Set<string>, aroundPost: AroundPost = (send) => send()): WatchedWire {
  return new WatchedWire(aroundPost, async (send, { url, headers }) => {
    const token = headers['authorization']?.replace('Bearer ', '') ?? '';
    return url.endsWith('/me') && nameless.has(token) ? answer(200, { data: {} }) : await send();
  });
}

const NEW = 'render-eu' as AccountName;
const token = (n: number) => ({ token: { env: `TOKEN_AGENT_000${n}` } });
const tokenOf = (client: SandboxClient, n: number) => client.sandbox.accounts[n - 1]?.token ?? '';

async function pause(keeper: AKeeper, name: string): Promise<void> {
  const { name: account } = keeper.account(name);
  const since = keeper.client.clock.now();
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: 'by hand', since, intent: null }, []);
}

async function aPausedAccount({ isNameless = false } = {}) {
  const client = await startClient();
  const nameless = new Set(isNameless ? [tokenOf(client, 1)] : []);
  const transport = aShyWire(nameless);
  const keeper = await AKeeper.open(client, { transport, accounts: { 'agent-0001': token(1) } });
  await keeper.passes(2);
  await pause(keeper, 'agent-0001');
  keeper.close();
  await lower(client);
  return { client, nameless, transport, folder: keeper.folder };
}

test.each([
  ['not named now', false],
  ['never named', true],
])(
  'an account that got another name, and is %s by the provider, is not charged beside its pause',
  async (_, isNameless) => {
    const { client, nameless, ...scene } = await aPausedAccount({ isNameless });
    nameless.add(tokenOf(client, 1));
    const keeper = await AKeeper.open(client, { ...scene, accounts: { [NEW]: token(1) } });
    await keeper.live(HOUR_MS, NEW);
    expect(await charges(client)).toHaveLength(0);
    const { wallet } = keeper.context.view.accounts()[0] ?? {};
    expect(wallet?.sentence).toMatch(/may be one that was known here by another name/);
    const order = { kind: 'fund', amountCents: cents(5_000), card: null, coupon: null } as const;
    const [told] = await keeper.ask([order], NEW);
    expect(told?.sentence).toBe(wallet?.sentence);
    nameless.clear();
    await keeper.live(HOUR_MS, NEW);
    const isFound = !isNameless; // by the name that the provider gave it before
    expect(await keeper.context.journal.holds(NEW)).toMatchObject(isFound ? [{ kind: 'pause' }] : []);
    expect(await charges(client)).toHaveLength(0);
  },
);

test('a new one that nobody is named beside is charged once a person resumes it', async () => {
  const { client, nameless, ...scene } = await aPausedAccount();
  nameless.add(tokenOf(client, 2));
  const keeper = await AKeeper.open(client, { ...scene, accounts: { [NEW]: token(2) } });
  await client.patch({ balance: 12 }, 'agent-0002');
  await keeper.live(HOUR_MS, NEW);
  expect(await charges(client)).toHaveLength(0);
  const { lifted } = await resumeAccount(keeper.store, NEW, client.clock.now());
  expect(lifted).toEqual(['not known for a new one']);
  await keeper.live(5 * MINUTE_MS, NEW);
  expect(await charges(client)).toMatchObject([{ account: 'agent-0002' }]);
});

test('beside accounts that were seen to be who they are by name, one that is not named goes by its alias', async () => {
  const { client, nameless, ...scene } = await aPausedAccount();
  nameless.add(tokenOf(client, 2));
  const accounts = { 'agent-0001': token(1), [NEW]: token(2) };
  const keeper = await AKeeper.open(client, { ...scene, accounts });
  await client.patch({ balance: 12 }, 'agent-0002');
  await keeper.live(10 * MINUTE_MS, NEW);
  expect(await charges(client)).toHaveLength(0);
  await keeper.pass('agent-0001');
  await keeper.live(10 * MINUTE_MS, NEW);
  expect(await charges(client)).toMatchObject([{ account: 'agent-0002' }]);
});

test('two names that changed their accounts: the one that is not named is not charged', async () => {
  const { client, nameless, ...scene } = await aPausedAccount();
  nameless.add(tokenOf(client, 1));
  const accounts = { 'agent-0001': token(2), [NEW]: token(1) };
  const keeper = await AKeeper.open(client, { ...scene, accounts });
  await keeper.pass('agent-0001');
  await keeper.live(HOUR_MS, NEW);
  expect(await charges(client)).toHaveLength(0);
});

test('a pause of such a one is lifted without its being taken for new', async () => {
  const { client, nameless, ...scene } = await aPausedAccount();
  nameless.add(tokenOf(client, 1));
  const keeper = await AKeeper.open(client, { ...scene, accounts: { [NEW]: token(1) } });
  await keeper.live(10 * MINUTE_MS, NEW);
  await pause(keeper, NEW);
  const { lifted } = await resumeAccount(keeper.store, NEW, client.clock.now());
  expect(lifted).toEqual(['paused']);
  await keeper.live(HOUR_MS, NEW);
  expect(await charges(client)).toHaveLength(0);
});

test('one that was asked about, and is known since, is not asked about again', async () => {
  const { client, nameless, ...scene } = await aPausedAccount();
  nameless.add(tokenOf(client, 2));
  const keeper = await AKeeper.open(client, {
    ...scene,
    accounts: { 'agent-0001': token(1), [NEW]: token(2) },
  });
  await keeper.live(10 * MINUTE_MS, NEW);
  await keeper.pass('agent-0001');
  await keeper.live(10 * MINUTE_MS, NEW);
  await pause(keeper, NEW);
  const { lifted } = await resumeAccount(keeper.store, NEW, client.clock.now());
  expect(lifted).toEqual(['paused']);
});

test('a charge in doubt of an account that is never named is not made again under another name', async () => {
  const client = await startClient();
  const lost = { isOn: true };
  const transport = aShyWire(new Set([tokenOf(client, 1)]), async (send) => {
    const reply = await send();
    return lost.isOn ? { kind: 'lost', reason: 'socket' } : reply;
  });
  const keeper = await AKeeper.open(client, { transport, accounts: { 'agent-0001': token(1) } });
  await keeper.passes(3);
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: HOUR_MS, stale_balance: 1 });
  await lower(client);
  await keeper.passes(1);
  lost.isOn = false;
  keeper.respec({ accounts: { [NEW]: token(1) } });
  await keeper.live(HOUR_MS, NEW);
  expect(await charges(client)).toHaveLength(1);
});

test('a person who resumes it as a new one, and is mistaken, loses nothing once it is named', async () => {
  const { client, nameless, ...scene } = await aPausedAccount();
  nameless.add(tokenOf(client, 1));
  const keeper = await AKeeper.open(client, { ...scene, accounts: { [NEW]: token(1) } });
  await keeper.live(10 * MINUTE_MS, NEW);
  await resumeAccount(keeper.store, NEW, client.clock.now());
  await keeper.live(10 * MINUTE_MS, NEW);
  expect(await charges(client)).toHaveLength(1);
  keeper.close();
  nameless.clear();
  const next = await AKeeper.open(client, { ...scene, accounts: { [NEW]: token(1) } });
  await lower(client);
  await next.live(HOUR_MS, NEW);
  expect(await next.context.journal.holds(NEW)).toMatchObject([{ kind: 'pause' }]);
  expect(await charges(client)).toHaveLength(1);
});
