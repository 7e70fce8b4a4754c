import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageIsOut, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const VISA = 'pm_agent_0001_visa';
/** A page is paid by bank debit; the database is lost: the new one gets the same page from the provider's memory. */
test.each<[Record<string, unknown>, number]>([
  [{ status: 'complete', payment_status: 'unpaid' }, 30],
  [{ status: 'pending' }, 12], // the page ends after 24 hours
])(
  'a new database beside a page that is paid by bank debit (%j), for %i hours',
  async (data, hours) => {
    const client = await startClient();
    const scene = { isOn: false };
    const transport = new WatchedWire(async (send, _, { url }) =>
      scene.isOn && url.endsWith('/confirm-checkout') ? answer(200, { data, error: null }) : await send(),
    );
    const opening = { wallet: PAYS_BY_CARD_OR_LINK, transport };
    const first = await AKeeper.open(client, opening);
    await aPageIsOut(first);
    await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
    scene.isOn = true;
    await first.live(5 * MINUTE_MS);
    first.close();
    const keeper = await AKeeper.open(client, opening);
    await keeper.live(3 * HOUR_MS);
    await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
    await keeper.live(hours * HOUR_MS);
    expect(await charges(client)).toEqual([]);
  },
  60_000,
);
