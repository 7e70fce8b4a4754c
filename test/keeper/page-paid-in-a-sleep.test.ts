import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper } from './a-keeper.ts';
import { SleepingHost } from './a-sleeping-host.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';

/** A page is out (a person asked for it), the wallet is low, the card is fine; the host sleeps over the page's "not yet". */
test.each([true, false])(
  'a page that is paid while the host sleeps is asked before a card is charged (paid: %s)',
  async (isPaid) => {
    const host = await SleepingHost.start();
    const { client } = host;
    const folder = scratchFolder();
    const wish = { folder, accounts: { 'agent-0001': {} } };
    const before = await AKeeper.open(client, wish);
    await before.live(2 * MINUTE_MS);
    await before.ask([{ kind: 'fund_link', amountCents: cents(5_000) }]);
    expect(await statesOf(before)).toEqual(['fund_link link_open']);
    before.close();
    await host.run(wish, async (send, _n, { url }) => {
      const reply = await send();
      if (host.state === 'tired' && url.endsWith('/confirm-checkout')) {
        if (isPaid) await client.patch({ pay_link: true });
        await host.sleep(HOUR_MS, null);
      }
      return reply;
    });
    host.state = 'tired';
    await client.patch({ balance: 12 });
    await host.until('it slept', () => host.state === 'slept');
    await host.pass(15 * MINUTE_MS);
    const made = [...(await charges(client)), ...(await charges(client, 'checkout'))];
    expect(made.map(({ kind, amount_cents }) => `${kind} ${amount_cents}`)).toEqual([
      isPaid ? 'checkout 5000' : 'fund 5000',
    ]);
  },
);
