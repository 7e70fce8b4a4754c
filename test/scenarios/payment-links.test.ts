import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { charges, posts } from '../keeper/sandbox-record.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { type Death, DyingWire } from './dying-wire.ts';

const VISA = 'pm_agent_0001_visa';
const MAKES_LINK = (url: string) => url.endsWith('/billing/payment-link');
const CONFIRMS = (url: string) => url.endsWith('/confirm-checkout');

/** The two needs that a person can pay for by link: a low wallet, and a subscription that is not there. */
const FUND: Opening = { wallet: { pay_with: ['default', 'human'] } };
const SUBSCRIBE: Opening = {
  wallet: null,
  subscription: { plan: 41, when_canceled: 'subscribe', pay_with: ['default', 'human'] },
};
const NEEDS = [
  ['fund', FUND, 5_000],
  ['subscribe', SUBSCRIBE, 2_700],
] as const;

/** In need, with one card that is dead for ever. */
async function inNeed(client: SandboxClient, need: string): Promise<void> {
  const cards = [{ id: VISA, brand: 'visa', last4: '4242', behaviour: 'lost_card', default: true }];
  await client.patch(
    need === 'fund' ? { cards, balance: 12 } : { cards, subscription: { status: 'canceled' } },
  );
  client.clock.advance(MINUTE_MS);
}

async function aLinkOut(need: string, opening: Opening) {
  const client = await startClient();
  await client.patch({ subscription: { status: 'active', plan_id: 41 } });
  const keeper = await AKeeper.open(client, opening);
  await keeper.pass();
  await inNeed(client, need);
  await keeper.live(10 * MINUTE_MS);
  expect(await openLinks(client)).toHaveLength(1);
  return { client, keeper };
}

async function openLinks(client: SandboxClient): Promise<readonly string[]> {
  const { body } = await client.control('/accounts/agent-0001');
  return body.open_links.map(({ session_id }) => session_id);
}

/** What was got for it, once. */
async function gotOnce(client: SandboxClient, need: string): Promise<void> {
  const { body } = await client.control('/accounts/agent-0001');
  if (need === 'fund') expect(await client.balance()).toBe(62);
  else expect(body.subscriptions.filter(({ status }) => status === 'active')).toHaveLength(1);
}

const linkStates = async (keeper: AKeeper) =>
  (await keeper.intents()).filter(({ kind }) => kind.endsWith('_link')).map(({ state }) => state);

test.each(NEEDS)(
  '%s: a link that is paid in its last minute, and asked about after its end, counts',
  async (need, opening, amount) => {
    const { client, keeper } = await aLinkOut(need, { ...opening, poll: '1h' });
    await keeper.live(DAY_MS - 13 * MINUTE_MS);
    await client.patch({ pay_link: true });
    client.clock.advance(4 * MINUTE_MS);
    await keeper.live(20 * MINUTE_MS);
    expect(await charges(client, 'checkout')).toMatchObject([{ amount_cents: amount }]);
    expect(await linkStates(keeper)).toEqual(['settled']);
    await gotOnce(client, need);
  },
);

test.each(NEEDS)(
  '%s: a link that is never paid ends, another follows it, and nobody is charged',
  async (need, opening) => {
    const { client, keeper } = await aLinkOut(need, { ...opening, poll: '1h' });
    await keeper.live(25 * HOUR_MS);
    expect(await linkStates(keeper)).toEqual(['link_open', 'released']);
    expect(await openLinks(client)).toHaveLength(1);
    expect(await charges(client, 'checkout')).toEqual([]);
    const asked = (await keeper.messages()).filter(({ fact }) => fact.type === 'payment.action_required');
    expect(new Set(asked.map(({ startedAt, fact }) => `${startedAt} ${fact.fingerprint}`)).size).toBe(1);
  },
);

/** Dies before the first read of what was paid for, once the page was confirmed. */
function afterConfirmation(): Death {
  let isConfirmed = false;
  const fits: Death['fits'] = ({ url, method }) => {
    const isRead =
      method === 'GET' && (url.includes('/wallet/transactions') || url.endsWith('/subscriptions'));
    const isFirst = isConfirmed && isRead;
    isConfirmed ||= CONFIRMS(url);
    return isFirst;
  };
  return { moment: 'before', fits };
}

