import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { OffClock } from './off-clock.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

type Wallet = Record<'balance' | 'total_credited', number>;
type Rows = readonly { readonly status: string }[];

/** A keeper on a clock that can be set wrong, and a provider whose wallet and list of subscriptions a test spoils. */
async function scene(opening: Opening = {}) {
  const client = await startClient();
  const clock = new OffClock(client.clock);
  const spoilt = { wallet: (wallet: Wallet): Wallet => wallet, list: (rows: Rows): Rows => rows };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      if (url.includes('/wallet/transactions')) body.data.wallet = spoilt.wallet(body.data.wallet);
      else if (url.endsWith('/subscriptions')) body.data = spoilt.list(body.data);
      else return reply;
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  const open = () => AKeeper.open(client, { clock, transport, ...opening });
  return { client, clock, spoilt, open };
}
const isHeld = async (keeper: AKeeper) =>
  (await keeper.store.journal.holds(keeper.account('agent-0001').name)).length;
const torn = (wallet: Wallet): Wallet => ({ ...wallet, total_credited: wallet.total_credited + 7 });

test('looks that were torn by a clock that was behind freeze nothing when it is right again', async () => {
  const { client, clock, spoilt, open } = await scene();
  const keeper = await open();
  await keeper.live(5 * MINUTE_MS);
  clock.offMs = -2 * DAY_MS;
  spoilt.wallet = torn;
  await lower(client);
  await keeper.live(5 * MINUTE_MS);
  clock.offMs = 0;
  await keeper.live(5 * MINUTE_MS);
  spoilt.wallet = (wallet) => wallet;
  await keeper.live(HOUR_MS);
  expect(await isHeld(keeper)).toBe(0);
  expect(await charges(client)).toHaveLength(1);
});

test('looks that are torn since a clock was ahead end in a freeze all the same', async () => {
  const { client, clock, spoilt, open } = await scene();
  const keeper = await open();
  await keeper.live(5 * MINUTE_MS);
  clock.offMs = 40 * DAY_MS;
  spoilt.wallet = torn;
  await lower(client);
  await keeper.live(5 * MINUTE_MS);
  clock.offMs = 0;
  await keeper.live(3 * HOUR_MS);
  expect(await isHeld(keeper)).toBe(1);
});

test('a wallet from before money came has not rested by a clock that was behind', async () => {
  const { client, clock, spoilt, open } = await scene();
  await lower(client);
  const { wallet } = (await client.ask('/wallet/transactions?type=credit')).body.data;
  await client.fund(50, 'a-person');
  const keeper = await open();
  await keeper.live(2 * HOUR_MS);
  clock.offMs = -2 * DAY_MS;
  spoilt.wallet = () => wallet;
  keeper.place({ kind: 'ensure', neededCents: cents(2_000), targetCents: cents(2_000) });
  await keeper.live(5 * MINUTE_MS);
  clock.offMs = 0;
  await keeper.live(5 * MINUTE_MS);
  expect(await charges(client)).toHaveLength(1);
});

/** What is paid of a kind where the list lacks the live subscription while the clock is two days behind, and a little longer. */
async function paidAfterHalfLists(kind: string, isSeenBefore: boolean): Promise<number> {
  const subscription = { plan: 'Standard', when_canceled: 'subscribe', when_past_due: 'fix_payment' };
  const { client, clock, spoilt, open } = await scene({ wallet: null, subscription });
  await client.patch({ subscription: null });
  if (kind === 'fix_payment') await client.patch({ subscription: { status: 'past_due', plan_id: 42 } });
  const body = { plan_id: 42, payment_method_id: 'pm_agent_0001_visa' };
  await client.ask('/subscriptions', { body, key: 'a-person' });
  const before = (await charges(client, kind)).length;
  const keeper = await open();
  if (isSeenBefore) await keeper.live(HOUR_MS);
  clock.offMs = -2 * DAY_MS;
  spoilt.list = (rows) => rows.filter(({ status }) => status !== 'active');
  await keeper.live(2 * MINUTE_MS);
  clock.offMs = 0;
  await keeper.live(2 * MINUTE_MS);
  spoilt.list = (rows) => rows;
  await keeper.live(HOUR_MS);
  return (await charges(client, kind)).length - before;
}

test('a list that lacks what was live pays for nothing sooner by a clock that was behind', async () => {
  expect(await paidAfterHalfLists('fix_payment', true)).toBe(0);
});

test('nor does one at first sight', async () => {
  expect(await paidAfterHalfLists('subscribe', false)).toBe(0);
});
