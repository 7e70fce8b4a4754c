import type { Scope } from './cap-breaches.ts';
import type { Caps, Fleet } from './write-config.ts';

export const MIN_BALANCE = 50;

const PLENTY: Caps = { per_charge: 200, day: 100_000, charges_per_day: 1_000 };
/** Caps that a run of a few minutes runs into. */
const BY_DAY: Caps = { per_charge: 100, day: 400, month: 5_000 };
const BY_COUNT: Caps = { week: 50_000, charges_per_day: 7 };
const BY_MONTH: Caps = { month: 650 };
const GROUP: Caps = { day: 1_500, charges_per_day: 40 };

const POLICIES: readonly (readonly [string, Caps])[] = [
  ['plenty', PLENTY],
  ['by-day', BY_DAY],
  ['by-count', BY_COUNT],
  ['by-month', BY_MONTH],
];

/** Of ten accounts one each is capped by day, by count and by month, two share a group's cap, five have plenty. */
export const FLEET: Fleet = {
  poll: '5s',
  quarantine: '0s',
  policies: {
    plenty: { minBalance: MIN_BALANCE, topUp: { amount: 50 }, caps: PLENTY },
    'by-day': { minBalance: MIN_BALANCE, topUp: { amount: 50 }, caps: BY_DAY },
    'by-count': { minBalance: MIN_BALANCE, topUp: { to: 110 }, caps: BY_COUNT },
    'by-month': { minBalance: MIN_BALANCE, topUp: { amount: 50 }, caps: BY_MONTH },
  },
  policyOf,
  groups: { shared: GROUP },
  groupOf: (index) => (isShared(index) ? 'shared' : null),
  caps: { day: 1_000_000, month: 1_000_000 },
};

/** The same caps as sets of accounts, for counting. */
export function scopesOf(accounts: readonly { readonly name: string }[]): readonly Scope[] {
  const shared = new Set(accounts.filter((_, index) => isShared(index)).map(({ name }) => name));
  const own = accounts.map(({ name }, index) => ({
    name,
    accounts: new Set([name]),
    caps: POLICIES.find(([policy]) => policy === policyOf(index))?.[1] ?? PLENTY,
  }));
  return [...own, { name: 'group shared', accounts: shared, caps: GROUP }];
}

function policyOf(index: number): string {
  return POLICIES[index % 10]?.[0] ?? 'plenty';
}

function isShared(index: number): boolean {
  return index % 10 === 4 || index % 10 === 5;
}
