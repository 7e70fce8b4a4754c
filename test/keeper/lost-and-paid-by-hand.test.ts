import { expect, test } from 'vitest';
import { onOperator } from '../../src/charge/step.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { LateMoney } from './late-money.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** Every answer to a charge is lost for so long; its row and money come later still. A person may pay by hand meanwhile. */
async function scene(
  handDollars: number | null,
  { lostMs, lateMs }: { readonly lostMs: number; readonly lateMs: number },
) {
  const client = await startClient();
  const own = new LateMoney(client, { dollars: 90, lateMs });
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      if (!url.endsWith('/wallet/fund')) return await send();
      if (own.row !== null && own.sinceMs < lostMs) return { kind: 'lost', reason: 'socket' };
      const reply = await send();
      if (own.row !== null) return reply;
      await own.begin();
      return { kind: 'lost', reason: 'socket' };
    },
    async (send, { url }) => own.hide(await send(), url, { isHidden: ({ id }) => id === own.row }),
  );
  const wallet = { min_balance: 100, top_up: { amount: 90 }, foreign_credits: 'allow', cooldown: '10m' };
  const keeper = await AKeeper.open(client, { transport, wallet });
  await client.patch({ balance: 150 });
  await keeper.pass();
  await lower(client);
  await keeper.live(2 * MINUTE_MS);
  if (handDollars !== null) {
    await client.fund(handDollars, 'a-person');
    await keeper.live(2 * MINUTE_MS);
    await client.patch({ balance: 102 }); // $12 and purser's own $90, which are not shown yet
  }
  const made = async () => (await charges(client)).filter(({ key }) => key !== 'a-person');
  return { client, keeper, made };
}

test.each([
  ['control: nobody else paid', null],
  ['control: another amount', 80],
  ['the same amount', 90],
])('a charge with lost answers is made once where a person paid by hand: %s', async (_, dollars) => {
  const { keeper, made } = await scene(dollars, { lostMs: 5 * MINUTE_MS, lateMs: 25 * MINUTE_MS });
  await keeper.live(HOUR_MS);
  expect(await made()).toHaveLength(1);
});

test.each([
  ['control: nobody else paid', null],
  ['somebody else paid', 80],
])('a charge that a person called made is not made again: %s', async (_, dollars) => {
  const { client, keeper, made } = await scene(dollars, { lostMs: 5 * MINUTE_MS, lateMs: 28 * MINUTE_MS });
  const { journal } = keeper.store;
  const [before] = await journal.allOpenIntents();
  if (before?.state.kind !== 'in_doubt') throw new Error('nothing is in doubt');
  const now = client.clock.now();
  const { intent: after } = onOperator(before, 'charged', now);
  await journal.record({ before, after, now, why: 'operator', freeze: null, incidents: [] });
  await keeper.live(HOUR_MS);
  expect(await made()).toHaveLength(1);
});

test.each([
  ['control: another amount', 80],
  ['the same amount', 90],
])(
  'a charge that a person called made is not taken for shown by what was paid after that: %s',
  async (_, dollars) => {
    const { client, keeper, made } = await scene(null, { lostMs: 5 * MINUTE_MS, lateMs: 28 * MINUTE_MS });
    const { journal } = keeper.store;
    const [before] = await journal.allOpenIntents();
    if (before?.state.kind !== 'in_doubt') throw new Error('nothing is in doubt');
    const now = client.clock.now();
    const { intent: after } = onOperator(before, 'charged', now);
    await journal.record({ before, after, now, why: 'operator', freeze: null, incidents: [] });
    client.clock.advance(2 * MINUTE_MS);
    await client.fund(dollars, 'a-person');
    await keeper.live(MINUTE_MS);
    await lower(client, 102); // $12 and purser's own $90, which are not shown yet
    await keeper.live(HOUR_MS);
    expect(await made()).toHaveLength(1);
  },
);
