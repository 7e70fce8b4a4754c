import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { DisturbanceName, WeatherName } from './faults.ts';
import type { Dice } from './keyed-random.ts';
import type { Disturbance, Plan, ProviderPlan, Wishes } from './plan.ts';

/** Every so manieth seed has a theme: what a swarm of independent faults would bring together too rarely. */
const EVERY = 4;

export function hasTheme(seed: number): boolean {
  return seed % EVERY === 1;
}

/** Every so manieth seed, none of which has a theme, is about subscriptions. */
const OF_PLANS_EVERY = 10;

export function isOfPlans(seed: number): boolean {
  return seed % OF_PLANS_EVERY === 2;
}

const PLAN_EVENTS = ['plan_lapses', 'plan_canceled', 'plan_paused', 'plan_left'] as const;

/** Everybody has a subscription, to which things happen, on top of what else was drawn. */
export function ofPlans(plan: Plan, dice: Dice): Plan {
  const accounts = plan.accounts.map((account) => ({
    ...account,
    subscription: dice.happens(0.2) ? ('past_due' as const) : ('active' as const),
  }));
  const events = PLAN_EVENTS.flatMap((kind) => at(plan, dice, kind, { count: dice.whole(0, 4) }));
  const rates = new Map(plan.rates);
  if (dice.happens(0.5)) rates.set('list_behind', dice.scaled(0.02, 0.4));
  return having({ ...plan, accounts, rates }, events);
}

/** Every so manieth seed, with no theme and not about subscriptions, is of a provider that is odd in lawful ways. */
const ODD_EVERY = 10;

export function isOdd(seed: number): boolean {
  return seed % ODD_EVERY === 6;
}

const DEARER_PLAN = 42;
const ODD_EVENTS = ['plan_lapses', 'plan_unpaid', 'plan_left', 'own_recharge', 'account_leaves'] as const;

/** What others take for granted: names of cards, whole lists, a config that only grows, one's own amounts, free changes. */
export function odd(plan: Plan, dice: Dice): Plan {
  const accounts = plan.accounts.map((account) => ({
    ...account,
    subscription: dice.happens(0.6) ? ('active' as const) : ('none' as const),
  }));
  const events = ODD_EVENTS.flatMap((kind) => at(plan, dice, kind, { count: dice.whole(0, 3) }));
  const rates = new Map(plan.rates);
  if (dice.happens(0.4)) rates.set('list_lacks', dice.scaled(0.02, 0.4));
  const planId = dice.happens(0.5) ? DEARER_PLAN : plan.planId;
  return having({ ...plan, accounts, rates, planId }, events, { showsFaces: dice.happens(0.5) });
}

/** In every so manieth seed, with no other story, people and agents order by hand. */
const OF_ORDERS_EVERY = 20;

export function isOfOrders(seed: number): boolean {
  return seed % OF_ORDERS_EVERY === 15;
}

export function ofOrders(plan: Plan, dice: Dice): Plan {
  const kinds = ['order_fund', 'order_ensure'] as const;
  return having(
    plan,
    kinds.flatMap((kind) => at(plan, dice, kind, { count: dice.whole(1, 8) })),
  );
}

type Theme = (plan: Plan, dice: Dice) => Plan;

/** A plan with one story in it that is known to be dangerous, on top of what else was drawn for it. */
export function themed(plan: Plan, dice: Dice): Plan {
  return dice.pick(THEMES)(plan, dice);
}

/** A fleet that charges often, from the first hour on, so that the story has many chances. */
function thirsty(plan: Plan, dice: Dice, wishes: Partial<Wishes> = {}): Plan {
  const topUpCents = dice.whole(12, 30) * 100;
  return {
    ...plan,
    accounts: plan.accounts.map((account) => ({ ...account, burnCentsPerHour: dice.whole(200, 700) })),
    pollMs: dice.pick([30, 60, 60, 120]) * MINUTE_MS,
    isAdopted: true,
    wishes: {
      ...plan.wishes,
      minCents: dice.whole(8, 15) * 100,
      topUpCents,
      cooldownMs: 0,
      dayCents: topUpCents * 20,
      weekCents: topUpCents * 80,
      monthCents: topUpCents * 200,
      chargesPerDay: null,
      fleetDayCents: null,
      groupDayCents: null,
      ...wishes,
    },
  };
}

