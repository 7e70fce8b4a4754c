import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

/** One command against the sandbox of a fleet. */
const run = (fleet: AFleet, args: readonly string[]) => purser(args, fleet.surroundings);

test('mode observe refuses what is no read, and reads all the same', async () => {
  const fleet = await AFleet.open({ mode: 'observe' });
  expect(await run(fleet, ['wallet', 'balance', 'agent-0001'])).toMatchObject({ code: 0 });
  const off = await run(fleet, ['wallet', 'auto-funding', 'off', 'agent-0001', '--yes']);
  expect(off.code).toBe(1);
  expect(off.stderr).toContain('is refused: this run only reads');
});

test.each<[string, readonly string[], string]>([
  ['billing information', ['billing', 'info', 'set', 'agent-0001', '--tax-id', 'EU1'], '--tax-id needs --tax-id-type'],
  ['a threshold at the minimum', ['wallet', 'auto-funding', 'set', 'agent-0001', '--threshold', '20', '--amount', '25'], '--threshold is not below min_balance $20.00'],
  ['an amount under the minimum', ['wallet', 'auto-funding', 'set', 'agent-0001', '--threshold', '5', '--amount', '4'], "under the provider's minimum $5.00"],
  ['a bonus coupon alone', ['wallet', 'coupons', 'redeem', 'agent-0001', 'BONUS20'], 'wallet fund agent-0001 AMOUNT --coupon BONUS20'],
  ['an unknown account', ['wallet', 'balance', 'nobody'], 'there is no account "nobody"'],
  ['no dollars', ['wallet', 'fund', 'agent-0001', '1.005'], 'wanted dollars with at most two decimals'],
  ['a wait without a unit', ['ensure', 'agent-0001', '40', '--wait', '5'], 'wanted a duration from 1s to 1h'],
  ['a payment that is none', ['payments', 'status', 'agent-0001', 'in_1'], 'wanted the id of a payment, pi_…'],
  ['a top-up under the minimum', ['wallet', 'fund', 'agent-0001', '9.99'], "the amount $9.99 is under the provider's minimum $10.00"],
  ['a link under the minimum', ['pay-link', 'agent-0001', '--amount', '5'], "--amount $5.00 is under the provider's minimum $10.00"],
  ['a link for two things', ['pay-link', 'agent-0001', '--amount', '50', '--plan', '42'], 'say either --amount or --plan'],
  ['a custom amount over the maximum', ['subscriptions', 'charge-amount', 'agent-0001', '10001', '--yes'], "over the provider's maximum $10000.00"],
  ['a custom amount under the minimum', ['subscriptions', 'charge-amount', 'agent-0001', '4', '--yes'], "under the provider's minimum $5.00"],
  ['a card that is none', ['wallet', 'fund', 'agent-0001', '50', '--card', '4242'], 'wanted the id of a saved card, such as pm_1AbC'],
  ['an e-mail that is none', ['billing', 'info', 'set', 'agent-0001', '--email', 'me'], '--email "me": wanted where invoices are sent'],
  ['a country by name', ['billing', 'info', 'set', 'agent-0001', '--address-country', 'usa'], 'wanted two letters, such as US'],
  ['nothing to change', ['billing', 'info', 'set', 'agent-0001'], 'say what to change, such as --name'],
  ['an invoice with a slash', ['billing', 'invoices', 'show', 'agent-0001', '../x'], '"../x" is not an id of the provider'],
  ['a history without end', ['usage', 'history', 'agent-0001', '--limit', '1e2'], '--limit "1e2": wanted a whole number from 1 to 200'],
  ['a type that is none', ['wallet', 'transactions', 'agent-0001', '--type', 'both'], 'wanted credit or debit'],
  ['an instant that is none', ['audit', '--since', 'soon'], '--since "soon": wanted 2026-11-01 or 7d'],
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
    code: 1,
  });
  expect(await run(fleet, ['wallet', 'fund', 'agent-0001', '50', '--coupon', 'BONUS20'])).toMatchObject({
    code: 0,
  });
  expect(await fleet.charges()).toMatchObject([{ kind: 'coupon', amount_cents: 5_000 }]);
  const again = await run(fleet, ['wallet', 'fund', 'agent-0001', '50', '--coupon', 'BONUS20']);
  expect(again).toMatchObject({ code: 1 });
  expect(again.stderr).toMatch(/BONUS20: This coupon was already redeemed \(request id req_/);
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
    const sure = verb === 'reset-cycle' ? ['--yes'] : [];
    const ended = await run(fleet, ['subscriptions', verb, 'agent-0001', ...sure]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain(word);
  },
); // biome-ignore format: a table

test('an addon takes the place of the plan only where that is said', async () => {
  const fleet = await AFleet.open();
  const update = ['subscriptions', 'update', 'agent-0001', 'Extra training'];
  const refused = await run(fleet, update);
  expect(refused.code).toBe(1);
  expect(refused.stdout + refused.stderr).toContain('choose another plan, or say --addon');
  expect(await fleet.posts()).toEqual([]);
  const done = await run(fleet, [...update, '--addon']);
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('is on plan Extra training (51)') });
});

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
