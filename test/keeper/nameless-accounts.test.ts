import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges, faults, posts } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** A provider that names nobody while `isNameless`, and before or behind which what is no GET is `lost`. */
class Namer {
  isNameless = true;
  lost: 'before' | 'behind' | null = null;
  readonly wire = new WatchedWire(
    async (send) => {
      const reply = this.lost === 'before' ? null : await send();
      return this.lost === null && reply !== null ? reply : { kind: 'lost', reason: 'socket' };
    },
    async (send, { url }) =>
      this.isNameless && url.endsWith('/me') ? answer(200, { data: {} }) : await send(),
  );
}

async function aNamelessKeeper(opening: Opening = {}) {
  const client = await startClient();
  const namer = new Namer();
  const keeper = await AKeeper.open(client, { ...opening, transport: namer.wire });
  await lower(client);
  return { client, namer, keeper };
}

async function restarted(client: SandboxClient, namer: Namer, keeper: AKeeper): Promise<AKeeper> {
  keeper.close();
  return await AKeeper.open(client, { folder: keeper.folder, transport: namer.wire });
}

const identityOf = async (keeper: AKeeper) =>
  (await keeper.context.journal.memory(keeper.account('agent-0001').name)).identity;

test('an account that was nameless twice goes by its alias, and by its e-mail once it has one', async () => {
  const { client, namer, keeper } = await aNamelessKeeper();
  await keeper.live(5 * MINUTE_MS);
  expect(await identityOf(keeper)).toBe('agent-0001');
  expect(await charges(client)).toHaveLength(1);
  namer.isNameless = false;
  const next = await restarted(client, namer, keeper);
  await lower(client);
  await next.live(20 * MINUTE_MS);
  expect(await identityOf(next)).toBe('agent-0001@sandbox.purser.test');
  expect(await next.context.journal.holds(next.account('agent-0001').name)).toEqual([]);
  expect(await charges(client)).toHaveLength(2);
});

test('a need that has a key under the alias gets no second one under the e-mail', async () => {
  const { client, namer, keeper } = await aNamelessKeeper();
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: HOUR_MS });
  await keeper.live(5 * MINUTE_MS);
  expect(await keeper.intents()).toMatchObject([{ state: 'settled', detail: 'by payment_status' }]);
  namer.isNameless = false;
  const next = await restarted(client, namer, keeper);
  await lower(client, 5);
  await next.live(30 * MINUTE_MS);
  expect(await identityOf(next)).toBe('agent-0001@sandbox.purser.test');
  expect(await charges(client)).toHaveLength(1);
});

test.each([
  ['was made', 'behind', [{ attempt: 0, state: 'settled' }]],
  [
    'was not made',
    'before',
    [
      { attempt: 1, state: 'settled' },
      { attempt: 0, state: 'released' },
    ],
  ],
] as const)(
  'a charge that %s, in doubt under the alias, is ended by evidence and sent no more',
  async (_, lost, ends) => {
    const { client, namer, keeper } = await aNamelessKeeper();
    namer.lost = lost;
    await keeper.passes(2);
    expect(await keeper.intents()).toMatchObject([{ state: 'in_doubt' }]);
    const sent = (await posts(client)).length;
    namer.isNameless = false;
    namer.lost = null;
    const next = await restarted(client, namer, keeper);
    await next.live(HOUR_MS);
    expect((await posts(client)).length).toBe(sent);
    await next.rest(2 * DAY_MS);
    expect(await next.intents()).toMatchObject(ends);
    expect(await charges(client)).toHaveLength(1);
    expect(await identityOf(next)).toBe('agent-0001@sandbox.purser.test');
  },
);
