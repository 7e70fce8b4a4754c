import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const LINK: HandOrder = { kind: 'fund_link', amountCents: cents(5_000) };
const LOST = { kind: 'lost', reason: 'timeout' } as const;
const ERROR = answer(500, { data: null, error: { code: 'server_error', message: 'not paid' } });
const holdsOf = (keeper: AKeeper) => keeper.store.journal.holds(keeper.account('agent-0001').name);
const statesOf = async (keeper: AKeeper) =>
  (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);

/** A payment link that a person asked for; `say` answers in the provider's place whether it was paid. */
async function aLink() {
  const client = await startClient();
  const say: { instead: typeof LOST | typeof ERROR | null; times: number } = { instead: null, times: 0 };
  const transport = new WatchedWire(async (send, _ordinal, { url }) => {
    if (!url.endsWith('/confirm-checkout') || say.instead === null || say.times === 0) return await send();
    say.times -= 1;
    return say.instead;
  });
  const keeper = await AKeeper.open(client, { transport });
  await keeper.pass();
  expect(await keeper.ask([LINK])).toMatchObject([{ outcome: 'done' }]);
  return { client, keeper, say };
}

test('a link that ended while purser was down is asked about again where the first answer is lost', async () => {
  const { client, keeper, say } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  Object.assign(say, { instead: LOST, times: 1 });
  await keeper.live(HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await statesOf(keeper)).toEqual(['fund_link released']);
});

test('a link that ends while purser only watches freezes nothing', async () => {
  const { client, keeper } = await aLink();
  keeper.respec({ mode: 'observe' });
  client.clock.advance(23 * HOUR_MS);
  await keeper.live(4 * HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await statesOf(keeper)).toEqual(['fund_link link_open']);
  keeper.respec({});
  await keeper.live(MINUTE_MS);
  expect(await statesOf(keeper)).toEqual(['fund_link released']);
});

test.each([
  ['nothing at all', LOST],
  ['nothing but errors', ERROR],
])(
  'where %s is said of a link that has ended, the account is frozen after two hours',
  async (_what, instead) => {
    const { client, keeper, say } = await aLink();
    client.clock.advance(27 * HOUR_MS);
    Object.assign(say, { instead, times: Number.POSITIVE_INFINITY });
    await keeper.live(1.5 * HOUR_MS);
    expect(await holdsOf(keeper)).toEqual([]);
    await keeper.live(HOUR_MS);
    expect(await holdsOf(keeper)).toMatchObject([{ kind: 'freeze' }]);
  },
);
