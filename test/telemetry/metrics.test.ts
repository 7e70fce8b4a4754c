import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  type GroupName,
  type PaymentMethodId,
  type PlanId,
  parseName,
  parseProviderId,
  type SubscriptionId,
} from '../../src/domain/ids.ts';
import { cents, microUsd } from '../../src/domain/money.ts';
import type { Card, Subscription } from '../../src/domain/observation.ts';
import { epochMs, HOUR_MS } from '../../src/domain/time.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import { account, someFleet } from './some-fleet.ts';

const AT = epochMs(1_795_000_000_000);
const eu = account('render-eu');
const us = account('render-us');
const BUILD = { version: '0.1.0', revision: 'deadbeef', processMetrics: false };

function loaded(names: readonly string[] = ['render-eu', 'render-us']): Metrics {
  const metrics = createMetrics(BUILD);
  metrics.specLoaded(someFleet(names), AT);
  return metrics;
}

/** Series and values of one metric. */
async function seriesOf(metrics: Metrics, name: string): Promise<readonly string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

function recordEverything(metrics: Metrics): void {
  const runway = { burnMicroUsdPerSecond: 12, runwayMs: 2 * HOUR_MS };
  metrics.wallet.observed({ account: eu, at: AT, balanceMicroUsd: microUsd(3_100_000), ...runway });
  metrics.wallet.cardsSeen(eu, [card({})]);
  metrics.wallet.tokenSeen(eu, AT);
  metrics.subscription.seen(eu, [subscription({})]);
  metrics.charges.entered({ account: eu, kind: 'fund', outcome: 'settled', settledCents: cents(5_000) });
  metrics.account.needsHuman(eu, new Set(['no_card_left']), 'all');
  metrics.charges.declined(eu, 'expired_card');
  metrics.charges.openIntents(eu, [{ state: 'in_doubt', count: 1, oldestAt: AT }]);
  metrics.caps.committed({ scope: 'account', name: eu, window: 'day', cents: cents(5_000) });
  metrics.caps.blocked(eu, 'cap_day');
  metrics.daemon.requested({ operation: 'getWalletBalance', code: '429', durationMs: 120 });
  metrics.daemon.reconciled(eu, AT);
  metrics.daemon.notified({ receiver: 'ops', integration: 'slack', ok: false, reason: 'timeout' });
  metrics.daemon.queued(new Map([['ops', 3]]));
}

function card(changes: Partial<Card>): Card {
  const id = parseProviderId<PaymentMethodId>('pm_1');
  if (id === null) throw new Error('a valid id');
  const end = { expMonth: 12, expYear: 2026 };
  return { id, brand: 'visa', last4: '4242', ...end, isDefault: true, fingerprint: null, ...changes };
}

function subscription(changes: Partial<Subscription>): Subscription {
  const id = parseProviderId<SubscriptionId>('sub_1');
  if (id === null) throw new Error('a valid id');
  const planId = parseProviderId<PlanId>('10');
  return { id, planId, planName: 'Standard', status: 'active', currentPeriodEnd: AT, ...changes };
}

const NAMES =
  `purser_account_info purser_needs_human purser_reconcile_interval_seconds purser_build_info purser_mode purser_wallet_balance_usd purser_wallet_min_balance_usd
  purser_wallet_observed_timestamp_seconds purser_wallet_burn_usd_per_second purser_wallet_runway_seconds
  purser_subscription_active purser_subscription_status purser_subscription_renews_timestamp_seconds
  purser_charges_total purser_charged_usd_total purser_charge_declines_total purser_intents
  purser_intent_oldest_timestamp_seconds purser_cap_limit_usd purser_cap_committed_usd
  purser_policy_blocks_total purser_payment_method_expires_timestamp_seconds
  purser_token_expires_timestamp_seconds purser_api_request_duration_seconds purser_api_rate_limited_total
  purser_reconcile_last_success_timestamp_seconds purser_notifications_total
  purser_notifications_failed_total purser_notification_queue_length purser_config_last_reload_successful
  purser_config_last_reload_success_timestamp_seconds`.split(/\s+/);

