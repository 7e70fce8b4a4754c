import type { Scope } from './cap-breaches.ts';
import type { Caps, Fleet } from './write-config.ts';

const PLENTY: Caps = { per_charge: 200, day: 100_000, charges_per_day: 1_000 };
/** Three top-ups, then the wallet may run dry. */
const TIGHT: Caps = { day: 399 };

export const FLEET: Fleet = {
  poll: '2s',
  quarantine: '0s',
  policies: {
    plenty: { minBalance: 50, topUp: { amount: 100 }, caps: PLENTY },
    target: { minBalance: 50, topUp: { to: 160 }, caps: PLENTY },
    tight: { minBalance: 50, topUp: { amount: 100 }, caps: TIGHT },
  },
  policyOf: (index) => (isTight(index) ? 'tight' : index % 2 === 0 ? 'plenty' : 'target'),
};

/** Every tenth account hits its cap. */
export function isTight(index: number): boolean {
  return index % 10 === 9;
}

export function scopesOf(accounts: readonly { readonly name: string }[]): readonly Scope[] {
  return accounts.map(({ name }, index) => ({
    name,
    accounts: new Set([name]),
    caps: isTight(index) ? TIGHT : PLENTY,
  }));
}
