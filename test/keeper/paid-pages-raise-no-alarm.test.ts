import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aLateLedger, aPageIsOut, PAYS_BY_CARD_OR_LINK, paidIn } from './a-page-beside-a-card.ts';
import { faults } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const lines = async (keeper: AKeeper) =>
  (await keeper.messages()).map(
    ({ status, fact }) => `${status} ${fact.type} ${fact.severity}: ${fact.headline} | ${fact.detail}`,
  );

/** Fair weather: a person pays the page so long after it was made. The money is there when purser hears of it. */
test.each([
  ['5 minutes', 5 * MINUTE_MS, 0],
  ['12 minutes', 12 * MINUTE_MS, 0],
  ['3 hours', 3 * HOUR_MS, 0],
  ['12 minutes, its row 90 s late', 12 * MINUTE_MS, 90_000],
])('a page that is paid after %s raises no "wallet low"', async (_, afterMs, lateMs) => {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['human'] } });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(afterMs);
  if (lateMs > 0) await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: lateMs });
  await client.patch({ pay_link: true });
  await keeper.live(20 * MINUTE_MS);
  const told = await lines(keeper);
  expect(told.filter((one) => one.startsWith('firing wallet.low'))).toEqual([]);
});

/** The provider's pages of the wallet are from before a payment for a while. */
test.each([
  ['once', 'named', 20 * SECOND_MS],
  ['once', 'named', 90 * SECOND_MS],
  ['again', 'named', 90 * SECOND_MS],
  ['again', 'unnamed', 90 * SECOND_MS],
])(
  'a page of a wallet that was low %s raises no "wallet low" where its payment, %s, is shown %i ms late',
  async (what, payment, lateMs) => {
    const client = await startClient();
    let lateUntil = 0;
    const transport = new WatchedWire(
      async (send, _, { url }) => {
        const said = await send();
        if (!url.endsWith('/confirm-checkout') || said.kind !== 'answered' || said.status !== 200)
          return said;
        lateUntil = client.clock.now() + lateMs;
        return payment === 'named' ? said : answer(200, { data: { balance: 62 }, error: null });
      },
      aLateLedger(client, () => client.clock.now() < lateUntil),
    );
    const opening = { wallet: { pay_with: ['human'] }, transport };
    const keeper = await AKeeper.open(client, opening);
    if (what === 'again') {
      keeper.respec({ ...opening, mode: 'observe' });
      await lower(client);
      await keeper.live(5 * MINUTE_MS);
      await client.patch({ balance: 62 });
      await keeper.live(MINUTE_MS);
      keeper.respec(opening);
    }
    const before = (await lines(keeper)).length; // that it only watched
    await lower(client);
    await keeper.live(25 * MINUTE_MS);
    expect(await statesOf(keeper)).toEqual(['fund_link link_open']);
    await client.patch({ pay_link: true });
    await keeper.live(20 * MINUTE_MS);
    expect(await statesOf(keeper)).toEqual(['fund_link settled']);
    const told = (await lines(keeper)).slice(before);
    expect(told.filter((one) => one.startsWith('firing wallet.low'))).toEqual([]);
  },
);

test.each(['named', 'unnamed'])(
  'a card that pays beside a page raises no "wallet low", its payment %s',
  async (payment) => {
    const client = await startClient();
    const transport = new WatchedWire(async (send, _, { url }) => {
      const said = await send();
      const isPaid = url.endsWith('/wallet/fund') && said.kind === 'answered' && said.status < 300;
      return isPaid && payment === 'unnamed' ? answer(200, { data: { balance: 62 }, error: null }) : said;
    });
    const keeper = await AKeeper.open(client, { wallet: PAYS_BY_CARD_OR_LINK, transport });
    await aPageIsOut(keeper);
    await keeper.live(20 * MINUTE_MS);
    expect(await paidIn(client)).toEqual(['fund 5000']);
    expect((await lines(keeper)).filter((one) => one.startsWith('firing wallet.low'))).toEqual([]);
  },
);
