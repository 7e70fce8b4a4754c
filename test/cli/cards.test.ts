import { expect, test } from 'vitest';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

const NUMBER = '4242424242424242';
const CVC = '987';
const card = (over: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({ number: NUMBER, exp_month: 12, exp_year: 2040, cvc: CVC, ...over });
const ADD = ['billing', 'cards', 'add', 'agent-0001'];
const REMOVE = ['billing', 'cards', 'remove', 'agent-0001'];
const LIST = ['billing', 'cards', 'list', 'agent-0001'];
const VISA = 'pm_agent_0001_visa';
const MASTERCARD = 'pm_agent_0001_mastercard';

type From = { readonly stdin?: string; readonly typed?: readonly string[] };

/** One command; no card number and no CVC may be in what it prints. */
async function run(fleet: AFleet, args: readonly string[], { stdin = '', typed = [] }: From = {}) {
  const ended = await purser(args, fleet.surroundings, 0, stdin, typed);
  for (const text of [ended.stdout, ended.stderr]) {
    expect(text).not.toMatch(/\d{12}/);
    expect(text).not.toMatch(/\b987\b/);
  }
  return ended;
}

async function listed(fleet: AFleet) {
  const { stdout } = await run(fleet, [...LIST, '--json']);
  return JSON.parse(stdout) as readonly { id: string; last4: string; default: boolean }[]; // README, "Commands"
}

test.each([[[]], [['--setup-intent']], [['--default']]])(
  'a card from stdin is saved at Stripe and attached, with %j',
  async (flags) => {
    const fleet = await AFleet.open();
    const added = await run(fleet, [...ADD, ...flags], { stdin: card() });
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const id = /pm_\w+/.exec(added.stdout)?.[0] ?? 'none';
    const cards = await listed(fleet);
    expect(cards.find((one) => one.id === id)).toMatchObject({
      last4: '4242',
      default: flags.includes('--default'),
    });
  },
);

test('a card is typed at the prompt, with spaces and a short year', async () => {
  const fleet = await AFleet.open();
  const added = await run(fleet, ADD, { typed: ['4242 4242 4242 4242', '12/40', CVC] });
  expect(added.stderr).toBe('Card number (not shown): Expiry, MM/YY (not shown): CVC (not shown): ');
  expect(added.stdout).toMatch(/^agent-0001: saved pm_\w+\n$/);
});

test.each<[string, string, string]>([
  ['a wrong digit', card({ number: '4242424242424241' }), 'the card number has a wrong digit'],
  ['an expiry in the past', card({ exp_year: 2020 }), 'the card has expired'],
  ['no expiry', card({ exp_month: 'soon' }), 'the expiry is not a month and a year'],
  ['a short CVC', card({ cvc: '1' }), 'the CVC has three or four digits'],
  ['no JSON', 'my card', 'no card: give one at the prompt, or on stdin as JSON'],
])('%s is said before anything is sent, a login too, and is not shown', async (_what, stdin, sentence) => {
  const fleet = await AFleet.open({ isByLogin: true });
  const ended = await run(fleet, ADD, { stdin });
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toContain(sentence);
  expect(ended.stderr).toContain('Nothing was sent.');
  expect(await fleet.requests()).toEqual([]);
});

test.each<[string, readonly string[], string, RegExp]>([
  ['the bank', [], '4000000000000002', /^purser: save pm_\w+: Your card was declined \(payment_declined, generic_decline, 402\)\.\n/],
  ['the bank, asked through a SetupIntent', ['--setup-intent'], '4000000000000002', /^purser: Stripe: Your card was declined \(card_declined, generic_decline, 402\)\.\n/],
  ['3-D Secure', ['--setup-intent'], '4000002760003184', /^purser: the bank wants the card holder \(requires_action\): the card is not saved\.\n/],
])('a card that %s refuses is not saved; the request id and what to do next are told', async (_who, flags, number, said) => {
  const fleet = await AFleet.open();
  const before = await listed(fleet);
  const refused = await run(fleet, [...ADD, ...flags, '--json'], { stdin: card({ number }) });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(said);
  expect(refused.stderr).toMatch(/\nThe provider's request id is req_\w+\.\n[A-Z].*another card.*\n$/);
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { request_id: expect.stringMatching(/^req_/) } });
  expect(await listed(fleet)).toEqual(before);
}); // biome-ignore format: a table

test('in mode observe a card is refused before it is asked for, and Stripe sees nothing', async () => {
  const fleet = await AFleet.open({ mode: 'observe' });
  const refused = await run(fleet, ADD, { stdin: card() });
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('mode is observe');
  expect(await fleet.requests()).toEqual([]);
});

test('removing asks by name, knows the cards there are, and removes one', async () => {
  const fleet = await AFleet.open();
  expect(await run(fleet, [...REMOVE, MASTERCARD])).toMatchObject({ code: 64, stdout: '' });
  const unknown = await run(fleet, [...REMOVE, 'pm_nope', '--yes']);
  expect(unknown.stderr).toContain(`there are ${VISA} (visa …4242), ${MASTERCARD} (mastercard …4444)`);
  const wrong = await run(fleet, [...REMOVE, MASTERCARD], { typed: ['agent-0002'] });
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was changed.') });
  expect(await fleet.posts()).toEqual([]);
  expect(await run(fleet, [...REMOVE, MASTERCARD], { typed: ['agent-0001'] })).toMatchObject({ code: 0 });
  expect(await listed(fleet)).toMatchObject([{ id: VISA }]);
});

test('removing warns where a policy names the card, and where it is the default or the last', async () => {
  const fleet = await AFleet.open({ wallet: { pay_with: ['default', MASTERCARD] } });
  const named = await run(fleet, [...REMOVE, MASTERCARD]);
  expect(named.stderr).toContain(`note: policies.standard.wallet.pay_with names ${MASTERCARD}.\n`);
  const first = await run(fleet, [...REMOVE, VISA]);
  expect(first.stderr).toContain('note: it is the default card, which renewals are charged to');
  await run(fleet, [...REMOVE, MASTERCARD, '--yes']);
  const last = await run(fleet, [...REMOVE, VISA, '--yes', '--json']);
  expect(JSON.parse(last.stdout)).toMatchObject({
    removed: VISA,
    warnings: ['it is the only card of agent-0001: nothing can be charged without one'],
  });
});

test('another card is made the default, once', async () => {
  const fleet = await AFleet.open();
  const set = ['billing', 'cards', 'default', 'agent-0001', MASTERCARD];
  expect((await run(fleet, set)).stdout).toContain(`mastercard …4444 (${MASTERCARD}) is the default card\n`);
  expect((await run(fleet, set)).stdout).toContain('is the default card already');
  expect(await fleet.posts()).toHaveLength(1);
  expect((await run(fleet, LIST)).stdout).toMatch(
    /^ID +CARD +EXPIRES +DEFAULT\npm_\w+ +visa …4242 +12\/2029\n/,
  );
});