/** The weather of the theme alone: with more, no answer would be whole. */
function raining(plan: Plan, rates: Partial<Record<WeatherName, number>>): Plan {
  const entries = Object.entries(rates) as [WeatherName, number][]; // the keys of the argument's type
  return { ...plan, rates: new Map(entries) };
}

function at(
  plan: Plan,
  dice: Dice,
  kind: DisturbanceName,
  options: { readonly count: number; readonly turn?: number; readonly size?: number },
): readonly Disturbance[] {
  const { count, turn, size } = options;
  return Array.from({ length: count }, (_, index) => ({
    id: `${kind}.theme${index}`,
    kind,
    atMs: Math.round(dice.between(2 * HOUR_MS, plan.faultyMs)),
    account: dice.whole(0, 2),
    size: size ?? dice.next(),
    turn: turn ?? dice.next(),
  }));
}

function having(plan: Plan, more: readonly Disturbance[], provider: Partial<ProviderPlan> = {}): Plan {
  const disturbances = [...plan.disturbances, ...more].toSorted((one, other) => one.atMs - other.atMs);
  return { ...plan, disturbances, provider: { ...plan.provider, ...provider } };
}

/** The sandbox's cheapest plan, which all subscriptions are of. */
const PLAN_CENTS = 2_700;

const THEMES: readonly Theme[] = [
  // Money comes, its row hours later, and nobody heard of either.
  (plan, dice) => {
    const some = having(thirsty(plan, dice), [], { fundAnswer: dice.pick(['full', 'balance_only']) });
    const accounts = some.accounts.map((one) => ({ ...one, burnCentsPerHour: dice.whole(60, 250) }));
    return raining(
      { ...some, accounts, rowsLateMinMs: 2 * HOUR_MS },
      { late_row: 0.3, late_row_unheard: 0.5 },
    );
  },
  // Something was done, nobody heard of it, and the next answer under the key denies all.
  (plan, dice) =>
    raining(thirsty(plan, dice), {
      response_lost: 0.2,
      unavailable_after: 0.25,
      unprocessable: 0.25,
      late_row_unavailable: 0.15,
      stale: 0.3,
    }),
  // The same, where the card has run dry and the provider has forgotten the key.
  (plan, dice) =>
    raining(
      having(thirsty(plan, dice), at(plan, dice, 'card_runs_dry', { count: 10, size: 0.3 }), {
        keyMemoryMs: 0,
      }),
      { response_lost: 0.3, request_late: 0.15, stale: 0.4 },
    ),
  // All are low and past due at one instant, step by step with each other, and there is money for one.
  (plan, dice) => {
    const poor = thirsty(plan, dice);
    const { topUpCents } = poor.wishes;
    const [first] = poor.accounts;
    if (first === undefined) return poor;
    const accounts = [1, 2, 3].map((place) => ({
      ...first,
      name: `wallet-${place}`,
      startCents: 0,
      subscription: 'past_due' as const,
    }));
    const fleetDayCents = Math.max(PLAN_CENTS, topUpCents) + dice.whole(1, 9) * 100;
    return { ...poor, accounts, travelMs: 60, rates: new Map(), wishes: { ...poor.wishes, fleetDayCents } };
  },
  // No money call arrives for longer than keys live.
  (plan, dice) => having(thirsty(plan, dice), at(plan, dice, 'outage', { count: 2, turn: 0.31, size: 0.99 })),
  // The clock is wrong by a year while caps are tight.
  (plan, dice) => {
    const tight = thirsty(plan, dice);
    const dayCents = Math.round(tight.wishes.topUpCents * 1.5);
    return having({ ...tight, wishes: { ...tight.wishes, dayCents } }, [
      ...at(plan, dice, 'clock_jump', { count: 3, turn: 0.5, size: dice.between(0.7, 0.9) }),
    ]);
  },
  // The disk fails at the very commits that let money move.
  (plan, dice) => having(thirsty(plan, dice), at(plan, dice, 'disk_refuses_arms', { count: 5 })),
];
