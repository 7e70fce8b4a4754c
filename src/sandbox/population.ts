import { type MicroUsd, microUsd } from '../domain/money.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { AccountSeed, CardSeed, SubscriptionSeed } from './provider/open-world.ts';
import { type Generator, seedState, uniform, word } from './provider/random.ts';

/** The speed that the characters of `demo` are made for: an hour of virtual time passes in a real minute. */
export const DEMO_SPEED = 60;

const FLEET_COUNT_MAX = 100_000;

/**
 * `agent-0001` and so on: a working Visa as default, a working Mastercard behind it, an active subscription, $30 to $80
 * in the wallet and a burn of $0.50 to $3 an hour of virtual time. One seed always gives one fleet, token for token.
 */
export function fleet(options: { readonly count: number; readonly seed: string }): readonly AccountSeed[] {
  const count = Math.min(options.count, FLEET_COUNT_MAX);
  const width = Math.max(4, String(count).length);
  return Array.from({ length: count }, (_, index) => {
    const name = `agent-${String(index + 1).padStart(width, '0')}`;
    const generator = { state: seedState(`${options.seed} ${name}`) };
    const base = healthy(name, index, generator);
    const balanceMicroUsd = dollars(30 + Math.floor(uniform(generator) * 5_000) / 100);
    const burnMicroUsdPerHour = dollars(0.5 + Math.floor(uniform(generator) * 250) / 100);
    const renewsInMs = (1 + uniform(generator) * 29) * DAY_MS;
    const subscription: SubscriptionSeed = { planId: 42, status: 'active', renewsInMs };
    return { ...base, balanceMicroUsd, burnMicroUsdPerHour, subscription };
  });
}

/**
 * The accounts of the sandbox inside `npm start`, by position, at `DEMO_SPEED`:
 * 0 burns $50 a real minute from $23.20: below a minimum of $20 in about 4 s and, topped up by $50, again every minute;
 * 1 is below that minimum from the start; its default card declines (insufficient_funds), the one behind it works;
 * 2 a full wallet and a subscription that is `past_due` although the card works by now;
 * 3 nearly empty, with one card, which is reported lost: only a person can help;
 * 4 and on: healthy, slow burn.
 * The second card of each is `pm_backup`, so that one policy can name it for all.
 */
export function demo(names: readonly string[], seed = 'demo'): readonly AccountSeed[] {
  return names.map((name, index) => {
    const generator = { state: seedState(`${seed} ${name}`) };
    const base = withBackup(healthy(name, index, generator));
    const change = DEMO_CHARACTERS[index];
    return change === undefined ? base : { ...base, ...change(base) };
  });
}

const DEMO_CHARACTERS: readonly ((base: AccountSeed) => Partial<AccountSeed>)[] = [
  () => ({ balanceMicroUsd: dollars(23.2), burnMicroUsdPerHour: dollars(50) }),
  (base) => ({
    balanceMicroUsd: dollars(18.4),
    burnMicroUsdPerHour: dollars(6),
    cards: base.cards.map((card, index) =>
      index === 0 ? { ...card, behaviour: 'insufficient_funds', last4: '9995' } : card,
    ),
  }),
  () => ({ subscription: { planId: 43, status: 'past_due', renewsInMs: -6 * HOUR_MS } }),
  (base) => ({
    balanceMicroUsd: dollars(6.5),
    burnMicroUsdPerHour: dollars(1),
    cards: base.cards.slice(0, 1).map((card) => ({ ...card, behaviour: 'lost_card', last4: '9987' })),
  }),
];

function withBackup(base: AccountSeed): AccountSeed {
  return {
    ...base,
    cards: base.cards.map((card, index) => (index === 1 ? { ...card, id: 'pm_backup' } : card)),
  };
}

function healthy(name: string, index: number, generator: Generator): AccountSeed {
  return {
    name,
    email: `${name}@sandbox.purser.test`.toLowerCase(),
    password: `sbx-password-${word(generator, 16)}`,
    token: `${index + 1}|sbx_${word(generator, 40)}`,
    balanceMicroUsd: dollars(60),
    burnMicroUsdPerHour: dollars(2),
    cards: [
      card(generator, { id: `pm_${idOf(name)}_visa`, brand: 'visa', last4: '4242' }),
      card(generator, { id: `pm_${idOf(name)}_mastercard`, brand: 'mastercard', last4: '4444' }),
    ],
    subscription: { planId: 42, status: 'active', renewsInMs: 20 * DAY_MS },
    isReseller: false,
  };
}

function card(generator: Generator, face: Pick<CardSeed, 'id' | 'brand' | 'last4'>): CardSeed {
  return { ...face, behaviour: 'succeed', fingerprint: word(generator, 16) };
}

/** Seeded cards have ids that can be written into a config beforehand: "pm_render_eu_mastercard". */
function idOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '_');
}

/** Literals of this file only: dollars with at most two decimals. */
function dollars(value: number): MicroUsd {
  return microUsd(Math.round(value * 100) * 10_000);
}