const STEPS: readonly (readonly [where: string, isPaid: boolean, death: () => Death])[] = [
  ['before the link is asked for', false, () => ({ moment: 'before', fits: ({ url }) => MAKES_LINK(url) })],
  ['before the link is answered', false, () => ({ moment: 'after', fits: ({ url }) => MAKES_LINK(url) })],
  ['before a paid link is confirmed', true, () => ({ moment: 'before', fits: ({ url }) => CONFIRMS(url) })],
  [
    'before the confirmation is answered',
    true,
    () => ({ moment: 'after', fits: ({ url }) => CONFIRMS(url) }),
  ],
  ['before it sees what was paid for', true, afterConfirmation],
];
const CRASHES = NEEDS.flatMap(([need, opening]) => STEPS.map((step) => [need, ...step, opening] as const));

test.each(CRASHES)(
  '%s: a daemon that dies %s goes on with that link, and it counts once',
  async (need, _where, isPaid, death, opening) => {
    const client = await startClient();
    const wire = new DyingWire(death());
    const dead = await AKeeper.open(client, { ...opening, transport: wire });
    await dead.pass();
    await inNeed(client, need);
    if (isPaid) {
      await dead.live(10 * MINUTE_MS);
      await client.patch({ pay_link: true });
    }
    wire.arm();
    void dead.live(20 * MINUTE_MS);
    await wire.died;
    dead.close();
    const next = await AKeeper.open(client, { ...opening, folder: dead.folder });
    await next.live(10 * MINUTE_MS);
    if (!isPaid) await client.patch({ pay_link: true });
    await next.live(20 * MINUTE_MS);
    expect(await charges(client, 'checkout')).toHaveLength(1);
    expect(await linkStates(next)).toEqual(['settled']);
    await gotOnce(client, need);
    const made = (await posts(client)).filter(({ path }) => MAKES_LINK(path));
    expect(new Set(made.map(({ key }) => key)).size).toBe(1);
    expect((await next.told()).filter((line) => line.startsWith('notice'))).toHaveLength(1);
  },
);

test.each(NEEDS)(
  '%s: a need that ends while its link is out is told, and a payment all the same counts once',
  async (need, opening, amount) => {
    const { client, keeper } = await aLinkOut(need, opening);
    await client.patch(
      need === 'fund' ? { balance: 80 } : { subscription: { status: 'active', plan_id: 41 } },
    );
    await keeper.live(20 * MINUTE_MS);
    const asked = async () =>
      (await keeper.told()).filter((line) => line.includes('payment.action_required'));
    expect((await asked()).map((line) => line.split(' ')[0])).toEqual(['firing', 'resolved']);
    expect(await posts(client).then((rows) => rows.filter(({ path }) => MAKES_LINK(path)))).toHaveLength(1);
    await client.patch({ pay_link: true });
    await keeper.live(20 * MINUTE_MS);
    expect(await charges(client, 'checkout')).toMatchObject([{ amount_cents: amount }]);
    expect(await linkStates(keeper)).toEqual(['settled']);
    expect(await asked()).toHaveLength(2);
    const notices = (await keeper.told()).filter((line) => line.startsWith('notice'));
    expect(notices).toHaveLength(1);
  },
);

test.each(NEEDS)(
  '%s: a need that ended makes no new link when the old one ends unpaid',
  async (need, opening) => {
    const { client, keeper } = await aLinkOut(need, { ...opening, poll: '1h' });
    await client.patch(
      need === 'fund' ? { balance: 80 } : { subscription: { status: 'active', plan_id: 41 } },
    );
    await keeper.live(2 * DAY_MS);
    expect(await linkStates(keeper)).toEqual(['released']);
    expect((await keeper.told()).filter((line) => line.startsWith('notice'))).toEqual([]);
  },
);

