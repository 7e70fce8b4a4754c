import { expect } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { calmAccounts, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { stoppingLedger } from './a-stopping-ledger.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const ADDRESS = /agent-000\d@sandbox\.purser\.test/g;

/** The provider calls accounts by `mails` in place of their addresses; the ledger of the account with `token` can be stopped. */
export function changingAddresses(token: string) {
  const { ledger, transport: inner } = stoppingLedger();
  const mails: Record<string, string> = {};
  const transport = new WatchedWire(
    (_send, _n, request) => inner.request(request),
    async (send, request) => {
      const isStopping = JSON.stringify(request.headers).includes(token);
      const reply = await (isStopping ? inner.request(request) : send());
      if (!request.url.endsWith('/me') || reply.kind !== 'answered') return reply;
      return { ...reply, bodyText: reply.bodyText.replace(ADDRESS, (one) => mails[one] ?? one) };
    },
  );
  return { ledger, mails, transport };
}

/** Accounts of a config: by its name the number of each in the sandbox. */
export type Numbered = Readonly<Record<string, number>>;

function tokensOf(names: Numbered) {
  return Object.fromEntries(
    Object.entries(names).map(([name, n]) => [name, { token: { env: `TOKEN_AGENT_000${n}` } }]),
  );
}

/** Accounts that get other addresses, and other names in the config, between one start and the next. */
export async function aMovingFleet(begin: Numbered) {
  const client = await startClient({ accounts: calmAccounts(3) });
  const { ledger, mails, transport } = changingAddresses(client.sandbox.accounts[0]?.token ?? '-');
  const opening = { transport, wallet: { cooldown: '1m' } };
  const its: { keeper: AKeeper } = {
    keeper: await AKeeper.open(client, { ...opening, accounts: tokensOf(begin) }),
  };
  const restart = async (names: Numbered) => {
    its.keeper.close();
    const { folder } = its.keeper;
    its.keeper = await AKeeper.open(client, { ...opening, accounts: tokensOf(names), folder });
  };
  const holds = async (name: string) =>
    (await its.keeper.store.journal.holds(its.keeper.account(name).name)).map(({ kind }) => kind);
  const resume = (name: string) =>
    resumeAccount(its.keeper.store, its.keeper.account(name).name, client.clock.now());
  /** A person is asked about its new address, and says that it is the same account. */
  const accept = async (name: string) => {
    await its.keeper.live(2 * MINUTE_MS, name);
    expect(await holds(name)).toEqual(['freeze']);
    await resume(name);
    await its.keeper.live(2 * MINUTE_MS, name);
    expect(await holds(name)).toEqual([]);
  };
  const pause = async (name: string) => {
    const hold = {
      account: its.keeper.account(name).name,
      kind: 'pause',
      reason: 'a person',
      intent: null,
    } as const;
    await its.keeper.store.journal.setHold({ ...hold, since: client.clock.now() }, []);
  };
  /** How often the first account was charged. */
  const charged = async () =>
    (await charges(client)).filter(({ account }) => account === 'agent-0001').length;
  /** It is charged twice; its ledger shows the first one alone. `live` is a few minutes of whoever sees it. */
  const chargeUnseen = async (live: () => Promise<unknown>) => {
    await live();
    for (const isShown of [true, false]) {
      client.clock.advance(30 * MINUTE_MS);
      await client.patch({ balance: 12 });
      ledger.isToStop = !isShown;
      ledger.shown.clear();
      await live();
    }
    expect(await charged()).toBe(2);
  };
  return { client, ledger, mails, its, restart, holds, resume, accept, pause, charged, chargeUnseen };
}
