import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { LateMoney } from './late-money.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const WALLET = { min_balance: 100, top_up: { amount: 90 }, cooldown: '10m', foreign_credits: 'allow' };
const VISA = 'pm_agent_0001_visa';

type How = {
  readonly areNamed: boolean;
  readonly doesConfirmName: boolean;
  readonly handDollars: number | null;
};

/** What is paid by `pays`, and its row, are shown 25 minutes later. */
async function scene(how: How) {
  const client = await startClient();
  const late = new LateMoney(client, { dollars: 90, lateMs: 25 * MINUTE_MS });
  const transport = new WatchedWire(
    async (send, _n, { url }) => {
      const reply = await send();
      if (how.doesConfirmName || !url.includes('confirm-checkout') || reply.kind !== 'answered') return reply;
      const body = JSON.parse(reply.bodyText);
      return body.data == null ? reply : { ...reply, bodyText: JSON.stringify({ data: { balance: 1 } }) };
    },
    async (send, { url }) =>
      late.hide(await send(), url, {
        isHidden: ({ id }) => id > (late.row ?? 0),
        edit: (row) => (how.areNamed ? row : { ...row, transaction_id: null }),
      }),
  );
  const keeper = await AKeeper.open(client, { transport, wallet: WALLET });
  await client.patch({ balance: 150 });
  await keeper.pass();
  const pays = async (what: Readonly<Record<string, unknown>>) => {
    await late.begin();
    await client.patch(what);
  };
  return { client, keeper, pays };
}

/** A person pays by hand; that is used up, and an hour goes by. */
async function byHand(
  client: SandboxClient,
  keeper: AKeeper,
  dollars: number,
  balance: number,
): Promise<void> {
  const body = { amount: dollars, payment_method_id: 'pm_agent_0001_mastercard' };
  await client.ask('/wallet/fund', { key: 'a-person', body });
  await keeper.live(5 * MINUTE_MS);
  await client.patch({ balance });
  await keeper.live(HOUR_MS);
}

const made = async (client: SandboxClient) => (await charges(client)).filter(({ key }) => key !== 'a-person');

test.each<[string, How]>([
  ['control: nobody else paid', { areNamed: false, doesConfirmName: true, handDollars: null }],
  ['control: payments are named', { areNamed: true, doesConfirmName: true, handDollars: 90 }],
  ['control: another sum', { areNamed: false, doesConfirmName: true, handDollars: 60 }],
  ['rows name no payment', { areNamed: false, doesConfirmName: true, handDollars: 90 }],
  ['the answer about the page names no payment', { areNamed: true, doesConfirmName: false, handDollars: 90 }],
])(
  'a page that was paid is not paid again by card where a person paid as much before: %s',
  async (_, how) => {
    const { client, keeper, pays } = await scene(how);
    await keeper.ask([{ kind: 'fund_link', amountCents: cents(9_000) }]);
    await keeper.live(HOUR_MS);
    if (how.handDollars !== null) await byHand(client, keeper, how.handDollars, 105);
    await pays({ pay_link: true, balance: 12 }); // $12 and the page's $90, which are not shown yet
    await keeper.live(24 * MINUTE_MS);
    await keeper.live(HOUR_MS);
    expect(await charges(client, 'checkout')).toHaveLength(1);
    expect(await made(client)).toEqual([]);
  },
);

test.each<[string, How]>([
  ['control: nobody else paid', { areNamed: false, doesConfirmName: true, handDollars: null }],
  ['control: rows name their payments', { areNamed: true, doesConfirmName: true, handDollars: 90 }],
  ['control: another sum', { areNamed: false, doesConfirmName: true, handDollars: 60 }],
  ['rows name no payment', { areNamed: false, doesConfirmName: true, handDollars: 90 }],
])(
  'a challenge that was answered late is not charged again where a person paid as much before: %s',
  async (_, how) => {
    const { client, keeper, pays } = await scene(how);
    await client.patch({ balance: 12, cards: [{ id: VISA, behaviour: 'requires_action' }] });
    await keeper.live(5 * MINUTE_MS);
    expect((await keeper.intents()).map(({ state }) => state)).toEqual(['action']);
    if (how.handDollars !== null) await byHand(client, keeper, how.handDollars, 12);
    await pays({ complete_3ds: true });
    await client.patch({ cards: [{ id: VISA, behaviour: 'succeed' }] });
    await keeper.live(24 * MINUTE_MS);
    await keeper.live(HOUR_MS);
    expect(await made(client)).toHaveLength(1);
  },
);
