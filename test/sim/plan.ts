import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { DISTURBANCES, type DisturbanceName, THEMED, WEATHER_NAMES, type WeatherName } from './faults.ts';
import { Dice } from './keyed-random.ts';
import { hasTheme, isOdd, isOfOrders, isOfPlans, odd, ofOrders, ofPlans, themed } from './themes.ts';

/** What one seed stands for: a fleet, a policy, and everything that will go wrong. */
export type Plan = {
  readonly seed: number;
  /** What the weather of each request, and the chance of each process, are drawn by. */
  readonly chanceSeed: number;
  readonly faultyMs: number;
  /** Without new faults, at the end: what is unfinished must find its end here. */
  readonly calmMs: number;
  readonly accounts: readonly AccountPlan[];
  readonly isByLogin: boolean;
  readonly pollMs: number;
  /** How much later than asked for a loop's look for work comes. */
  readonly heartbeatLateMs: number;
  /** Whether the host sleeps from each of those looks to the next, so that each finds a host that has just woken up. */
  readonly sleepsOften: boolean;
  readonly quarantineMs: number;
  /** What every subscription is declared to be on; the sandbox has 41 for $27 and 42 for $47. */
  readonly planId: number;
  /** Whether a person said of the first journal that it was not lost. Those that come after a loss begin with a quarantine. */
  readonly isAdopted: boolean;
  /** How long every request and every answer travels; `null` is each its own time. */
  readonly travelMs: number | null;
  /** The least that a late row is late. */
  readonly rowsLateMinMs: number;
  /** How often a person looks after what is frozen, in hours; `null` is never. */
  readonly operatorEveryHours: number | null;
  readonly wishes: Wishes;
  readonly rates: ReadonlyMap<WeatherName, number>;
  readonly provider: ProviderPlan;
  readonly disturbances: readonly Disturbance[];
  /** What goes wrong with requests that are named, instead of what would be drawn for them. */
  readonly script: ReadonlyMap<string, WeatherName>;
};

export type AccountPlan = {
  readonly name: string;
  readonly startCents: number;
  readonly burnCentsPerHour: number;
  readonly cards: number;
  readonly subscription: 'none' | 'active' | 'past_due';
};

export type ProviderPlan = {
  readonly keyMemoryMs: number;
  readonly cachesDeclines: boolean;
  readonly locksKeys: boolean;
  readonly fundAnswer: 'full' | 'balance_only';
  /** Whether cards show a fingerprint, by which one that several accounts share is told (the API sheet promises none). */
  readonly showsFaces: boolean;
};

/** What the config says; a reload changes it. */
export type Wishes = {
  readonly minCents: number;
  readonly topUpCents: number;
  readonly cooldownMs: number;
  readonly usesOtherCards: boolean;
  readonly dayCents: number;
  readonly weekCents: number;
  readonly monthCents: number;
  readonly chargesPerDay: number | null;
  readonly fleetDayCents: number | null;
  /** Of the group that every account but the first is in; `null` where there is none. */
  readonly groupDayCents: number | null;
};

/** `size` and `turn` are two numbers in [0, 1) that say how much and which. */
export type Disturbance = {
  readonly id: string;
  readonly kind: DisturbanceName;
  readonly atMs: number;
  readonly account: number;
  readonly size: number;
  readonly turn: number;
};

const KIND_CHANCE = 0.28;
const SLEEPS_OFTEN = 0.08;
const CALM_MS = 2 * DAY_MS;
const CHEAPEST_PLAN = 41;
const HEARTBEATS_LATE_MIN = [10, 30, 90, 180];
/** Polls are most of the work, so that close ones are rare: an eighth of the seeds with 10 minutes was half of it. */
const POLLS_MIN = [10, 30, 60, 60, 120, 120, 120, 240, 240, 240, 240, 240, 240, 480, 480, 480];

export function planOf(
  seed: number,
  days: number,
  { sleepsOften, turn = 0 }: { readonly sleepsOften?: boolean; readonly turn?: number } = {},
): Plan {
  const dice = new Dice(seed, 'plan');
  const faultyMs = days * DAY_MS;
  const isCalm = dice.happens(0.03);
  const drawn = disturbances(new Dice(seed, 'disturbances'), faultyMs);
  const all = turn === 0 ? drawn : shifted(drawn, new Dice(seed, `turn ${turn}`), faultyMs);
  const plan: Plan = {
    seed,
    chanceSeed: turn === 0 ? seed : Math.floor(new Dice(seed, `chance of turn ${turn}`).next() * 2 ** 32),
    faultyMs,
    calmMs: CALM_MS,
    travelMs: null,
    rowsLateMinMs: MINUTE_MS,
    heartbeatLateMs: new Dice(seed, 'heartbeat').pick(HEARTBEATS_LATE_MIN) * MINUTE_MS,
    isAdopted: false,
    planId: CHEAPEST_PLAN,
    sleepsOften: sleepsOften ?? new Dice(seed, 'sleep').happens(SLEEPS_OFTEN),
    ...fleet(dice),
    rates: isCalm ? new Map() : rates(dice),
    provider: isCalm ? GOOD_PROVIDER : provider(dice),
    script: new Map(),
    disturbances: isCalm ? [] : all,
  };
  if (isOdd(seed)) return odd(plan, new Dice(seed, 'odd'));
  if (isOfOrders(seed)) return ofOrders(plan, new Dice(seed, 'orders'));
  if (isOfPlans(seed)) return ofPlans(plan, new Dice(seed, 'plans'));
  return hasTheme(seed) ? themed(plan, new Dice(seed, 'theme')) : plan;
}

