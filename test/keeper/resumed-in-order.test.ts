import { expect, test } from 'vitest';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { stoppingLedger } from './a-stopping-ledger.ts';
import { resolve } from './an-operator.ts';
import { OffClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';

/** When it is put right when an account was resumed. */
function failOnce(journal: AKeeper['store']['journal']): void {
  const remember = journal.remember.bind(journal);
  journal.remember = async (account, change) => {
    if (change.letGoAt != null) {
      journal.remember = remember;
      throw new Error('the disk is full');
    }
    await remember(account, change);
  };
}

async function freeze(keeper: AKeeper, client: SandboxClient) {
  const { name } = keeper.account('agent-0001');
  const hold = { account: name, kind: 'freeze', reason: 'for a test', intent: null } as const;
  await keeper.store.journal.setHold({ ...hold, since: client.clock.now() }, []);
}

/** Charged at the provider, answered, and open: its status cannot be read, no row shows. Frozen for another reason. */
async function scene() {
  const client = await startClient();
  const { ledger, transport } = stoppingLedger();
  const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '1m' } });
  await keeper.pass();
  client.clock.advance(MINUTE_MS);
  await client.patch({ balance: 12 });
  ledger.isToStop = true;
  ledger.shown.clear();
  ledger.isStatusDown = true;
  await keeper.pass();
  expect(await charges(client)).toHaveLength(1);
  expect((await keeper.intents())[0]?.state).toBe('charged');
  await freeze(keeper, client);
  await keeper.live(5 * MINUTE_MS);
  const { name } = keeper.account('agent-0001');
  return { client, ledger, keeper, name, transport };
}

/** It is settled by the next pass at the latest, and nothing is charged behind it. */
async function settlesOnce(client: SandboxClient, keeper: AKeeper): Promise<void> {
  await keeper.pass();
  expect((await keeper.intents())[0]?.state).toBe('settled');
  client.clock.advance(10 * SECOND_MS);
  await keeper.live(10 * HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
}

const AHEAD = [
  ['a right clock', 0],
  ['5 s', 5 * SECOND_MS],
  ['4 min', 4 * MINUTE_MS],
  ['2 days', 2 * DAY_MS],
] as const;

test.each(AHEAD)(
  'what settles behind a resume by a clock that is %s ahead is not let go: a pass was asking for its payment',
  async (_w, aheadMs) => {
    const { client, ledger, keeper, name } = await scene();
    ledger.isStatusDown = false;
    ledger.onStatus = async () => {
      ledger.onStatus = async () => undefined;
      await resumeAccount(keeper.store, name, addMs(client.clock.now(), aheadMs));
      client.clock.advance(300); // the answer comes a moment later
    };
    await settlesOnce(client, keeper);
  },
);

test.each(AHEAD)(
  'nor where the disk fails once in the pass that settles it (%s ahead)',
  async (_w, aheadMs) => {
    const { client, ledger, keeper, name } = await scene();
    await resumeAccount(keeper.store, name, addMs(client.clock.now(), aheadMs));
    ledger.isStatusDown = false;
    failOnce(keeper.store.journal);
    client.clock.advance(SECOND_MS);
    await settlesOnce(client, keeper);
  },
);

test.each(AHEAD)(
  'nor where the first answers behind a restart are dated wrong (%s ahead)',
  async (_w, aheadMs) => {
    const { client, ledger, keeper: first, name, transport } = await scene();
    await resumeAccount(first.store, name, addMs(client.clock.now(), aheadMs));
    ledger.isStatusDown = false;
    client.clock.advance(SECOND_MS);
    first.close();
    const keeper = await AKeeper.open(client, {
      folder: first.folder,
      transport,
      wallet: { cooldown: '1m' },
    });
    ledger.wrongDates = 2; // the ledger and the list of cards; whose account it is, is dated rightly
    await settlesOnce(client, keeper);
  },
);

test.each(AHEAD)(
  'nor where a person resolves it as charged before the next pass (%s ahead)',
  async (_w, aheadMs) => {
    const { client, keeper, name } = await scene();
    await resumeAccount(keeper.store, name, addMs(client.clock.now(), aheadMs));
    client.clock.advance(2 * SECOND_MS);
    await resolve(keeper, 'charged');
    await settlesOnce(client, keeper);
  },
);

test.each([[0], [3 * SECOND_MS], [4 * MINUTE_MS], [2 * DAY_MS]])(
  'nor where the host clock, %i ms ahead at the resume, is put right while the charge behind it is under way',
  async (aheadMs) => {
    const client = await startClient();
    const { ledger, transport } = stoppingLedger();
    ledger.isUndated = aheadMs > 5 * MINUTE_MS;
    const clock = new OffClock(client.clock);
    const keeper = await AKeeper.open(client, { transport, clock, wallet: { cooldown: '1m' } });
    await keeper.pass();
    await freeze(keeper, client);
    client.clock.advance(MINUTE_MS);
    await keeper.pass();
    await client.patch({ balance: 12 });
    ledger.isToStop = true;
    ledger.shown.clear();
    clock.offMs = aheadMs;
    const { name } = keeper.account('agent-0001');
    await resumeAccount(keeper.store, name, clock.now());
    client.clock.advance(200);
    ledger.onFund = async () => {
      client.clock.advance(200);
      clock.offMs = 0;
    };
    await keeper.pass();
    expect(await charges(client)).toHaveLength(1);
    ledger.onFund = async () => undefined;
    client.clock.advance(10 * SECOND_MS);
    await keeper.live(10 * HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
  },
);

test('a freeze that came since a person looked is not lifted with the one that they saw', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  await keeper.pass();
  await freeze(keeper, client);
  const { name } = keeper.account('agent-0001');
  const { journal } = keeper.store;
  const since = client.clock.now();
  client.clock.advance(MINUTE_MS);
  const letGo = journal.letGo.bind(journal);
  journal.letGo = async (...given) => {
    journal.letGo = letGo;
    // Meanwhile another person resumes it, and a pass freezes it for another reason.
    await resumeAccount(keeper.store, name, client.clock.now());
    const hold = { account: name, kind: 'freeze', reason: 'the second', intent: null } as const;
    await journal.setHold({ ...hold, since: client.clock.now() }, []);
    return await letGo(...given);
  };
  const resume = resumeAccount(keeper.store, name, client.clock.now(), { kind: 'freeze', since });
  await expect(resume).rejects.toMatchObject({ message: 'agent-0001 is frozen now' });
  expect((await journal.holds(name)).map(({ reason }) => reason)).toEqual(['the second']);
});

test.each([0, 5 * SECOND_MS, 2 * DAY_MS])(
  'what a person let go of freezes nothing anew behind a disk that fails once (%i ms ahead)',
  async (aheadMs) => {
    const client = await startClient();
    const { ledger, transport } = stoppingLedger();
    const keeper = await AKeeper.open(client, { transport, wallet: { cooldown: '1m' } });
    await keeper.pass();
    await client.patch({ balance: 12 });
    ledger.isToStop = true;
    ledger.shown.clear();
    await keeper.pass();
    await keeper.live(5 * HOUR_MS);
    const { name } = keeper.account('agent-0001');
    const frozen = async () => (await keeper.store.journal.holds(name)).map(({ kind }) => kind);
    expect(await frozen()).toEqual(['freeze']);
    await resumeAccount(keeper.store, name, addMs(client.clock.now(), aheadMs));
    failOnce(keeper.store.journal);
    await keeper.live(2 * MINUTE_MS);
    expect(await frozen()).toEqual([]);
    await keeper.live(10 * MINUTE_MS);
    expect(await charges(client)).toHaveLength(2);
  },
);
