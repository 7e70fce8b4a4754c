import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

const ONE = 'agent-0001';

/** Every command by hand that reaches the provider, and one way in which the provider says no. */
const REFUSED: readonly (readonly [string, readonly string[], string])[] = [
  ['an unknown subscription', ['subscriptions', 'status', ONE, '77'], 'Subscription not found (not_found, 404)'],
  ['an unknown payment', ['payments', 'status', ONE, 'pi_nope'], 'Payment not found (not_found, 404)'],
  ['an unknown invoice', ['billing', 'invoices', 'show', ONE, 'in_nope'], 'Invoice not found (not_found, 404)'],
  ['the PDF of an unknown invoice', ['billing', 'invoices', 'pdf', ONE, 'in_nope'], 'Invoice not found (not_found, 404)'],
  ['a coupon that has expired', ['wallet', 'coupons', 'redeem', ONE, 'SUMMER24'], 'SUMMER24: This coupon has expired'],
]; // biome-ignore format: a table

test.each(REFUSED)(
  '%s ends with 1, a sentence, the request id and what to do next, also as JSON',
  async (_what, args, sentence) => {
    const fleet = await AFleet.open();
    const { code, stdout, stderr } = await purser([...args, '--json'], fleet.surroundings);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^purser: [^\n]+\.\nThe provider's request id is req_\w+\.\n[A-Z][^\n]+\.\n$/);
    const { error } = JSON.parse(stdout);
    const requestId = /req_\w+/.exec(stderr)?.[0];
    expect(error).toMatchObject({ request_id: requestId, mend: expect.stringMatching(/\.$/) });
    expect(stderr).toContain(`purser: ${error.message}.\n`);
    const plain = await purser(args, fleet.surroundings);
    expect(plain).toMatchObject({ code: 1, stdout: '' });
  },
);

