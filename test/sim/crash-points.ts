import { join } from 'node:path';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { quickDisk } from '../quick-disk.ts';
import type { WeatherName } from './faults.ts';
import type { AccountPlan, Disturbance, Plan } from './plan.ts';
import { Run } from './run.ts';

/** A short life in which one thing is done, and how many charges of purser's own it must come to. */
export type Scenario = { readonly name: string; readonly charges: number; readonly plan: Plan };

/** What a life came to: where it was to end, and all that was not as it must be. */
export type CrashedLife = { readonly points: number; readonly faults: readonly string[] };

export const SCENARIOS: readonly Scenario[] = [
  scenario('a top-up', {}),
  scenario('a top-up whose answer is lost', { weather: { 'fundWallet/1': 'response_lost' } }),
  scenario('a top-up that never arrives', { weather: { 'fundWallet/1': 'request_lost' } }),
  scenario('a top-up that arrives late', { weather: { 'fundWallet/1': 'request_late' } }),
  scenario('a failure after the effect', { weather: { 'fundWallet/1': 'unavailable_after' } }),
  scenario('a ledger row that comes late', { weather: { 'fundWallet/1': 'late_row' } }),
  scenario('a bare answer', { fundAnswer: 'balance_only', weather: { 'fundWallet/1': 'cut_mid_body' } }),
  scenario('a decline, then the next card', {
    account: { cards: 2 },
    disturbances: [at(0, 'card_declines', { turn: 0.05, size: 0.9 })],
  }),
  scenario('a payment that its holder confirms', {
    disturbances: [at(0, 'asks_3ds', { turn: 0.9, size: 0.9 }), at(2 * HOUR_MS, 'person_confirms', {})],
  }),
  scenario('a charge that is taken back', {
    disturbances: [at(2 * HOUR_MS, 'refund', {})],
    account: { burnCentsPerHour: 20 },
  }),
  scenario('a stranger pays', {
    disturbances: [at(2 * HOUR_MS, 'foreign_credit', { turn: 0.6, size: 0.5 })],
  }),
  scenario('Slack is down', { disturbances: [at(0, 'slack_down', { size: 0.6 })] }),
  scenario('a payment of a subscription that is past due', {
    account: { startCents: 6_000, burnCentsPerHour: 20, subscription: 'past_due' },
  }),
];

/** Lives it through; with `point`, purser is killed at that one of its commits and sends, and started again. */
export async function liveThrough(one: Scenario, point: number | null): Promise<CrashedLife> {
  const folder = join(quickDisk(), `purser-crash-${process.pid}`);
  const run = new Run({ plan: one.plan, folder, crashPoint: point });
  try {
    await run.live();
    const { violations, honestLimits, charges } = run.oracle;
    const faults = [
      ...violations.map(({ invariant, sentence }) => `${invariant}: ${sentence}`),
      ...honestLimits.map(({ why, sentence }) => `${why}: ${sentence}`),
    ];
    if (charges.length !== one.charges) faults.push(`${charges.length} charges, not ${one.charges}`);
    const open = run.main.durable('SELECT id, state FROM intent WHERE is_open = 1');
    faults.push(...open.map(({ id, state }) => `${String(id)} is still ${String(state)}`));
    return { points: run.points, faults };
  } finally {
    run.close();
  }
}

function scenario(
  name: string,
  scene: {
    readonly account?: Partial<AccountPlan>;
    readonly fundAnswer?: Plan['provider']['fundAnswer'];
    readonly weather?: Readonly<Record<string, WeatherName>>;
    readonly disturbances?: readonly Disturbance[];
  },
): Scenario {
  const { account = {}, fundAnswer = 'full', weather = {}, disturbances = [] } = scene;
  const plan: Plan = {
    seed: 1,
    chanceSeed: 1,
    faultyMs: 4 * HOUR_MS,
    calmMs: 4 * HOUR_MS,
    accounts: [
      {
        name: 'wallet-1',
        startCents: 500,
        burnCentsPerHour: 60,
        cards: 1,
        subscription: 'none',
        ...account,
      },
    ],
    isByLogin: false,
    pollMs: HOUR_MS,
    heartbeatLateMs: 30 * MINUTE_MS,
    sleepsOften: false,
    travelMs: null,
    rowsLateMinMs: MINUTE_MS,
    quarantineMs: 0,
    isAdopted: false,
    operatorEveryHours: null,
    planId: 41,
    wishes: {
      minCents: 1_000,
      topUpCents: 3_000,
      cooldownMs: 0,
      usesOtherCards: true,
      // Room for a second charge: no cap is to hide one.
      dayCents: 40_000,
      weekCents: 80_000,
      monthCents: 80_000,
      chargesPerDay: 10,
      fleetDayCents: null,
      groupDayCents: null,
    },
    rates: new Map(),
    provider: {
      keyMemoryMs: 24 * HOUR_MS,
      cachesDeclines: true,
      locksKeys: true,
      fundAnswer,
      showsFaces: true,
    },
    disturbances,
    script: new Map(Object.entries(weather).map(([place, what]) => [`A/wallet-1/${place}`, what])),
  };
  return { name, charges: 1, plan };
}

function at(
  atMs: number,
  kind: Disturbance['kind'],
  one: { readonly size?: number; readonly turn?: number },
): Disturbance {
  const { size = 0, turn = 0 } = one;
  // A second after the start: purser reads the account for the first time a little later.
  return { id: `${kind}.0`, kind, atMs: Math.max(atMs, SECOND_MS / 10), account: 0, size, turn };
}
