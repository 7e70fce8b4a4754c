import type { Scope } from './cap-breaches.ts';
import type { Caps, Fleet } from './write-config.ts';

export const MIN_BALANCE = 50;
const PLENTY: Caps = { per_charge: 200, day: 100_000, charges_per_day: 1_000 };
const TIGHT: Caps = { day: 500, charges_per_day: 9 };

/** Half of the accounts are filled up to a target: their body changes with the balance while their key does not. */
export const FLEET: Omit<Fleet, 'quarantine'> = {
  poll: '2s',
  policies: {
    plenty: { minBalance: MIN_BALANCE, topUp: { amount: 50 }, caps: PLENTY },
    target: { minBalance: MIN_BALANCE, topUp: { to: 100 }, caps: PLENTY },
    tight: { minBalance: MIN_BALANCE, topUp: { amount: 50 }, caps: TIGHT },
  },
  policyOf: (index) => (isTight(index) ? 'tight' : index % 2 === 0 ? 'plenty' : 'target'),
};

export function scopesOf(accounts: readonly { readonly name: string }[]): readonly Scope[] {
  return accounts.map(({ name }, index) => ({
    name,
    accounts: new Set([name]),
    caps: isTight(index) ? TIGHT : PLENTY,
  }));
}

function isTight(index: number): boolean {
  return index % 5 === 4;
}
