import { expect, test } from 'vitest';
import { configText, load } from './memory-disk.ts';

const withWallet = (wallet: string) =>
  load({
    'purser.yaml': configText({
      policies: `{ standard: { caps: { day: 900 }, wallet: { min_balance: 20, ${wallet} } } }`,
    }),
  });

/** The highest of what a top-up and the provider's own recharge can bring, and $10 of room. */
test.each([
  ['a top-up by an amount', 'top_up: { amount: 50 }', 80],
  ['a top-up to a target', 'top_up: { to: 100 }', 110],
  ['the own recharge', 'top_up: { amount: 50 }, auto_funding: { threshold: 5, amount: 500 }', 515],
  ['the recharge turned off', 'top_up: { amount: 50 }, auto_funding: off', 80],
])('max_balance leaves alone what is brought by %s', (_what, wallet, least) => {
  expect(withWallet(`${wallet}, max_balance: ${least}`)).toMatchObject({ ok: true });
  expect(withWallet(`${wallet}, max_balance: ${least - 0.01}`)).toMatchObject({
    ok: false,
    problems: [{ path: 'policies.standard.wallet.max_balance', mend: `write at least $${least}.00` }],
  });
});
