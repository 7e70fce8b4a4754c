import { collectDefaultMetrics, Registry } from 'prom-client';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import { AccountMetrics } from './account-metrics.ts';
import { CapMetrics } from './cap-metrics.ts';
import { type ChargeKind, ChargeMetrics } from './charge-metrics.ts';
import { DaemonMetrics } from './daemon-metrics.ts';
import { type MetricDescription, SeriesTables } from './series-table.ts';
import { SubscriptionMetrics } from './subscription-metrics.ts';
import { WalletMetrics } from './wallet-metrics.ts';

/**
 * Every metric of purser, in registries of its own: tables for what every account has, prom-client for the rest.
 * Amounts come as integers; they turn to floats in here, last.
 */
export class Metrics {
  readonly account: AccountMetrics;
  readonly wallet: WalletMetrics;
  readonly subscription: SubscriptionMetrics;
  readonly charges: ChargeMetrics;
  readonly caps: CapMetrics;
  readonly daemon: DaemonMetrics;
  readonly #registry: Registry;
  readonly #tables = new SeriesTables();
  #accounts: ReadonlySet<AccountName> = new Set();

  constructor(registry: Registry, build: { version: string; revision: string }) {
    this.#registry = registry;
    const tables = this.#tables;
    // A pass that a reload overtook may still report an account that is gone: it must not come back to the metrics.
    const isKnown = (account: AccountName) => this.#accounts.has(account);
    this.account = new AccountMetrics(tables, isKnown);
    this.wallet = new WalletMetrics(tables, isKnown);
    this.subscription = new SubscriptionMetrics(tables, isKnown);
    this.charges = new ChargeMetrics(tables);
    this.caps = new CapMetrics(tables);
    this.daemon = new DaemonMetrics({ registry, tables, build, isKnown });
  }

  /** At start and after every reload: series of new accounts appear, those of removed ones go, values stay. */
  specLoaded(spec: FleetSpec, at: EpochMs): void {
    const removed = new Set([...this.#accounts].filter((name) => !spec.accounts.has(name)));
    if (removed.size > 0) {
      this.#tables.removeAccounts(removed);
      this.account.forget(removed);
      this.subscription.forget(removed);
      this.charges.forget(removed);
      this.caps.forget(removed);
    }
    this.#accounts = new Set(spec.accounts.keys());
    for (const [name, account] of spec.accounts) {
      this.account.expect(account);
      this.wallet.expect(name, account.policy.wallet?.minBalanceCents ?? null);
      this.charges.expect(name, kindsOf(account));
    }
    this.caps.setLimits(spec);
    this.daemon.specLoaded(spec, at);
  }

  /** What there is, for the reference in docs. */
  described(): readonly MetricDescription[] {
    const registered = this.#registry.getMetricsAsArray().map((metric) => {
      const { name, help, type, labelNames } = metric as unknown as Registered; // prom-client types them less
      return { name, help, type, labels: labelNames };
    });
    return [...registered, ...this.#tables.described()];
  }

  /** Prometheus text format 0.0.4. */
  async text(): Promise<string> {
    return `${await this.#registry.metrics()}\n${await this.#tables.text()}`;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

/** What prom-client keeps of every metric. */
type Registered = Omit<MetricDescription, 'labels'> & { readonly labelNames: readonly string[] };

/** Gauges of prom-client's with the name of a counter, which `promtool check metrics` refuses. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** `processMetrics` adds Node's own (CPU, heap, event loop), which observe the whole process: once per process. */
export function createMetrics(options: {
  version: string;
  revision: string;
  processMetrics: boolean;
}): Metrics {
  const { version, revision, processMetrics } = options;
  const registry = new Registry();
  if (processMetrics) {
    collectDefaultMetrics({ register: registry });
    for (const name of MISNAMED) registry.removeSingleMetric(name);
  }
  return new Metrics(registry, { version, revision });
}

/** What the account's policy can charge. */
function kindsOf(account: AccountSpec): readonly ChargeKind[] {
  const { wallet, subscription } = account.policy;
  const kinds: ChargeKind[] = [];
  if (wallet !== null) kinds.push('fund');
  if (subscription?.whenPastDue === 'fix_payment') kinds.push('fix_payment');
  if (subscription?.whenCanceled === 'subscribe') kinds.push('subscribe');
  const isMoved = (subscription?.rules.length ?? 0) > 0;
  const isRested = (subscription?.pause ?? null) !== null;
  if (subscription?.whenWrongPlan === 'change' || isMoved) kinds.push('change_plan');
  if (subscription?.whenPaused === 'resume' || isRested) kinds.push('resume');
  if (isRested) kinds.push('pause');
  return kinds;
}