test('has every metric of operations.md, each with values, and no other', async () => {
  const metrics = loaded();
  recordEverything(metrics);
  const text = await metrics.text();
  const declared = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  expect(declared.toSorted()).toEqual(NAMES.toSorted());
  const silent = NAMES.filter((name) => !new RegExp(`^${name}(_bucket)?[{ ]`, 'm').test(text));
  expect(silent).toEqual([]);
});

test('promtool finds nothing to complain about, names of every kind included', async () => {
  const metrics = loaded();
  recordEverything(metrics);
  metrics.subscription.seen(eu, [subscription({ planName: 'a "quoted" \\ plan\nof two lines' })]);
  const promtool = spawnSync('promtool', ['check', 'metrics'], {
    input: await metrics.text(),
    encoding: 'utf8',
  });
  if (promtool.error !== undefined) return; // not on this machine: the names above are checked all the same
  expect(promtool.stdout + promtool.stderr).toBe('');
  expect(promtool.status).toBe(0);
});

test('counters that wake somebody exist at 0; a balance that was never seen does not exist', async () => {
  const metrics = loaded(['render-eu']);
  expect(await seriesOf(metrics, 'purser_charges_total')).toContain(
    'purser_charges_total{account="render-eu",kind="fund",outcome="declined"} 0',
  );
  expect(await seriesOf(metrics, 'purser_policy_blocks_total')).toContain(
    'purser_policy_blocks_total{account="render-eu",reason="cap_day"} 0',
  );
  expect(await seriesOf(metrics, 'purser_intents')).toContain(
    'purser_intents{account="render-eu",state="in_doubt"} 0',
  );
  expect(await seriesOf(metrics, 'purser_notifications_total')).toEqual([
    'purser_notifications_total{receiver="ops",integration="slack"} 0',
  ]);
  expect(await seriesOf(metrics, 'purser_notifications_failed_total')).toContain(
    'purser_notifications_failed_total{receiver="ops",integration="slack",reason="gone"} 0',
  );
  expect(await seriesOf(metrics, 'purser_wallet_balance_usd')).toEqual([]);
  expect(await seriesOf(metrics, 'purser_wallet_runway_seconds')).toEqual([
    'purser_wallet_runway_seconds{account="render-eu"} NaN',
  ]);
});

test('base units: dollars, seconds, +Inf where idle', async () => {
  const metrics = loaded(['render-eu']);
  metrics.wallet.observed({
    account: eu,
    at: AT,
    balanceMicroUsd: microUsd(12_345_678),
    burnMicroUsdPerSecond: 250,
    runwayMs: Number.POSITIVE_INFINITY,
  });
  const values = async (name: string) => (await seriesOf(metrics, name)).map((line) => line.split(' ')[1]);
  expect(await values('purser_wallet_balance_usd')).toEqual(['12.345678']);
  expect(await values('purser_wallet_min_balance_usd')).toEqual(['20']);
  expect(await values('purser_wallet_observed_timestamp_seconds')).toEqual(['1795000000']);
  expect(await values('purser_wallet_burn_usd_per_second')).toEqual(['0.00025']);
  expect(await values('purser_wallet_runway_seconds')).toEqual(['+Inf']);
  expect(await values('purser_cap_limit_usd')).toEqual(['100', '200', '1500']);
});

test('dollars charged add up to the cent over many charges, and go on after a restart', async () => {
  const metrics = loaded(['render-eu']);
  const charge = { account: eu, kind: 'fund', outcome: 'settled' } as const;
  metrics.charges.seed([{ ...charge, count: 7, chargedCents: cents(70_010) }]);
  for (let count = 0; count < 1_000; count += 1)
    metrics.charges.entered({ ...charge, settledCents: cents(1_010) });
  expect(await seriesOf(metrics, 'purser_charged_usd_total')).toContain(
    'purser_charged_usd_total{account="render-eu",kind="fund"} 10800.1',
  );
  expect(await seriesOf(metrics, 'purser_charges_total')).toContain(
    'purser_charges_total{account="render-eu",kind="fund",outcome="settled"} 1007',
  );
});

