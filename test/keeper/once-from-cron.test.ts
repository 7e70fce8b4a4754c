import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { aLedgerBehind, LOST, PAYS_BY_CARD_OR_LINK, paidIn } from './a-page-beside-a-card.ts';
import { subscriptionsOf } from './a-ruled-account.ts';
import { scratchFolder } from './fleet-config.ts';
import { charges, faults } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

type Kept = Opening & { readonly folder: string };

/** One `purser once`, as `Keeper.passOverAll` does it; what was told by its end. */
async function once(client: SandboxClient, opening: Kept): Promise<readonly string[]> {
  const keeper = await AKeeper.open(client, opening);
  for (let passes = 0; passes < 12; passes += 1) {
    const { until } = await keeper.pass();
    const inMs = until === null ? Number.POSITIVE_INFINITY : until - client.clock.now();
    if (inMs > 5_000) break;
    client.clock.advance(Math.max(200, inMs));
  }
  const told = await keeper.told();
  keeper.close();
  return told;
}

/** So many runs, so far apart; what was told in all. */
async function runs(
  client: SandboxClient,
  { count, apartMs }: { readonly count: number; readonly apartMs: number },
  opening: Kept,
): Promise<readonly string[]> {
  let told: readonly string[] = [];
  for (let run = 0; run < count; run += 1) {
    told = await once(client, opening);
    client.clock.advance(apartMs);
  }
  return told;
}

const onceForHours = (client: SandboxClient, hours: number, opening: Kept) =>
  runs(client, { count: hours * 6, apartMs: 10 * MINUTE_MS }, opening);

test.each([
  ['a wrong plan is changed', { status: 'active', plan_id: 41 }, { when_wrong_plan: 'change' }],
  ['a subscription that is not listed is bought', null, { when_canceled: 'subscribe' }],
])('%s by runs from cron', async (_, there, declared) => {
  const client = await startClient();
  await client.patch({ subscription: null });
  if (there !== null) await client.patch({ subscription: there });
  const subscription = { plan: 'Standard', ...declared };
  await onceForHours(client, 1, { folder: scratchFolder(), wallet: null, subscription });
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
});

test('a subscription that a daily run finds missing is bought by the fourth run, not before', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 42 } });
  const subscription = { plan: 'Standard', when_canceled: 'subscribe' };
  const opening = { folder: scratchFolder(), wallet: null, subscription };
  await once(client, opening);
  await client.patch({ subscription: null });
  const daily = (count: number) => runs(client, { count, apartMs: DAY_MS }, opening);
  await daily(3);
  expect(await subscriptionsOf(client)).toEqual([]);
  await daily(1);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
});

test('a low wallet whose ledger stays torn is told by runs from cron', async () => {
  const client = await startClient();
  const folder = scratchFolder();
  await once(client, { folder });
  await faults(client, { delayed_ledger_rows: 1, ledger_delay_ms: 30 * HOUR_MS, torn_totals: true });
  await client.fund(10, 'a-person');
  await client.patch({ balance: 12 });
  const told = await onceForHours(client, 1, { folder });
  expect(told.filter((line) => line.startsWith('firing'))).toEqual([expect.stringContaining('wallet low')]);
});

test.each([
  ['refused credentials are', { expire_token: true }, {}, 'the provider refuses its credentials'],
  ['a provider that answers nothing is', {}, { error_before_effect: 1 }, 'has not been seen since'],
])('%s told by runs from cron', async (_, patch, weather, headline) => {
  const client = await startClient();
  const folder = scratchFolder();
  await once(client, { folder });
  if ('expire_token' in patch) await client.patch(patch);
  await faults(client, weather);
  expect(await onceForHours(client, 1, { folder })).toEqual([expect.stringContaining(headline)]);
});

type Wallet = Record<'balance' | 'total_credited' | 'amount_used', number>;

/** A provider whose wallet passes through `spoil`, and that loses money calls while `lost.isOn`. */
function aProvider(spoil: (wallet: Wallet) => void, lost = { isOn: false }): Kept {
  const transport = new WatchedWire(
    async (send) => (lost.isOn ? { kind: 'lost', reason: 'socket' } : await send()),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered' || !url.includes('/wallet/')) return reply;
      const body = JSON.parse(reply.bodyText);
      spoil(body.data.wallet ?? body.data);
      return { ...reply, bodyText: JSON.stringify(body) };
    },
  );
  return { transport, folder: scratchFolder() };
}

