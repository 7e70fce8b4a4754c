import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aPageIsOut, PAYS_BY_CARD_OR_LINK } from './a-page-beside-a-card.ts';
import { charges } from './sandbox-record.ts';
import { statesOf } from './standing-of.ts';
import { answer, never, WatchedWire } from './watched-wire.ts';

/** A page is paid, and credited by the provider itself; before purser asks, somebody orders the same amount from a card. */
test.each([
  ['remembered', false],
  ['forgotten', true],
])(
  'an order that was killed behind its POST, beside a page that was paid before it, has its own row (its key is %s)',
  async (_, isForgotten) => {
    const client = await startClient();
    const scene = { isBad: false, isDeaf: false };
    const keys: string[] = [];
    const { promise: isPosted, resolve: posted } = Promise.withResolvers<void>();
    const transport = new WatchedWire(async (send, _n, { url, headers }) => {
      if (url.endsWith('/wallet/fund')) {
        keys.push(headers['idempotency-key'] ?? '');
        if (scene.isBad) {
          await send();
          posted();
          return await never(); // killed behind its POST
        }
        if (isForgotten) return await client.fund(50, `forgotten-${keys.length}`).then(() => answer(500, {}));
        return await send();
      }
      if (scene.isDeaf && url.endsWith('/confirm-checkout')) return answer(503, {});
      const said = await send();
      if (!url.endsWith('/confirm-checkout') || said.kind !== 'answered' || said.status !== 200) return said;
      const { data } = JSON.parse(said.bodyText) as { data: { balance: number } };
      return answer(200, { data: { balance: data.balance } });
    });
    const opening = { wallet: { pay_with: ['human'] }, transport };
    let keeper = await AKeeper.open(client, opening);
    await keeper.live(5 * MINUTE_MS);
    await lower(client);
    await keeper.live(3 * HOUR_MS);
    expect(await statesOf(keeper)).toEqual(['fund_link link_open']);
    for (let tries = 0; tries < 40; tries += 1) {
      const before = keeper.lines.length;
      await keeper.live(30_000);
      if (keeper.lines.slice(before).some(({ fields }) => fields['operation'] === 'confirmWalletCheckout'))
        break;
    }
    scene.isDeaf = true; // nor can purser hear of it
    await client.patch({ pay_link: true });
    const [page] = await keeper.store.journal.openIntents(keeper.account('agent-0001').name);
    const session = page?.state.kind === 'link_open' ? page.state.sessionId : '';
    // The provider hears of the payment by itself (its processor's webhook), as soon as it is made.
    expect(
      (await client.ask('/wallet/confirm-checkout', { body: { session_id: session }, key: 'webhook' }))
        .status,
    ).toBe(200);
    await keeper.live(2 * MINUTE_MS);
    expect(await statesOf(keeper)).toEqual(['fund_link link_open']);
    scene.isBad = true;
    keeper.place({ kind: 'fund', amountCents: cents(5_000), card: null, coupon: null });
    void keeper.pass().catch(() => undefined);
    await isPosted;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(keys).toHaveLength(1);
    scene.isBad = false;
    keeper.close(); // killed behind its POST
    scene.isDeaf = false;
    client.clock.advance(30_000);
    keeper = await AKeeper.open(client, { ...opening, folder: keeper.folder });
    await keeper.live(5 * MINUTE_MS);
    await keeper.rest(26 * HOUR_MS);
    const made = [...(await charges(client)), ...(await charges(client, 'checkout'))];
    expect(made.map(({ kind, amount_cents }) => `${kind} ${amount_cents}`)).toEqual([
      'fund 5000',
      'checkout 5000',
    ]);
    expect(keys).toHaveLength(1);
    expect((await keeper.intents()).map(({ kind, credit }) => `${kind} ${credit}`)).toEqual([
      'fund 1005',
      'fund_link 1004',
    ]);
    expect((await keeper.told()).filter((one) => one.includes('it was not charged'))).toEqual([]);
  },
);

/** The wallet's row of a page is named otherwise than that of a card (the sheet shows one row, of a card). */
test.each([true, false])(
  'a page whose row is none of the wallet does not take that of the card beside it (its key is forgotten: %s)',
  async (isForgotten) => {
    const client = await startClient();
    const scene = { isDying: false, sends: 0, isPaid: false };
    const { promise: isPosted, resolve: posted } = Promise.withResolvers<void>();
    const transport = new WatchedWire(
      async (send, _n, { url }) => {
        if (url.endsWith('/wallet/fund')) {
          scene.sends += 1;
          if (scene.isDying) {
            await send();
            posted();
            return await never();
          }
          if (isForgotten && scene.isPaid)
            return await client.fund(50, `forgotten-${scene.sends}`).then(() => answer(500, {}));
          return await send();
        }
        const said = await send();
        if (!url.endsWith('/confirm-checkout') || said.kind !== 'answered' || said.status !== 200)
          return said;
        const { data } = JSON.parse(said.bodyText) as { data: { balance: number } };
        return answer(200, { data: { balance: data.balance } });
      },
      async (send, { url }) => {
        const said = await send();
        if (said.kind !== 'answered' || !url.includes('/wallet/transactions')) return said;
        const body = JSON.parse(said.bodyText) as { data: { items: { id: number; usecase: string }[] } };
        for (const item of body.data.items) if (item.id === 1005) item.usecase = 'wallet_checkout';
        return { ...said, bodyText: JSON.stringify(body) };
      },
    );
    const opening = { wallet: PAYS_BY_CARD_OR_LINK, transport };
    let keeper = await AKeeper.open(client, opening);
    await aPageIsOut(keeper);
    scene.isDying = true;
    void (async () => {
      for (;;) {
        await keeper.pass();
        client.clock.advance(5_000);
      }
    })().catch(() => undefined);
    await isPosted;
    await new Promise((resolve) => setTimeout(resolve, 50));
    keeper.close(); // killed behind its POST
    scene.isDying = false;
    scene.isPaid = true;
    await client.patch({ pay_link: true });
    client.clock.advance(MINUTE_MS);
    keeper = await AKeeper.open(client, { ...opening, folder: keeper.folder });
    await keeper.live(4 * HOUR_MS);
    const made = [...(await charges(client)), ...(await charges(client, 'checkout'))];
    expect(made.map(({ kind, amount_cents }) => `${kind} ${amount_cents}`)).toEqual([
      'fund 5000',
      'checkout 5000',
    ]);
    expect((await keeper.told()).filter((one) => one.includes('it was not charged'))).toEqual([]);
  },
);
