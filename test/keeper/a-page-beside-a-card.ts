import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import type { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';

const VISA = 'pm_agent_0001_visa';
export const PAYS_BY_CARD_OR_LINK = { pay_with: ['default', 'human'] };
export const LOST = { kind: 'lost', reason: 'ECONNRESET' } as const satisfies TransportReply;

/** The card of a low wallet was declined, so a page is out; in two minutes the card may be charged again, and can pay. */
export async function aPageIsOut(keeper: AKeeper): Promise<void> {
  const { client } = keeper;
  await keeper.pass();
  await client.patch({ cards: [{ id: VISA, behaviour: 'insufficient_funds' }] });
  await lower(client);
  await keeper.live(5 * HOUR_MS + 58 * MINUTE_MS);
  await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
}