test.each<[string, readonly string[], string, string]>([
  ['a card that is not saved', ['wallet', 'fund', ONE, '50', '--card', 'pm_nope'], 'pm_nope is not saved', 'not_possible'],
  ['a plan that there is not', ['subscriptions', 'create', ONE, 'Gold'], `purser subscriptions plans ${ONE}\` lists`, 'plan_unknown'],
  ['a second subscription', ['subscriptions', 'create', ONE, 'Basic'], 'is active; change its plan instead', 'not_possible'],
  ['a repair of what is in order', ['subscriptions', 'fix-payment', ONE], 'it is active', 'not_possible'],
  ['what is over a cap', ['wallet', 'fund', ONE, '900'], 'ask for less, or raise the cap in the config', 'cap_per_charge'],
  ['a job over the day cap', ['ensure', ONE, '300'], 'waiting helps: a charge leaves the window 24 h after it was made', 'cap_day'],
  ['a payout that leaves too little', ['wallet', 'withdraw', ONE, '1', '--yes'], 'less than the minimum', 'not_possible'],
])('%s is not done: 1, why, and an answer as data', async (_what, args, sentence, reason) => {
  const fleet = await AFleet.open({ caps: { per_charge: 100, day: 200 } });
  if (args.includes('withdraw')) await fleet.patch({ balance: 20.5 });
  const { code, stdout, stderr } = await purser([...args, '--json'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stderr).toContain(sentence);
  expect(JSON.parse(stdout)).toMatchObject({ account: ONE, outcome: 'refused', reason });
  expect(await fleet.posts()).toEqual([]);
}); // biome-ignore format: a table

test('a plan change whose card is declined names the card, and how to charge another', async () => {
  const fleet = await AFleet.open({ caps: { per_charge: 300, day: 900 } });
  await fleet.patch({
    cards: [{ brand: 'visa', last4: '9995', behaviour: 'insufficient_funds' }],
    subscription: { status: 'active', plan_id: 41 },
  });
  const { code, stderr } = await purser(['subscriptions', 'update', ONE, 'Premium'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stderr).toContain('nothing was charged: visa …9995 was declined (insufficient_funds)\n');
  expect(stderr).toContain(`\`purser billing cards default ${ONE} ID\``);
});

test('a card that was declined a moment ago is not charged by hand: which, for how long, and how to charge another', async () => {
  const fleet = await AFleet.open();
  await fleet.patch({ cards: [{ brand: 'visa', last4: '9995', behaviour: 'insufficient_funds' }] });
  const charge = () => purser(['subscriptions', 'charge-amount', ONE, '5', '--yes'], fleet.surroundings);
  expect(await charge()).toMatchObject({ code: 1 });
  const posts = await fleet.posts();
  const { code, stderr } = await charge();
  expect({ code, posts: await fleet.posts() }).toEqual({ code: 1, posts });
  expect(stderr).toMatch(/not done: the card was declined \(insufficient_funds\), rests for \w+\n/);
  expect(stderr).toContain(`\`purser billing cards default ${ONE} ID\` charges another one a minute later`);
});

test('what is over the count of charges a day is not helped by a smaller charge', async () => {
  const fleet = await AFleet.open({ caps: { day: 200, charges_per_day: 1 } });
  const fund = () => purser(['wallet', 'fund', ONE, '20'], fleet.surroundings);
  expect(await fund()).toMatchObject({ code: 0 });
  const { code, stderr } = await fund();
  expect(code).toBe(1);
  expect(stderr).toContain('raise the cap in the config, or wait: a charge leaves the window 24 h after');
});

test('a paused subscription whose plan is to be changed is to be resumed first', async () => {
  const fleet = await AFleet.open({ caps: { per_charge: 300, day: 900 } });
  await fleet.patch({ subscription: { status: 'paused', plan_id: 41 } });
  const { code, stderr } = await purser(['subscriptions', 'update', ONE, 'Premium'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stderr).toContain(`is changed after \`purser subscriptions resume ${ONE}\``);
});

test('a coupon that is not valid ends validate with 1, and still says why', async () => {
  const fleet = await AFleet.open();
  const args = ['wallet', 'coupons', 'validate', ONE, 'SUMMER24'];
  expect(await purser(args, fleet.surroundings)).toMatchObject({
    code: 1,
    stdout: 'not valid: This coupon has expired\n',
  });
  const { code, stdout } = await purser([...args, '--json'], fleet.surroundings);
  expect({ code, data: JSON.parse(stdout) }).toMatchObject({ code: 1, data: { valid: false } });
});

test('--yes where nothing is asked is refused with a word that says so', async () => {
  const fleet = await AFleet.open();
  const { code, stderr } = await purser(['wallet', 'fund', ONE, '50', '--yes'], fleet.surroundings);
  expect({ code, stderr }).toEqual({
    code: 64,
    stderr: "error: unknown option '--yes'\nIt never asks: leave --yes out.\n",
  });
  expect(await fleet.posts()).toEqual([]);
});

test('check --online says what mends a token that is dead, and does not doubt the network that brought the refusal', async () => {
  const fleet = await AFleet.open({}, 1);
  await fleet.patch({ expire_token: true });
  const { code, stdout, stderr } = await purser(['check', '--online'], fleet.surroundings);
  expect(code).toBe(1);
  expect(stdout + stderr).not.toContain('network');
  expect(stdout).toMatch(
    /^FAILED {2}agent-0001 {2}credentials refused: Give the account a valid token: it is read from the environment variable \w+0001\w*\.$/m,
  );
});

test('a refusal by the provider of what was asked for by hand tells its request id, and logs nothing beside it', async () => {
  const fleet = await AFleet.open();
  await fleet.patch({ balance: 90 });
  const { code, stdout, stderr } = await purser(
    ['wallet', 'withdraw', ONE, '5', '--yes'],
    fleet.surroundings,
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^agent-0001: not done: the provider refused it: forbidden\n {2}the provider's request id is req_\w+\n {2}the provider does not allow it to this account; its support knows why\n$/,
  );
});

test.each([
  ['wallet balance', ['wallet', 'balance', ONE]],
  ['audit', ['audit', ONE]],
  ['wallet auto-funding off', ['wallet', 'auto-funding', 'off', ONE, '--yes']],
  ['wallet fund', ['wallet', 'fund', ONE, '50', '--wait', '5s']],
])('%s while the provider is down says so once, and that nothing was sent', async (_name, args) => {
  const fleet = await AFleet.open();
  await purser(['wallet', 'fund', 'agent-0002', '50'], fleet.surroundings);
  await fleet.sandbox.close();
  const { code, stderr } = await purser(args, fleet.surroundings);
  expect(code).toBe(1);
  expect(stderr.match(/ECONNREFUSED/g)).toHaveLength(1);
  expect(stderr).toMatch(/othing was sent for it; try again|Nothing was sent\./);
});

test.each([
  [['wallet', 'balance', ONE]],
  [['wallet', 'fund', ONE, '50']],
  [['billing', 'cards', 'list', ONE]],
])('a login that is refused says where to look, with the request id: %j', async (args) => {
  const fleet = await AFleet.open({ isByLogin: true });
  const wrong = { ...fleet.surroundings.secrets };
  for (const name of Object.keys(wrong)) if (name.includes('PASSWORD')) wrong[name] = 'wrong-password-000';
  const { code, stderr } = await purser(args, { ...fleet.surroundings, secrets: wrong });
  expect(code).toBe(1);
  expect(stderr).toContain('the provider refuses the credentials');
  expect(stderr).toMatch(
    /Check email and password: the password is read from the environment variable [A-Z0-9_]+\./,
  );
  expect(stderr).toMatch(/request id is req_\w+/);
});

test('an answer that was lost after a write is told as doubt, after a read as something to repeat', async () => {
  const fleet = await AFleet.open();
  await fleet.faults({ error_after_effect: 1 });
  const write = await purser(['billing', 'info', 'set', ONE, '--name', 'Acme'], fleet.surroundings);
  expect(write.stderr).toContain('It may have happened all the same: look before you try again.');
  const read = await purser(['billing', 'info', 'show', ONE], fleet.surroundings);
  expect(read.stderr).toContain("Try again; if it stays so, ask the provider's support.");
});

test('a bad config, a wrong option and an unknown account are data too where JSON is asked for', async () => {
  const fleet = await AFleet.open();
  const code = async (args: readonly string[]) => {
    const ended = await purser([...args, '--json'], fleet.surroundings);
    return [ended.code, JSON.parse(ended.stdout).error.code];
  };
  expect(await code(['wallet', 'balance', 'nobody'])).toEqual([64, 'unknown_account']);
  expect(await code(['wallet', 'balance'])).toEqual([64, 'usage']);
  fleet.write({ caps: { per_charge: -1 } });
  expect(await code(['wallet', 'balance', ONE])).toEqual([78, 'bad_config']);
});
