import { expect, test } from 'vitest';
import { programOf } from '../../src/cli/program.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';
import { anIo } from './an-io.ts';
import { commandLines } from './command-lines.ts';

const ONE = 'agent-0001';
const CARD = JSON.stringify({ number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '987' });

type Case = {
  readonly line: string;
  /** What is there before; its result stands for ID in the line. */
  readonly before?: (fleet: AFleet) => Promise<string | undefined>;
  readonly text: RegExp;
  readonly json: unknown;
  readonly stdin?: string;
};

const funded = async (fleet: AFleet) => {
  await purser(['wallet', 'fund', ONE, '25'], fleet.surroundings);
  return undefined;
};
const firstOf = (args: readonly string[], key: string) => async (fleet: AFleet) => {
  await funded(fleet);
  const { stdout } = await purser([...args, ONE, '--json'], fleet.surroundings);
  return String(JSON.parse(stdout)[0][key]);
};
const invoice = firstOf(['billing', 'invoices', 'list'], 'id');
const state = (change: Readonly<Record<string, unknown>>) => async (fleet: AFleet) => {
  await fleet.patch(change);
  return undefined;
};
const done = { account: ONE, outcome: 'done', intent: expect.stringMatching(/^int_/) };

/** Every command by hand, as it should go: in words, and as data. */
const CASES: readonly Case[] = [
  { line: `ensure ${ONE} 10`, text: /^agent-0001: done: the wallet holds \$50\.00\n$/, json: { outcome: 'done', reason: 'funded' } },
  { line: `pay-link ${ONE} --amount 50`, text: /: done: a payment link for \$50\.00 .*\n {2}pay {3}http\S+\n {2}until \S+Z\n$/, json: { ...done, payment_url: expect.stringContaining('/pay/cs_') } },
  { line: `wallet balance ${ONE}`, text: /^\$50\.00\n$/, json: { account: ONE, balance_usd: 50 } },
  { line: `wallet transactions ${ONE}`, text: /^WHEN +AMOUNT +USE +ID\n\S+Z +\+\$50\.00 +wallet_funding +pi_/, json: [{ type: 'credit', amount_usd: 50 }] },
  { line: `wallet fund ${ONE} 25`, text: /: done: \$25\.00 charged and in the wallet \(int_\w+\)\n$/, json: { ...done, reason: 'settled' } },
  { line: `wallet withdraw ${ONE} 5 --yes`, before: state({ reseller: true }), text: /: done: \$5\.00 withdrawn \(int_\w+\)\n$/, json: done },
  { line: `wallet auto-funding set ${ONE} --threshold 5 --amount 25`, text: /^agent-0001: the provider charges \$25\.00 below \$5\.00\n$/, json: { threshold_usd: 5, amount_usd: 25 } },
  { line: `wallet auto-funding show ${ONE}`, before: funded, text: /^agent-0001: the policy declares: leave; purser has set nothing\n$/, json: { declared: 'leave', last_set: null } },
  { line: `wallet auto-funding off ${ONE} --yes`, text: /^agent-0001: auto-funding is off\n$/, json: { auto_funding: 'off' } },
  { line: `wallet coupons validate ${ONE} WELCOME50`, text: /^valid: true\ncoupon_code: WELCOME50\n/, json: { valid: true, amount: 50 } },
  { line: `wallet coupons redeem ${ONE} WELCOME50`, text: /^agent-0001: WELCOME50 is redeemed\n/, json: { credited: 50 } },
  { line: `billing overview ${ONE}`, text: /^wallet_balance: 50\n[\s\S]*\nrecent_charges: none\n$/, json: { wallet_balance: 50 } },
  { line: `billing cards list ${ONE}`, text: /^ID +CARD +EXPIRES +DEFAULT\npm_agent_0001_visa +visa …4242 +12\/\d{4} +yes\n/, json: [{ last4: '4242', default: true }, {}] },
  { line: `billing cards add ${ONE}`, stdin: CARD, text: /^agent-0001: saved pm_\w+\n$/, json: { account: ONE, default: false } },
  { line: `billing cards default ${ONE} pm_agent_0001_mastercard`, text: /mastercard …4444 \(\S+\) is the default card\n$/, json: { default: 'pm_agent_0001_mastercard' } },
  { line: `billing cards remove ${ONE} pm_agent_0001_mastercard --yes`, text: /^agent-0001: removed mastercard …4444/, json: { removed: 'pm_agent_0001_mastercard', warnings: [] } },
  { line: `billing info show ${ONE}`, text: /^name: agent-0001\n[\s\S]*\ntax_id: -\n/, json: { name: ONE } },
  { line: `billing info set ${ONE} --name Acme --address-country US`, text: /^agent-0001: changed name, address_country\n$/, json: { changed: ['name', 'address_country'] } },
  { line: `billing invoices list ${ONE}`, before: funded, text: /^ID +NUMBER +CREATED AT +AMOUNT +STATUS\nin_\w+ +SBX-\d+ /, json: [{ amount: 25 }] },
  { line: `billing invoices show ${ONE} ID`, before: invoice, text: /^id: in_\w+\nnumber: SBX-\d+\n/, json: { amount: 25 } },
  { line: `billing invoices pdf ${ONE} ID`, before: invoice, text: /^http\S+\.pdf\n$/, json: { url: expect.stringContaining('.pdf') } },
  { line: `subscriptions list ${ONE}`, text: /^ID +PLAN +STATUS +UNTIL\n501 +Standard +active +\S+Z\n$/, json: [{ id: '501', status: 'active' }] },
  { line: `subscriptions status ${ONE} 501`, text: /^ID +PLAN +STATUS +UNTIL\n501 +/, json: { id: '501', status: 'active' } },
  { line: `subscriptions plans ${ONE}`, text: /^ID +PLAN +PRICE +PER +CATEGORY\n41 +Basic +\$27\.00 +month +normal\n/, json: expect.arrayContaining([expect.objectContaining({ name: 'Standard', price_usd: 47 })]) },
  { line: `subscriptions create ${ONE} Standard`, before: state({ subscription: null }), text: /: done: subscribed to plan Standard \(42\), \$47\.00 charged/, json: done },
  { line: `subscriptions update ${ONE} Premium`, text: /: done: subscription 501 is on plan Premium \(43\)/, json: done },
  { line: `subscriptions pause ${ONE}`, text: /: done: subscription 501 is paused/, json: done },
  { line: `subscriptions resume ${ONE}`, before: state({ subscription: { status: 'paused' } }), text: /: done: subscription 501 is active/, json: done },
  { line: `subscriptions reset-cycle ${ONE} --yes`, text: /: done: subscription 501 has a new billing period/, json: done },
  { line: `subscriptions fix-payment ${ONE}`, before: state({ subscription: { status: 'past_due' } }), text: /: done: subscription 501 is active, at most \$47\.00 charged/, json: done },
  { line: `subscriptions charge-amount ${ONE} 25 --yes`, text: /: done: \$25\.00 charged/, json: done },
  { line: `payments status ${ONE} ID`, before: firstOf(['wallet', 'transactions'], 'transaction_id'), text: /^pi_\w+ {2}succeeded {2}\$25\.00\n$/, json: { status: 'succeeded', amount_usd: 25 } },
  { line: `usage summary ${ONE}`, text: /^usage:\n {2}api_calls: /, json: { wallet: { balance: 50 } } },
  { line: `usage products ${ONE}`, text: /^- product: Standard\n/, json: expect.anything() },
  { line: `usage history ${ONE}`, text: /^nothing used\n$/, json: [] },
  { line: `audit ${ONE}`, before: funded, text: /^agent-0001: 1 charge, \$25\.00, in both books: they agree\n$/, json: [{ matched: 1, findings: [] }] },
]; // biome-ignore format: a table

