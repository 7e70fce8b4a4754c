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
  const restart = () => AKeeper.open(client, { transport, folder: keeper.folder });
  return { client, keeper, say, restart };
}

test('a link that ended while purser was down is asked about again where the first answer is lost', async () => {
  const { client, keeper, say } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  Object.assign(say, { instead: LOST, times: 1 });
  await keeper.live(HOUR_MS);
  expect(await holdsOf(keeper)).toEqual([]);
  expect(await statesOf(keeper)).toEqual(['fund_link released']);
});

test('time in which purser was down is not counted as silence about a link that has ended', async () => {
  const { client, keeper, say, restart } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  Object.assign(say, { instead: LOST, times: 1 });
  await keeper.pass();
  keeper.close();
  client.clock.advance(3 * HOUR_MS);
  say.times = 1;
  const next = await restart();
  await next.live(30 * MINUTE_MS);
  expect(await holdsOf(next)).toEqual([]);
  expect(await statesOf(next)).toEqual(['fund_link released']);
});

test('silence about a link that has ended is counted over short runs too', async () => {
  const { client, keeper, say, restart } = await aLink();
  client.clock.advance(27 * HOUR_MS);
  Object.assign(say, { instead: LOST, times: Number.POSITIVE_INFINITY });
  let runs = 0;
  for (let last = keeper; (await holdsOf(last)).length === 0; runs += 1) {
    await last.pass();
    last.close();
    client.clock.advance(HOUR_MS);
    last = await restart();
    if (runs > 20) throw new Error('it is never told');
  }
  expect(runs).toBeGreaterThan(2);
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
