import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const VISA = 'pm_agent_0001_visa';
const MASTERCARD = 'pm_agent_0001_mastercard';

async function aKeeper(opening: Opening = {}) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, { poll: '6h', ...opening });
  return { client, keeper };
}

test('a card that ends is told 30, 7 and 1 days ahead, each once, whatever restarts', async () => {
  const { client, keeper } = await aKeeper();
  // The sandbox's clock stands at 2026-11-23: the card is good to the end of December.
  await client.patch({ cards: [{ id: VISA, exp_month: 12, exp_year: 2026 }] });
  await keeper.rest(20 * DAY_MS);
  keeper.close();
  const next = await AKeeper.open(client, { poll: '6h', folder: keeper.folder });
  await next.rest(25 * DAY_MS);
  expect(await next.told()).toEqual([
    expect.stringMatching(/^notice purser.degraded: agent-0001: the card ending 4242 expires in 2[89]d|30d/),
    expect.stringMatching(/^notice purser.degraded: agent-0001: the card ending 4242 expires in [67]d/),
    expect.stringMatching(
      /^notice purser.degraded: agent-0001: the card ending 4242 (expires in (1d|.*h)|has expired)/,
    ),
  ]);
});

test('a card that no ladder reaches is not watched; one behind others is', async () => {
  const ends = { cards: [{ id: MASTERCARD, exp_month: 12, exp_year: 2026 }] };
  const apart = await aKeeper();
  await apart.client.patch(ends);
  await apart.keeper.rest(10 * DAY_MS);
  expect(await apart.keeper.told()).toEqual([]);
  const behind = await aKeeper({ wallet: { pay_with: ['default', 'others'] } });
  await behind.client.patch(ends);
  await behind.keeper.rest(10 * DAY_MS);
  expect(await behind.keeper.told()).toHaveLength(1);
});

test('another default card is told once, and so is none', async () => {
  const { client, keeper } = await aKeeper();
  await keeper.live(HOUR_MS);
  await client.patch({
    cards: [
      { id: VISA, default: false },
      { id: MASTERCARD, default: true },
    ],
  });
  await keeper.rest(DAY_MS);
  expect(await keeper.told()).toEqual([
    'notice purser.degraded: agent-0001: the default card was visa …4242 and is mastercard …4444',
  ]);
  await client.patch({ cards: [] });
  await keeper.rest(DAY_MS);
  expect((await keeper.told()).at(-1)).toBe(
    'notice purser.degraded: agent-0001: the default card was mastercard …4444 and is no card',
  );
});

/** The provider's list of cards with another year of expiry. */
function yearsAs(year: (digits: string) => string): WatchedWire {
  return new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (!url.endsWith('/billing/payment-methods') || reply.kind !== 'answered') return reply;
      const bodyText = reply.bodyText.replace(
        /"exp_year": ?(\d+)/g,
        (_all, digits: string) => `"exp_year":${year(digits)}`,
      );
      return { ...reply, bodyText };
    },
  );
}

test.each(['20301231', '300000', '0'])('a card whose year is %s is charged as any other', async (year) => {
  const { client, keeper } = await aKeeper({ transport: yearsAs(() => year) });
  await keeper.passes(1);
  await lower(client);
  await keeper.passes(3);
  expect(keeper.failures).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test('a card whose year has two digits is of this century: told before it ends, and not before', async () => {
  const { client, keeper } = await aKeeper({ transport: yearsAs((digits) => digits.slice(-2)) });
  await keeper.rest(DAY_MS);
  expect(await keeper.told()).toEqual([]);
  await client.patch({ cards: [{ id: VISA, exp_month: 12, exp_year: 2026 }] });
  await keeper.rest(10 * DAY_MS);
  expect(await keeper.told()).toEqual([expect.stringContaining('the card ending 4242 expires in')]);
});

test.each(Array.from({ length: 12 }, (_, turns) => turns))(
  'another default card is told, also where the process dies %i turns after it was read',
  async (turns) => {
    const client = await startClient();
    let dies: (() => Promise<void>) | null = null;
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) => {
        const reply = await send();
        if (url.endsWith('/billing/payment-methods')) void dies?.();
        return reply;
      },
    );
    const keeper = await AKeeper.open(client, { poll: '6h', transport });
    await keeper.live(HOUR_MS);
    await client.ask(`/billing/payment-methods/${MASTERCARD}/default`, { method: 'PUT' });
    client.clock.advance(2 * HOUR_MS);
    const died = Promise.withResolvers<void>();
    dies = async () => {
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      keeper.close();
      died.resolve();
    };
    await Promise.all([keeper.passes(1), died.promise]);
    const next = await AKeeper.open(client, { poll: '6h', folder: keeper.folder });
    await next.rest(DAY_MS);
    expect(await next.told()).toEqual([
      'notice purser.degraded: agent-0001: the default card was visa …4242 and is mastercard …4444',
    ]);
  },
);