test('a withdrawal that is counted in total_credited is believed by runs from cron, and the wallet is funded', async () => {
  const client = await startClient();
  const fall = { dollars: 0 };
  const opening = aProvider((wallet) => {
    wallet.total_credited -= fall.dollars;
    wallet.balance -= fall.dollars;
  });
  await once(client, opening);
  fall.dollars = 40; // $10 are left, and nothing is used
  const told = await onceForHours(client, 6, opening);
  expect(told.filter((line) => line.includes('frozen'))).toEqual([]);
  expect(await charges(client)).toHaveLength(1);
});

test.each([
  ['control: no gift', 0],
  ['a gift', 50],
])('an old gift without a row keeps no lost charge of runs from cron in doubt: %s', async (_, dollars) => {
  const client = await startClient();
  const gift = { dollars: 0 };
  const lost = { isOn: false };
  const opening = aProvider((wallet) => {
    wallet.total_credited += gift.dollars; // and used since
    wallet.amount_used += gift.dollars;
  }, lost);
  await once(client, opening);
  gift.dollars = dollars;
  await onceForHours(client, 3, opening);
  await lower(client);
  lost.isOn = true;
  await once(client, opening);
  client.clock.advance(10 * MINUTE_MS);
  lost.isOn = false;
  await onceForHours(client, 3, opening);
  expect(await charges(client)).toHaveLength(1);
});

test('runs from cron do not charge again for a wallet from before the charge, beside a row that has it', async () => {
  const client = await startClient();
  const old = { dollars: 0 };
  const opening = aProvider((wallet) => {
    wallet.total_credited -= old.dollars;
    wallet.balance -= old.dollars;
  });
  await once(client, opening);
  await lower(client);
  await onceForHours(client, 2, opening);
  expect(await charges(client)).toHaveLength(1);
  old.dollars = 50;
  await onceForHours(client, 1, opening);
  expect(await charges(client)).toHaveLength(1);
});

/** A daemon that sees no subscription for some of the five minutes that it waits, and another one after a rest. */
async function aRestart(seenForMs: number, restMs: number) {
  const client = await startClient();
  await client.patch({ subscription: null });
  const subscription = { plan: 'Standard', when_canceled: 'subscribe' };
  const opening = { folder: scratchFolder(), wallet: null, subscription };
  const first = await AKeeper.open(client, opening);
  await first.live(seenForMs);
  first.close();
  client.clock.advance(restMs);
  return { client, second: await AKeeper.open(client, opening) };
}

test.each([
  ['goes on over a restart', 3 * MINUTE_MS, MINUTE_MS, MINUTE_MS],
  ['counts little of a rest', MINUTE_MS / 2, HOUR_MS, 2 * MINUTE_MS],
  ['begins anew after a long rest', 4 * MINUTE_MS, DAY_MS, 5 * MINUTE_MS],
])('a patience %s', async (_, seenForMs, restMs, neededMs) => {
  const { client, second } = await aRestart(seenForMs, restMs);
  await second.live(neededMs - MINUTE_MS / 2);
  expect(await subscriptionsOf(client)).toEqual([]);
  await second.live(MINUTE_MS);
  expect(await subscriptionsOf(client)).toEqual(['Standard active']);
});

test('what is quiet is not written down', async () => {
  const client = await startClient();
  const keeper = await AKeeper.open(client);
  await keeper.live(20 * MINUTE_MS);
  expect(keeper.store.upkeep.read(keeper.account('agent-0001').name, 'patience/2')).toBe(null);
});

test('an account that cannot be seen is told by the second run of a rare cron', async () => {
  const client = await startClient();
  const opening = { folder: scratchFolder() };
  await once(client, opening);
  await faults(client, { error_before_effect: 1 });
  const rare = (count: number) => runs(client, { count, apartMs: 3 * HOUR_MS }, opening);
  expect(await rare(1)).not.toContainEqual(expect.stringMatching(/^firing purser\.degraded/));
  expect(await rare(1)).toContainEqual(expect.stringMatching(/^firing purser\.degraded/));
});

test('a wallet that is emptied behind each top-up is told as low by runs every two minutes', async () => {
  const client = await startClient();
  const opening = { folder: scratchFolder() };
  await once(client, opening);
  await client.patch({ burn: 2_400 });
  const told = await runs(client, { count: 60, apartMs: 2 * MINUTE_MS }, opening);
  expect((await charges(client)).length).toBeGreaterThan(8);
  expect(told.filter((one) => one.includes('wallet.low'))).toEqual([
    expect.stringMatching(/^firing wallet\.low/),
  ]);
});

