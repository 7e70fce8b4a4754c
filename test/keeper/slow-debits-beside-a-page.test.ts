import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const ROWS = 20_000; // a debit each four seconds of the last day

/**
 * A busy account on a provider that takes a few seconds for a page of 200 debits. A page of $10 by hand is out, confirm says
 * at once that nobody has paid it; the policy's card is free.
 */
test.each([2, 5])('debits whose pages take %d s keep no card away beside a page', async (seconds) => {
  const client = await startClient();
  const wire = { isBusy: false, reads: 0 };
  const transport = new WatchedWire(
    async (send) => await send(),
    async (send, { url }) => {
      const query = new URL(url).searchParams;
      if (!wire.isBusy || query.get('type') !== 'debit') return await send();
      wire.reads += 1;
      client.clock.advance(seconds * 1_000);
      const [limit, offset] = [Number(query.get('limit') ?? 50), Number(query.get('offset') ?? 0)];
      const now = client.clock.now();
      const items = Array.from({ length: Math.max(0, Math.min(limit, ROWS - offset)) }, (_, index) => ({
        id: 90_000_000 - offset - index,
        source: 'usage',
        transaction_id: null,
        type: 'debit',
        amount: 0.001,
        status: 'success',
        usecase: 'generation',
        created_at: new Date(now - (offset + index) * 4_000).toISOString(),
      }));
      return answer(
        200,
        { data: { items, count: items.length, total: ROWS }, error: null },
        { date: new Date(now).toUTCString() },
      );
    },
  );
  const keeper = await AKeeper.open(client, { wallet: { pay_with: ['default'] }, transport });
  await keeper.live(5 * MINUTE_MS);
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1); // what may be taken back: from now on debits are read before a charge
  wire.isBusy = true;
  const page = keeper.place({ kind: 'fund_link', amountCents: cents(1_000) });
  await keeper.live(MINUTE_MS);
  page.withdraw();
  await lower(client, 1);
  await keeper.live(3 * HOUR_MS);
  expect(wire.reads).toBeGreaterThan(20);
  expect(await charges(client)).toHaveLength(2);
});