test('a reload adds and removes accounts, and forgets nothing of those that stay', async () => {
  const metrics = loaded(['render-eu', 'render-us']);
  recordEverything(metrics);
  metrics.specLoaded(someFleet(['render-eu', 'render-ap']), AT);
  const text = await metrics.text();
  expect(text).not.toContain('render-us');
  expect(text).toContain('purser_wallet_min_balance_usd{account="render-ap"} 20');
  expect(text).toContain('purser_wallet_balance_usd{account="render-eu"} 3.1');
  expect(text).toContain('purser_wallet_runway_seconds{account="render-eu"} 7200');
  expect(text).toContain('purser_cap_committed_usd{scope="account",name="render-eu",window="day"} 50');
});

test('a pass that ends after its account was removed brings nothing back', async () => {
  const metrics = loaded(['render-eu']);
  const seen = { balanceMicroUsd: microUsd(1), burnMicroUsdPerSecond: null, runwayMs: null };
  metrics.wallet.observed({ account: us, at: AT, ...seen });
  metrics.wallet.cardsSeen(us, [card({})]);
  metrics.subscription.seen(us, [subscription({})]);
  metrics.daemon.reconciled(us, AT);
  expect(await metrics.text()).not.toContain('render-us');
});

test('group and policy of an account are there to join on, and a reload changes them', async () => {
  const metrics = loaded(['render-eu']);
  const info = () => seriesOf(metrics, 'purser_account_info');
  expect(await info()).toEqual(['purser_account_info{account="render-eu",group="",policy="standard"} 1']);
  const spec = someFleet(['render-eu']);
  const [one] = spec.accounts.values();
  if (one === undefined) throw new Error('a fleet of one');
  const group = parseName<GroupName>('eu');
  const policy = { ...one.policy, name: 'careful' };
  metrics.specLoaded({ ...spec, accounts: new Map([[eu, { ...one, group, policy }]]) }, AT);
  expect(await info()).toEqual(['purser_account_info{account="render-eu",group="eu",policy="careful"} 1']);
});

test('how often an account is looked at shows, unless a cron expression says when', async () => {
  const metrics = loaded(['render-eu']);
  const interval = () => seriesOf(metrics, 'purser_reconcile_interval_seconds');
  expect(await interval()).toEqual(['purser_reconcile_interval_seconds{account="render-eu"} 60']);
  const spec = someFleet(['render-eu']);
  const [one] = spec.accounts.values();
  if (one === undefined) throw new Error('a fleet of one');
  const schedule = { kind: 'cron', expression: '0 * * * *', timezone: 'UTC' } as const;
  metrics.specLoaded({ ...spec, accounts: new Map([[eu, { ...one, schedule }]]) }, AT);
  expect(await interval()).toEqual([]);
});

test('what waits for a person shows by reason, and goes when nothing does', async () => {
  const metrics = loaded(['render-eu']);
  const waiting = () => seriesOf(metrics, 'purser_needs_human');
  metrics.account.needsHuman(eu, new Set(), 'all');
  expect(await waiting()).toEqual([]);
  metrics.account.needsHuman(eu, new Set(['no_card_left', 'frozen']), 'all');
  metrics.account.needsHuman(eu, new Set(['frozen']), 'all');
  metrics.account.needsHuman(us, new Set(['frozen']), 'all'); // not in the config
  expect(await waiting()).toEqual(['purser_needs_human{account="render-eu",reason="frozen"} 1']);
  metrics.account.needsHuman(eu, new Set(), 'more'); // a pass that could not see
  expect(await waiting()).toEqual(['purser_needs_human{account="render-eu",reason="frozen"} 1']);
  metrics.account.needsHuman(eu, new Set(), 'all');
  expect(await waiting()).toEqual([]);
});

