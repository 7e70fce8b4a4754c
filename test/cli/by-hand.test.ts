import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

const NUMBER = '4242424242424242';
const CVC = '987';
const card = (over: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({ number: NUMBER, exp_month: 12, exp_year: 2040, cvc: CVC, ...over });

/** One command against the sandbox of a fleet; no card number may be in what it prints. */
async function run(fleet: AFleet, args: readonly string[], stdin = '') {
  const ended = await purser(args, fleet.surroundings, 0, stdin);
  for (const text of [ended.stdout, ended.stderr]) {
    expect(text).not.toContain(NUMBER);
    expect(text).not.toContain(CVC);
  }
  return ended;
}

test.each([[[]], [['--setup-intent']], [['--default']]])(
  'a card from stdin is saved at Stripe and attached, with %j',
  async (flags) => {
    const fleet = await AFleet.open();
    const added = await run(fleet, ['billing', 'cards', 'add', 'agent-0001', ...flags], card());
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const id = /pm_\w+/.exec(added.stdout)?.[0] ?? 'none';
    const listed = await run(fleet, ['billing', 'cards', 'list', 'agent-0001', '--json']);
    const cards: readonly { id: string; last4: string; default: boolean }[] = JSON.parse(listed.stdout);
    expect(cards.find((one) => one.id === id)).toMatchObject({
      last4: '4242',
      default: flags.includes('--default'),
    });
  },
);

test.each<[string, string, string]>([
  ['a wrong digit', card({ number: '4242424242424241' }), 'the card number has a wrong digit'],
  ['an expiry in the past', card({ exp_year: 2020 }), 'the card has expired'],
  ['no expiry', card({ exp_month: 'soon' }), 'the expiry is not a month and a year'],
  ['a short CVC', card({ cvc: '1' }), 'the CVC has three or four digits'],
  ['no JSON', 'my card', 'no card: give one at the prompt, or on stdin as JSON'],
])('%s is said before anything is sent, and is not shown', async (_what, stdin, sentence) => {
  const fleet = await AFleet.open();
  const ended = await run(fleet, ['billing', 'cards', 'add', 'agent-0001'], stdin);
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toContain(sentence);
  expect(await fleet.requests()).toEqual([]);
});

test('a card that Stripe or the bank refuses is not saved, and the request id is told', async () => {
  const fleet = await AFleet.open();
  const declined = await run(
    fleet,
    ['billing', 'cards', 'add', 'agent-0001'],
    card({ number: '4000000000000002' }),
  );
  expect(declined.code).toBe(1);
  expect(declined.stderr).toMatch(/payment_declined, 402\)\.\nThe provider's request id is req_\w+\./);
  const asks = await run(
    fleet,
    ['billing', 'cards', 'add', 'agent-0001', '--setup-intent'],
    card({ number: '4000002760003184' }),
  );
  expect(asks.stderr).toContain('the bank wants the card holder (requires_action)');
});

test('removing asks by name, knows the cards there are, and removes one', async () => {
  const fleet = await AFleet.open();
  const remove = ['billing', 'cards', 'remove', 'agent-0001'];
  expect(await run(fleet, [...remove, 'pm_agent_0001_mastercard'])).toMatchObject({ code: 64, stdout: '' });
  const unknown = await run(fleet, [...remove, 'pm_nope', '--yes']);
  expect(unknown.stderr).toContain('there are pm_agent_0001_visa, pm_agent_0001_mastercard');
  expect(await run(fleet, [...remove, 'pm_agent_0001_mastercard', '--yes'])).toMatchObject({ code: 0 });
  const listed = await run(fleet, ['billing', 'cards', 'list', 'agent-0001']);
  expect(listed.stdout).not.toContain('mastercard');
});

test('mode observe refuses what is no read, and reads all the same', async () => {
  const fleet = await AFleet.open({ mode: 'observe' });
  expect(await run(fleet, ['wallet', 'balance', 'agent-0001'])).toMatchObject({ code: 0 });
  const off = await run(fleet, ['wallet', 'auto-funding', 'off', 'agent-0001']);
  expect(off.code).toBe(1);
  expect(off.stderr).toContain('is refused: this run only reads');
});

test.each<[string, readonly string[], string]>([
  ['billing information', ['billing', 'info', 'set', 'agent-0001', '--tax-id', 'EU1'], '--tax-id needs --tax-id-type'],
  ['a threshold at the minimum', ['wallet', 'auto-funding', 'set', 'agent-0001', '--threshold', '20', '--amount', '25'], '--threshold is not below min_balance $20.00'],
  ['an amount under the minimum', ['wallet', 'auto-funding', 'set', 'agent-0001', '--threshold', '5', '--amount', '4'], "under the provider's minimum $5.00"],
  ['a spent coupon', ['wallet', 'coupons', 'redeem', 'agent-0001', 'SUMMER24'], 'This coupon has expired'],
  ['a bonus coupon alone', ['wallet', 'coupons', 'redeem', 'agent-0001', 'BONUS20'], 'wallet fund agent-0001 AMOUNT --coupon BONUS20'],
  ['an unknown account', ['wallet', 'balance', 'nobody'], 'there is no account "nobody"'],
  ['no dollars', ['wallet', 'fund', 'agent-0001', '1.005'], 'wanted dollars with at most two decimals'],
  ['a wait without a unit', ['ensure', 'agent-0001', '40', '--wait', '5'], 'wanted a duration from 1s to 1h'],
  ['a payment that is none', ['payments', 'status', 'agent-0001', 'in_1'], 'wanted the id of a payment, pi_…'],
  ['a withdrawal without a terminal', ['wallet', 'withdraw', 'agent-0001', '5'], 'add --yes to go on without being asked'],
])('%s is refused with the place and the mend, and changes nothing', async (_what, args, sentence) => {
  const fleet = await AFleet.open();
  const ended = await run(fleet, args);
  expect(ended.stderr).toContain(sentence);
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect((await fleet.requests()).filter(({ method }) => method !== 'GET')).toEqual([]);
}); // biome-ignore format: a table

test('a coupon is redeemed once, a bonus goes with a top-up', async () => {
  const fleet = await AFleet.open();
  expect(await run(fleet, ['wallet', 'coupons', 'redeem', 'agent-0001', 'TESTDRIVE5'])).toMatchObject({
    code: 0,
  });
  expect(await run(fleet, ['wallet', 'coupons', 'redeem', 'agent-0001', 'TESTDRIVE5'])).toMatchObject({
    code: 64,
  });
  expect(await run(fleet, ['wallet', 'fund', 'agent-0001', '50', '--coupon', 'BONUS20'])).toMatchObject({
    code: 0,
  });
  expect(await fleet.charges()).toMatchObject([{ kind: 'coupon', amount_cents: 5_000 }]);
  const again = await run(fleet, ['wallet', 'fund', 'agent-0001', '50', '--coupon', 'BONUS20']);
  expect(again).toMatchObject({ code: 1 });
  expect(again.stderr).toMatch(/BONUS20: This coupon was already redeemed\. \(request id req_/);
  expect(await run(fleet, ['wallet', 'fund', 'agent-0001', '50'])).toMatchObject({ code: 0 });
});

test('the ledger is listed newest first, filtered, and as CSV', async () => {
  const fleet = await AFleet.open();
  await run(fleet, ['wallet', 'fund', 'agent-0001', '25']);
  const all = await run(fleet, ['wallet', 'transactions', 'agent-0001', '--type', 'credit', '--json']);
  const rows: readonly { amount_usd: number; created_at: string }[] = JSON.parse(all.stdout);
  expect(rows.map(({ amount_usd }) => amount_usd)).toEqual([25, 50]);
  const lately = await run(fleet, ['wallet', 'transactions', 'agent-0001', '--since', '1h', '--csv']);
  expect(lately.stdout.split('\r\n')).toHaveLength(2);
  expect(lately.stdout).toMatch(/^id,created_at,type,amount_usd,status,source,usecase,transaction_id\r\n/);
});

test.each([['pause', 'paused'], ['resume', 'active'], ['reset-cycle', 'a new billing period']])(
  'subscriptions %s is done under the journal',
  async (verb, word) => {
    const fleet = await AFleet.open();
    if (verb === 'resume') await fleet.patch({ subscription: { status: 'paused' } });
    const ended = await run(fleet, ['subscriptions', verb, 'agent-0001', '--yes']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain(word);
  },
); // biome-ignore format: a table

test('every command of the groups has help with an example', async () => {
  const fleet = await AFleet.open();
  const groups = ['billing cards', 'billing info', 'billing invoices', 'wallet', 'wallet auto-funding', 'wallet coupons', 'subscriptions', 'payments', 'usage']; // biome-ignore format: a list of words
  for (const group of groups) {
    const list = await run(fleet, [...group.split(' '), '--help']);
    const verbs = [...list.stdout.matchAll(/^ {2}([a-z][\w-]*) (?:\[options\] )?<account>/gm)].map(([, verb]) => verb ?? '');
    expect(verbs.length, group).toBeGreaterThan(0);
    for (const verb of verbs) {
      const help = await run(fleet, [...group.split(' '), verb, '--help']);
      expect(help.stdout, `${group} ${verb}`).toContain('Example:\n  ');
    }
  }
}); // biome-ignore format: one check a line

test('the audit agrees with what purser did, and names what it did not', async () => {
  const fleet = await AFleet.open();
  await run(fleet, ['wallet', 'fund', 'agent-0001', '25']);
  expect(await run(fleet, ['audit', 'agent-0001'])).toMatchObject({
    code: 0,
    stdout: 'agent-0001: 1 charge, $25.00, in both books: they agree\n',
  });
  const body = { amount: 33, payment_method_id: 'pm_agent_0001_visa' };
  await fleet.ask('/wallet/fund', body);
  const found = await run(fleet, ['audit', 'agent-0001', '--json']);
  expect(found.code).toBe(4);
  expect(JSON.parse(found.stdout)).toMatchObject([
    { matched: 1, findings: [{ finding: 'foreign', ledger_usd: 33 }] },
  ]);
  const rows = (await run(fleet, ['audit', '--csv'])).stdout.trimEnd().split('\r\n');
  expect(rows).toHaveLength(3);
});