/** The same, each up to an hour earlier or later. */
function shifted(all: readonly Disturbance[], dice: Dice, faultyMs: number): readonly Disturbance[] {
  const shift = (atMs: number): number => Math.round(atMs + dice.between(-HOUR_MS, HOUR_MS));
  return all
    .map((one) => ({ ...one, atMs: Math.min(faultyMs - 1, Math.max(0, shift(one.atMs))) }))
    .toSorted((one, other) => one.atMs - other.atMs);
}

const GOOD_PROVIDER: ProviderPlan = {
  keyMemoryMs: DAY_MS,
  cachesDeclines: true,
  locksKeys: true,
  fundAnswer: 'full',
  showsFaces: true,
};

function fleet(
  dice: Dice,
): Pick<Plan, 'accounts' | 'isByLogin' | 'pollMs' | 'operatorEveryHours' | 'quarantineMs' | 'wishes'> {
  const count = dice.whole(1, 3);
  const areTwins = dice.happens(0.4);
  const account = (): Omit<AccountPlan, 'name'> => ({
    startCents: dice.whole(0, 6_000),
    burnCentsPerHour: Math.round(dice.scaled(20, 600)),
    cards: dice.whole(1, 3),
    subscription: dice.happens(0.25) ? (dice.happens(0.3) ? 'past_due' : 'active') : 'none',
  });
  const first = account();
  const accounts = Array.from({ length: count }, (_, index) => ({
    name: `wallet-${index + 1}`,
    ...(index === 0 || areTwins ? first : account()),
  }));
  const minCents = dice.whole(5, 40) * 100;
  const topUpCents = dice.whole(10, 80) * 100;
  const dayCents = Math.round(topUpCents * dice.pick([1.5, 2.2, 3.4, 6, 20]));
  return {
    accounts,
    isByLogin: dice.happens(0.2),
    pollMs: dice.pick(POLLS_MIN) * MINUTE_MS,
    operatorEveryHours: dice.pick([null, 6, 16]),
    quarantineMs: 90 * MINUTE_MS,
    wishes: {
      minCents,
      topUpCents,
      cooldownMs: dice.pick([0, 10, 60]) * MINUTE_MS,
      usesOtherCards: dice.happens(0.5),
      dayCents,
      weekCents: Math.round(dayCents * dice.pick([2, 4, 7])),
      monthCents: Math.round(dayCents * dice.pick([6, 12, 30])),
      chargesPerDay: dice.happens(0.3) ? dice.whole(1, 6) : null,
      fleetDayCents: dice.happens(0.4) ? Math.round(dayCents * dice.pick([1, 1.3, 2])) : null,
      groupDayCents: dice.happens(0.3) ? Math.round(dayCents * dice.pick([1, 1.2, 1.6])) : null,
    },
  };
}

/** A swarm: each seed has few kinds of faults, some of them very frequent. */
function rates(dice: Dice): ReadonlyMap<WeatherName, number> {
  const chosen = WEATHER_NAMES.filter((name) => !THEMED.includes(name)).map(
    (name) => [name, dice.happens(0.2) ? dice.scaled(0.004, 0.3) : 0] as const,
  );
  return new Map(chosen.filter(([, rate]) => rate > 0));
}

function provider(dice: Dice): ProviderPlan {
  const memories = [DAY_MS, DAY_MS, DAY_MS, 23 * HOUR_MS, dice.scaled(MINUTE_MS, 20 * HOUR_MS), 0];
  return {
    keyMemoryMs: Math.round(dice.pick(memories)),
    cachesDeclines: dice.happens(0.6),
    locksKeys: !dice.happens(0.15),
    fundAnswer: dice.happens(0.3) ? 'balance_only' : 'full',
    showsFaces: true,
  };
}

function disturbances(dice: Dice, faultyMs: number): readonly Disturbance[] {
  const found: Disturbance[] = [];
  for (const kind of DISTURBANCES) {
    if (THEMED.includes(kind)) continue;
    if (!dice.happens(KIND_CHANCE)) continue;
    const count = dice.whole(1, 4);
    for (let index = 0; index < count; index += 1) {
      found.push({
        id: `${kind}.${index}`,
        kind,
        atMs: Math.round(dice.next() * faultyMs),
        account: dice.whole(0, 2),
        size: dice.next(),
        turn: dice.next(),
      });
    }
  }
  return found.toSorted((one, other) => one.atMs - other.atMs);
}
