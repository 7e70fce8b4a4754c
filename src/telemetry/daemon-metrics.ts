import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { ENDPOINTS, type EndpointName } from '../contract/endpoints.ts';
import type { AccountName } from '../domain/ids.ts';
import { FAILURE_REASONS } from '../domain/incident.ts';
import type { FleetSpec } from '../domain/spec.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import type { SeriesTable, SeriesTables } from './series-table.ts';

/** purser itself: its calls, its messages, its config, its passes. */
export class DaemonMetrics {
  readonly #mode: Gauge<'mode'>;
  readonly #requests: Histogram<'operation' | 'code'>;
  readonly #rateLimited: Counter<'operation'>;
  readonly #reconciledAt: SeriesTable<'account'>;
  readonly #notifications: Counter<'receiver' | 'integration'>;
  readonly #notificationsFailed: Counter<'receiver' | 'integration' | 'reason'>;
  readonly #queueLength: Gauge<'receiver'>;
  readonly #reloadSuccessful: Gauge;
  readonly #reloadedAt: Gauge;
  #receivers: readonly string[] = [];

  readonly #isKnown: (account: AccountName) => boolean;

  constructor(options: {
    registry: Registry;
    tables: SeriesTables;
    build: { version: string; revision: string };
    isKnown: (account: AccountName) => boolean;
  }) {
    const { registry, tables, build, isKnown } = options;
    this.#isKnown = isKnown;
    const registers = [registry];
    new Gauge({
      name: 'purser_build_info',
      help: 'Always 1; what runs is in the labels.',
      labelNames: ['version', 'revision', 'node_version'],
      registers,
    }).set({ ...build, node_version: process.version }, 1);
    this.#mode = new Gauge({
      name: 'purser_mode',
      help: '1 for the mode that purser is in, 0 for the other. Out of observe it comes by a restart.',
      labelNames: ['mode'],
      registers,
    });
    this.#requests = new Histogram({
      name: 'purser_api_request_duration_seconds',
      help: 'Calls to the provider, by operation and status code, or "lost" or "not_sent" where no answer came.',
      labelNames: ['operation', 'code'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60],
      registers,
    });
    this.#rateLimited = new Counter({
      name: 'purser_api_rate_limited_total',
      help: 'Answers 429 of the provider.',
      labelNames: ['operation'],
      registers,
    });
    for (const operation of Object.keys(ENDPOINTS)) this.#rateLimited.inc({ operation }, 0);
    this.#reconciledAt = tables.create({
      type: 'gauge',
      name: 'purser_reconcile_last_success_timestamp_seconds',
      help: 'When a pass over the account last ended well; 0 where none has.',
      labels: ['account'],
    });
    this.#notifications = new Counter({
      name: 'purser_notifications_total',
      help: 'Deliveries of messages tried, the failed ones included.',
      labelNames: ['receiver', 'integration'],
      registers,
    });
    this.#notificationsFailed = new Counter({
      name: 'purser_notifications_failed_total',
      help: 'Deliveries of messages that failed.',
      labelNames: ['receiver', 'integration', 'reason'],
      registers,
    });
    this.#queueLength = new Gauge({
      name: 'purser_notification_queue_length',
      help: 'Messages not delivered yet.',
      labelNames: ['receiver'],
      registers,
    });
    this.#reloadSuccessful = new Gauge({
      name: 'purser_config_last_reload_successful',
      help: '1 where the config as it is now could be loaded.',
      registers,
    });
    this.#reloadedAt = new Gauge({
      name: 'purser_config_last_reload_success_timestamp_seconds',
      help: 'When a config was last loaded.',
      registers,
    });
  }

  /** `code` is the status as text, or "lost" or "not_sent". */
  requested(options: { operation: EndpointName; code: string; durationMs: number }): void {
    const { operation, code, durationMs } = options;
    this.#requests.observe({ operation, code }, durationMs / SECOND_MS);
    if (code === '429') this.#rateLimited.inc({ operation });
  }

  reconciled(account: AccountName, at: EpochMs): void {
    if (this.#isKnown(account)) this.#reconciledAt.set({ account }, at / SECOND_MS);
  }

  /** Takes the dispatcher's samples as they are. */
  notified(
    sample: { receiver: string; integration: string } & ({ ok: true } | { ok: false; reason: string }),
  ): void {
    const { receiver, integration } = sample;
    this.#notifications.inc({ receiver, integration });
    if (!sample.ok) this.#notificationsFailed.inc({ receiver, integration, reason: sample.reason });
  }

  /** A receiver that is not named has an empty queue, which is shown: a rule must be able to see it fall to 0. */
  queued(lengths: ReadonlyMap<string, number>): void {
    this.#queueLength.reset();
    for (const receiver of this.#receivers) this.#queueLength.set({ receiver }, 0);
    for (const [receiver, length] of lengths) this.#queueLength.set({ receiver }, length);
  }

  reloadFailed(): void {
    this.#reloadSuccessful.set(0);
  }

  specLoaded(spec: FleetSpec, at: EpochMs): void {
    this.#reloadSuccessful.set(1);
    this.#reloadedAt.set(at / SECOND_MS);
    for (const mode of ['observe', 'enforce']) this.#mode.set({ mode }, spec.mode === mode ? 1 : 0);
    for (const account of spec.accounts.keys()) this.#reconciledAt.touch({ account });
    this.#receivers = [...spec.alerts.receivers.keys()];
    for (const [receiver, { kind }] of spec.alerts.receivers) {
      this.#notifications.inc({ receiver, integration: kind }, 0);
      for (const reason of FAILURE_REASONS)
        this.#notificationsFailed.inc({ receiver, integration: kind, reason }, 0);
      this.#queueLength.inc({ receiver }, 0);
    }
  }
}