test('no command by hand is left out', async () => {
  const groups = ['ensure', 'pay-link', 'wallet', 'billing', 'subscriptions', 'payments', 'usage', 'audit'];
  const { io } = anIo();
  const lines = commandLines(await programOf([], io, () => undefined));
  const leaves = lines.filter(({ path, command }) => {
    return command.commands.length === 0 && groups.includes(path.split(' ')[0] ?? '');
  });
  const shown = CASES.map(({ line }) => line.split(` ${ONE}`)[0]);
  expect(shown.toSorted()).toEqual(leaves.map(({ path }) => path).toSorted());
});

test.each(CASES.map((one) => [one.line, one] as const))(
  '%s works, in words and as data',
  async (_line, one) => {
    const run = async (more: readonly string[]): Promise<string> => {
      const fleet = await AFleet.open({ caps: { per_charge: 200, day: 500 } });
      const id = (await one.before?.(fleet)) ?? '';
      const args = one.line.split(' ').map((word) => (word === 'ID' ? id : word));
      const { code, stdout, stderr } = await purser([...args, ...more], fleet.surroundings, 0, one.stdin);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return stdout;
    };
    const [words, data] = await Promise.all([run([]), run(['--json'])]); // each may wait for seconds
    expect(words).toMatch(one.text);
    expect(JSON.parse(data)).toEqual(containing(one.json));
  },
);

/** As `toMatchObject` has it, also for what is a matcher itself. */
function containing(wanted: unknown): unknown {
  if (Array.isArray(wanted)) return wanted.map(containing);
  const isPlain = typeof wanted === 'object' && wanted !== null && wanted.constructor === Object;
  if (!isPlain) return wanted;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, containing(value)])),
  );
}
