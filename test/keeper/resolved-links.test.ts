import { expect, test } from 'vitest';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { resolve } from './an-operator.ts';
import { WatchedWire } from './watched-wire.ts';

const LOST = { kind: 'lost', reason: 'timeout' } as const;

/** A link by hand of which the provider has said nothing until its account was frozen over it, two hours after its end. */
async function aSilentPage({ isPaid }: { readonly isPaid: boolean }) {
  const client = await startClient();
  const wire = { isSilent: true };
  const transport = new WatchedWire(async (send, _ordinal, { url }) =>
    wire.isSilent && url.endsWith('/confirm-checkout') ? LOST : await send(),
  );
  const keeper = await AKeeper.open(client, { transport, caps: { day: 500 } });
  await keeper.pass();
  const [made] = await keeper.ask([{ kind: 'fund_link', amountCents: cents(5_000) }]);
  expect(made).toMatchObject({ outcome: 'done', reason: 'link_open' });
  if (isPaid) await client.patch({ pay_link: true });
  client.clock.advance(27 * HOUR_MS);
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toMatchObject([
    { kind: 'freeze' },
  ]);
  return { client, keeper, wire };
}

/** What the resolved page came to: the balance, what counts against the caps of the day, and what was told since. */
async function cameTo(keeper: AKeeper, since: number) {
  const { context, client, store } = keeper;
  const account = keeper.account('agent-0001');
  const [of] = await store.journal.usage(capScopes(context.spec(), account), context.clock.now());
  return {
    balance: await client.balance(),
    countedCents: of?.usage.dayCents,
    told: (await keeper.told()).slice(since).filter((line) => line.startsWith('notice')),
    holds: await store.journal.holds(account.name),
  };
}

const PAID_AFTER_ALL =
  'notice charge.succeeded: agent-0001: a payment link that was closed by hand was paid after all';

test('a page that was paid and resolved as charged is credited within minutes, and counted and told once', async () => {
  const { client, keeper, wire } = await aSilentPage({ isPaid: true });
  const since = (await keeper.told()).length;
  await resolve(keeper, 'charged');
  wire.isSilent = false;
  await keeper.live(15 * MINUTE_MS);
  expect(await client.balance()).toBe(100);
  await keeper.live(8 * HOUR_MS);
  const paid = { balance: 100, countedCents: 5_000, told: [PAID_AFTER_ALL], holds: [] };
  expect(await cameTo(keeper, since)).toEqual(paid);
});

test('a page that was resolved as not charged and is paid all the same is credited, counted and told', async () => {
  const { client, keeper, wire } = await aSilentPage({ isPaid: false });
  const [open] = await keeper.store.journal.allOpenIntents();
  const since = (await keeper.told()).length;
  await resolve(keeper, 'not_charged');
  wire.isSilent = false;
  await keeper.live(HOUR_MS);
  await client.patch({ pay_link_late: open?.state.kind === 'link_open' ? open.state.sessionId : '' });
  await keeper.live(8 * HOUR_MS);
  const foreign = 'notice purser.degraded: agent-0001: a credit of $50.00 that purser did not make';
  const paid = { balance: 100, countedCents: 5_000, told: [PAID_AFTER_ALL, foreign], holds: [] };
  expect(await cameTo(keeper, since)).toEqual(paid);
});

test('of a page that was resolved as charged and was never paid nothing is told, and nothing credited', async () => {
  const { keeper, wire } = await aSilentPage({ isPaid: false });
  const since = (await keeper.told()).length;
  await resolve(keeper, 'charged');
  wire.isSilent = false;
  await keeper.live(8 * HOUR_MS);
  expect(await cameTo(keeper, since)).toMatchObject({
    balance: 50,
    countedCents: 5_000,
    told: [],
    holds: [],
  });
});