/** The one question of the page's first minute comes before its session is known everywhere; its "paid" is lost. */
test.each([
  [404, null],
  [402, 'session_not_found'],
  [409, 'session_not_found'],
  [412, 'session_invalid'],
  [425, 'checkout_not_ready'],
])(
  'what a page says in its first moments (%i %s) is not its "not yet" to runs from cron',
  async (status, code) => {
    const client = await startClient();
    let madeAt = Number.POSITIVE_INFINITY;
    let paidAt = Number.POSITIVE_INFINITY;
    const transport = new WatchedWire(
      async (send, _, { url }) => {
        const now = client.clock.now();
        if (url.endsWith('/payment-link')) madeAt = Math.min(madeAt, now);
        if (!url.endsWith('/confirm-checkout')) return await send();
        if (now - madeAt < 5_000 || now > paidAt) return answer(status, { error: { code, message: 'x' } });
        const said = await send();
        if (said.kind !== 'answered' || said.status !== 200) return said;
        paidAt = now;
        return LOST;
      },
      aLedgerBehind(client, () => paidAt, 25 * MINUTE_MS),
    );
    const opening = { folder: scratchFolder(), transport, wallet: PAYS_BY_CARD_OR_LINK };
    await once(client, opening);
    await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
    await lower(client);
    await onceForHours(client, 6, opening);
    await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'succeed' }], pay_link: true });
    await onceForHours(client, 2, opening);
    expect(paidAt).toBeLessThan(client.clock.now());
    expect(await paidIn(client)).toEqual(['checkout 5000']);
  },
);

/** A declined card, so a page is out; six hours later the card can pay again. */
async function cardIsFreeAgain(client: SandboxClient, transport: WatchedWire): Promise<Kept> {
  const opening = { folder: scratchFolder(), transport, wallet: PAYS_BY_CARD_OR_LINK };
  await once(client, opening);
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'insufficient_funds' }] });
  await lower(client);
  await onceForHours(client, 6, opening);
  await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'succeed' }] });
  await onceForHours(client, 3, opening);
  return opening;
}

test.each<[number, unknown]>([
  [200, { data: { status: 'pending' }, error: null }],
  [403, { data: null, error: { code: 'checkout_not_paid', message: 'x' } }],
  [403, { data: null, error: { code: 'checkout_open', message: 'x' } }],
])(
  'a page that nobody pays, and that says %i %j from its first moment, holds no card of runs from cron',
  async (status, body) => {
    const client = await startClient();
    const transport = new WatchedWire(async (send, _, { url }) =>
      url.endsWith('/confirm-checkout') ? answer(status, body) : await send(),
    );
    await cardIsFreeAgain(client, transport);
    expect(await paidIn(client)).toEqual(['fund 5000']);
  },
);

/** A person pays by a transfer before the page is asked again. */
test.each([
  ['invalid_session', { data: { status: 'open', payment_status: 'awaiting_funds' }, error: null }],
  ['checkout_not_paid', { data: { status: 'open', payment_status: 'unpaid' }, error: null }],
])(
  'a page whose payment takes its time, in words that are not known, keeps the card of runs from cron away (%s)',
  async (code, body) => {
    const client = await startClient();
    let madeAt = Number.POSITIVE_INFINITY;
    const transport = new WatchedWire(async (send, _, { url }) => {
      if (url.endsWith('/payment-link')) madeAt = Math.min(madeAt, client.clock.now());
      if (!url.endsWith('/confirm-checkout')) return await send();
      return client.clock.now() - madeAt < 5 * MINUTE_MS
        ? answer(400, { data: null, error: { code, message: 'x' } })
        : answer(200, body);
    });
    await cardIsFreeAgain(client, transport);
    expect(await paidIn(client)).toEqual([]);
  },
);

test('what a page said in its first moments, vaguely, and says again behind its end, does not end it', async () => {
  const client = await startClient();
  let madeAt = Number.POSITIVE_INFINITY;
  const transport = new WatchedWire(async (send, _, { url }) => {
    const age = client.clock.now() - madeAt;
    if (url.endsWith('/payment-link')) madeAt = Math.min(madeAt, client.clock.now());
    if (!url.endsWith('/confirm-checkout')) return await send();
    return age < 5 * MINUTE_MS || age > DAY_MS
      ? answer(403, { data: null, error: { code: 'invalid_session', message: 'x' } })
      : answer(200, { data: { status: 'open', payment_status: 'awaiting_funds' }, error: null });
  });
  const opening = await cardIsFreeAgain(client, transport);
  await onceForHours(client, 18, opening);
  expect(await paidIn(client)).toEqual([]);
});
