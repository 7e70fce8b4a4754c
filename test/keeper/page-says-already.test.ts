import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { aPageByHand } from './a-page-beside-a-card.ts';
import { holdsOf, statesOf } from './standing-of.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const refusal = (code: string) => ({ data: null, error: { code, message: 'x' } });

/** unpaid-pages-end, where one code names several causes, or is what Laravel answers bare. Nobody ever pays. */
test.each<[number, unknown, 'first' | 'end' | 'busy']>([
  [404, refusal('session_not_found_or_already_used'), 'first'],
  [400, refusal('invalid_or_already_used_session'), 'end'],
  [404, refusal('session_not_found_or_already_used'), 'end'],
  [409, refusal('key_already_used'), 'busy'],
])(
  'a page that nobody pays, %i %j (%s): ends, freezes nothing',
  async (status, body, when) => {
    const client = await startClient();
    let madeAt = Number.POSITIVE_INFINITY;
    let count = 0;
    const transport = new WatchedWire(async (send, _, { url }) => {
      if (url.endsWith('/payment-link')) madeAt = client.clock.now();
      if (!url.endsWith('/confirm-checkout')) return await send();
      count += 1;
      const ms = client.clock.now() - madeAt;
      const isOdd =
        when === 'first' || (when === 'end' && ms >= 24 * HOUR_MS) || (when === 'busy' && count === 9);
      return isOdd ? answer(status, body) : await send();
    });
    const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
    await aPageByHand(keeper);
    await keeper.rest(26 * HOUR_MS);
    expect([await statesOf(keeper), await holdsOf(keeper)]).toEqual([['fund_link released'], []]);
  },
  60_000,
);