test('an empty queue shows as 0, before and after it held something', async () => {
  const metrics = loaded(['render-eu']);
  const queue = async () => (await seriesOf(metrics, 'purser_notification_queue_length')).join();
  metrics.daemon.queued(new Map());
  expect(await queue()).toBe('purser_notification_queue_length{receiver="ops"} 0');
  metrics.daemon.queued(new Map([['ops', 2]]));
  expect(await queue()).toBe('purser_notification_queue_length{receiver="ops"} 2');
  metrics.daemon.queued(new Map());
  expect(await queue()).toBe('purser_notification_queue_length{receiver="ops"} 0');
});

test('what is committed shows only where there is a cap', async () => {
  const metrics = loaded(['render-eu']);
  for (const window of ['day', 'week', 'month'] as const) {
    metrics.caps.committed({ scope: 'account', name: eu, window, cents: cents(100) });
    metrics.caps.committed({ scope: 'fleet', name: 'fleet', window, cents: cents(100) });
  }
  expect(await seriesOf(metrics, 'purser_cap_committed_usd')).toEqual([
    'purser_cap_committed_usd{scope="account",name="render-eu",window="day"} 1',
    'purser_cap_committed_usd{scope="account",name="render-eu",window="month"} 1',
  ]);
});

test('a plan, a card or a doubt that is over leaves no series behind', async () => {
  const metrics = loaded(['render-eu']);
  metrics.subscription.seen(eu, [subscription({ planName: 'Basic', status: 'past_due' })]);
  metrics.subscription.seen(eu, [subscription({ planName: 'Pro' })]);
  metrics.wallet.cardsSeen(eu, [card({ last4: '1111' })]);
  metrics.wallet.cardsSeen(eu, [card({ last4: '2222' })]);
  metrics.charges.openIntents(eu, [{ state: 'in_doubt', count: 1, oldestAt: AT }]);
  metrics.charges.openIntents(eu, []);
  expect(await seriesOf(metrics, 'purser_subscription_active')).toEqual([
    'purser_subscription_active{account="render-eu",plan="Pro"} 1',
  ]);
  // The first second of 2027: a card is good to the end of its month.
  expect(await seriesOf(metrics, 'purser_payment_method_expires_timestamp_seconds')).toEqual([
    'purser_payment_method_expires_timestamp_seconds{account="render-eu",card="visa-2222"} 1798761600',
  ]);
  expect(await seriesOf(metrics, 'purser_intent_oldest_timestamp_seconds')).toEqual([]);
  expect(await seriesOf(metrics, 'purser_intents')).toContain(
    'purser_intents{account="render-eu",state="in_doubt"} 0',
  );
});

test("the provider's decline codes cannot make series without end", async () => {
  const metrics = loaded(['render-eu']);
  for (let count = 0; count < 1_000; count += 1) metrics.charges.declined(eu, `code_${count}`);
  metrics.charges.declined(eu, 'not a code"}');
  const series = await seriesOf(metrics, 'purser_charge_declines_total');
  expect(series.length).toBe(65);
  expect(series).toContain('purser_charge_declines_total{account="render-eu",reason="other"} 937');
});

test('calls are counted by operation and code, in seconds, without accounts', async () => {
  const metrics = loaded(['render-eu']);
  metrics.daemon.requested({ operation: 'fundWallet', code: 'lost', durationMs: 31_000 });
  const text = await metrics.text();
  expect(text).toContain('purser_api_request_duration_seconds_sum{operation="fundWallet",code="lost"} 31');
  expect(text).not.toMatch(/purser_api_request_duration_seconds_\w+\{[^}]*account/);
  expect(text).toContain('purser_api_rate_limited_total{operation="fundWallet"} 0');
});

test('two registries share nothing, and process metrics come only when asked for', async () => {
  recordEverything(loaded());
  expect(await seriesOf(loaded(), 'purser_wallet_balance_usd')).toEqual([]);
  expect(await loaded().text()).not.toContain('process_cpu');
  expect(await createMetrics({ ...BUILD, processMetrics: true }).text()).toContain(
    'process_cpu_seconds_total',
  );
});