test.each(NEEDS)(
  '%s: a page that nobody paid is asked about when it is over, and the next one follows',
  async (need, opening) => {
    const { client, keeper } = await aLinkOut(need, { ...opening, poll: '6h' });
    const [page] = (await keeper.context.journal.intents({ limit: 1, states: ['link_open'] })).map(
      ({ state }) => state,
    );
    const endsAt = page?.kind === 'link_open' ? (page.expiresAt ?? 0) : 0;
    await keeper.live(endsAt - client.clock.now() + 2 * MINUTE_MS + 10_000);
    expect(await linkStates(keeper)).toEqual(expect.arrayContaining(['link_open', 'released']));
  },
);

test('a card that works again while a link is out, and a link that is paid after it, are two charges within the caps', async () => {
  const caps = { per_charge: 50, day: 100, month: 1_000 };
  const { client, keeper } = await aLinkOut('fund', {
    wallet: { pay_with: ['default', 'human'], cooldown: '0s' },
    caps,
  });
  await client.patch({
    cards: [{ id: 'pm_new', brand: 'visa', last4: '1111', behaviour: 'succeed', default: true }],
  });
  await keeper.live(2 * HOUR_MS);
  expect(await charges(client)).toMatchObject([{ card: 'pm_new', amount_cents: 5_000 }]);
  await client.patch({ pay_link: true });
  await keeper.live(20 * MINUTE_MS);
  expect(await charges(client, 'checkout')).toHaveLength(1);
  expect(await client.balance()).toBe(112);
  await client.patch({ balance: 3 });
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toHaveLength(1);
  expect(keeper.context.view.accounts()[0]?.wallet).toMatchObject({ kind: 'hold', reason: 'cap_day' });
});

test.each(NEEDS)(
  '%s: a payment that comes through after its link has ended is confirmed, counted and told',
  async (need, opening, amount) => {
    const { client, keeper } = await aLinkOut(need, { ...opening, poll: '1h' });
    const [session = ''] = await openLinks(client);
    await keeper.live(DAY_MS + HOUR_MS);
    expect(await linkStates(keeper)).toEqual(['link_open', 'released']);
    await client.patch({ pay_link_late: session });
    await keeper.live(3 * HOUR_MS);
    expect(await charges(client, 'checkout')).toMatchObject([{ amount_cents: amount }]);
    await gotOnce(client, need);
    const notices = (await keeper.told()).filter((line) => line.startsWith('notice charge'));
    expect(notices).toEqual([
      'notice charge.succeeded: agent-0001: a payment link that had ended was paid after all',
    ]);
    const { caps } = keeper.account('agent-0001').policy;
    const scopes = [{ kind: 'account', name: 'agent-0001', caps }] as const;
    const [found] = await keeper.store.journal.usage(scopes, client.clock.now());
    // The link that is out may still be paid; what was bought late without a ledger is known to nobody.
    expect(found?.usage.dayCents).toBe(need === 'fund' ? 2 * amount : amount);
    const confirmed = (await posts(client)).filter(({ path, status }) => CONFIRMS(path) && status === 200);
    expect(confirmed).toHaveLength(1);
  },
);

test('two links of one need that are both paid are two payments, counted and told, and none is made after them', async () => {
  const { client, keeper } = await aLinkOut('fund', { ...FUND, poll: '1h' });
  const [first = ''] = await openLinks(client);
  await keeper.live(DAY_MS + HOUR_MS);
  await client.patch({ pay_link_late: first, pay_link: true });
  await keeper.live(DAY_MS);
  expect(await charges(client, 'checkout')).toHaveLength(2);
  expect(await client.balance()).toBe(112);
  expect(await linkStates(keeper)).toEqual(['settled', 'released']);
  const { caps } = keeper.account('agent-0001').policy;
  const scopes = [{ kind: 'account', name: 'agent-0001', caps }] as const;
  const [found] = await keeper.store.journal.usage(scopes, client.clock.now());
  expect(found?.usage.weekCents).toBe(10_000);
  const notices = (await keeper.told()).filter((line) => line.startsWith('notice charge'));
  expect(notices.toSorted()).toEqual([
    'notice charge.succeeded: agent-0001 funded: $62.00',
    'notice charge.succeeded: agent-0001: a payment link that had ended was paid after all',
  ]);
});
