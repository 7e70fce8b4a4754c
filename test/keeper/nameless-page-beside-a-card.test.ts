import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, LOST, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

type Send = () => Promise<TransportReply>;
const refused: (send: Send) => Promise<TransportReply> = async () =>
  answer(429, { message: 'Too many requests' }, { 'retry-after': '5' });
const neverArrived: (send: Send) => Promise<TransportReply> = async () => LOST;
const answerLost: (send: Send) => Promise<TransportReply> = async (send) => {
  await send();
  return LOST;
};

/**
 * A page is out and the card beside it was sent to without a clear answer, when a person pays; confirm tells a balance and
 * names no payment (API sheet #17).
 */
test.each<[string, typeof refused, boolean, readonly string[], readonly string[]]>([
  ['was refused', refused, false, ['checkout 5000'], ['fund released', 'fund_link settled', 'fund released']],
  ['was refused before a restart', refused, true, ['checkout 5000'], ['fund released', 'fund_link settled', 'fund released']],
  ['never heard of it', neverArrived, false, ['checkout 5000'], ['fund released', 'fund_link settled', 'fund released']],
  ['was charged, and its answer lost', answerLost, false, ['fund 5000', 'checkout 5000'], ['fund settled', 'fund_link settled', 'fund released']],
])('a page that was paid has its row, whatever becomes of a card that %s', async (_what, outcome, isRestarted, paid, states) => {
  const client = await startClient();
  const wire = { isBad: false };
  const transport = new WatchedWire(async (send, _, { url }) => {
    if (wire.isBad && url.endsWith('/wallet/fund')) return await outcome(send);
    const said = await send();
    if (!url.endsWith('/confirm-checkout') || said.kind !== 'answered' || said.status !== 200) return said;
    const { data } = JSON.parse(said.bodyText) as { data: { balance: number } };
    return answer(200, { data: { balance: data.balance } });
  });
  const opening = { wallet: PAYS_BY_CARD_OR_LINK, transport };
  let keeper = await AKeeper.open(client, opening);
  await aPageIsOut(keeper);
  wire.isBad = true;
  const sent = async () => (await keeper.intents()).filter(({ kind }) => kind === 'fund').length;
  for (let tries = 0; tries < 20 && (await sent()) < 2; tries += 1) await keeper.live(30_000);
  expect(await sent()).toBe(2);
  if (isRestarted) {
    keeper.close();
    keeper = await AKeeper.open(client, { ...opening, folder: keeper.folder });
  }
  await keeper.live(17 * MINUTE_MS); // a row stamped within minutes of a POST may be the card's
  await client.patch({ pay_link: true });
  await keeper.live(30 * MINUTE_MS);
  wire.isBad = false;
  await keeper.live(5 * HOUR_MS);
  const made = [...(await charges(client)), ...(await charges(client, 'checkout'))];
  expect(made.map(({ kind, amount_cents }) => `${kind} ${amount_cents}`)).toEqual(paid);
  expect(await statesOf(keeper)).toEqual(states);
  expect(await holdsOf(keeper)).toEqual([]);
  expect((await keeper.told()).filter((one) => one.includes('did not make'))).toEqual([]);
}); // biome-ignore format: a table
