import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import { purser } from './a-command.ts';
import { AFleet } from './a-fleet.ts';

const ONE = 'agent-0001';
const link = (fleet: AFleet, ...args: readonly string[]) =>
  purser(['pay-link', ONE, ...args, '--json'], fleet.surroundings);

const made = async (fleet: AFleet) =>
  (await fleet.posts()).filter(({ path }) => path.endsWith('/billing/payment-link')).length;

test('who asks for the same link again gets the one that is open, at once', async () => {
  const fleet = await AFleet.open();
  const first = JSON.parse((await link(fleet, '--amount', '50')).stdout);
  expect(first).toMatchObject({ outcome: 'done', reason: 'link_open', payment_url: expect.any(String) });
  const again = await link(fleet, '--amount', '50');
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ intent: first.intent, payment_url: first.payment_url });
  expect(await made(fleet)).toBe(1);
});

test('another amount while a link is open is refused with that link, for both would be paid', async () => {
  const fleet = await AFleet.open();
  const first = JSON.parse((await link(fleet, '--amount', '50')).stdout);
  const other = await link(fleet, '--amount', '60');
  expect(other.code).toBe(1);
  expect(JSON.parse(other.stdout)).toMatchObject({
    outcome: 'refused',
    reason: 'intent_open',
    payment_url: first.payment_url,
  });
  expect(other.stderr).toContain(`  pay   ${first.payment_url}\n`);
  expect(other.stderr).toContain('  no link can be withdrawn, ');
  const explained = await purser(['explain', ONE], fleet.surroundings);
  expect(explained.stdout).toContain(`    pay   ${first.payment_url}\n`);
  expect(await made(fleet)).toBe(1);
});

test('what is listed for the whole fleet says that a link is out, and not its address', async () => {
  const fleet = await AFleet.open();
  const { payment_url: url } = JSON.parse((await link(fleet, '--amount', '50')).stdout);
  for (const command of [['status'], ['status', '--json'], ['incidents'], ['incidents', '--json']]) {
    const { stdout, stderr } = await purser(command, fleet.surroundings);
    expect(stdout, command.join(' ')).toContain(ONE);
    expect(stdout + stderr, command.join(' ')).not.toContain(url);
  }
});

test('a link for a plan is the same by name and by id', async () => {
  const fleet = await AFleet.open({ caps: { per_charge: 200, day: 200 } });
  await fleet.patch({ subscription: null });
  const first = JSON.parse((await link(fleet, '--plan', 'Standard')).stdout);
  const again = JSON.parse((await link(fleet, '--plan', '42')).stdout);
  expect(again).toMatchObject({ outcome: 'done', payment_url: first.payment_url });
});

test.each(['--charged', '--not-charged'])(
  'while a link can be paid nobody closes it with resolve %s: 4; when it has ended, and is open still, anybody does',
  async (verdict) => {
    const fleet = await AFleet.open();
    const { intent } = JSON.parse((await link(fleet, '--amount', '50')).stdout);
    const resolve = (aheadMs: number) =>
      purser(['resolve', intent, verdict, '--yes'], fleet.surroundings, aheadMs);
    const refused = await resolve(23 * HOUR_MS);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain(`${intent} is a payment link, which a person can pay until 20`);
    expect((await link(fleet, '--amount', '60')).code).toBe(1);
    expect(await made(fleet)).toBe(1);
    expect((await resolve(25 * HOUR_MS)).stdout).toContain(`${intent} is closed as`);
  },
);

type Shown = { readonly severity: string; readonly type: string };

test('a link by hand is a warning, until nothing else will pay', async () => {
  const fleet = await AFleet.open({ wallet: { pay_with: ['default', 'human'] } }, 1);
  const severities = async (): Promise<readonly string[]> => {
    const { stdout } = await purser(['incidents', '--json'], fleet.surroundings);
    return JSON.parse(stdout).incidents.map((one: Shown) => `${one.severity} ${one.type}`);
  };
  await link(fleet, '--amount', '50');
  await purser(['once'], fleet.surroundings);
  expect(await severities()).toEqual(['warning payment.action_required']);
  expect((await purser(['once'], fleet.surroundings)).code).toBe(0);
  await fleet.patch({ balance: 5, cards: [{ brand: 'visa', last4: '9987', behaviour: 'lost_card' }] });
  await purser(['once'], fleet.surroundings); // the card is declined, and no other is left
  expect((await purser(['once'], fleet.surroundings)).code).toBe(4);
  expect(await severities()).toContain('critical payment.action_required');
});
