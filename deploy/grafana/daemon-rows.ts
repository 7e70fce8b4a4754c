import { NONE_WANTED, type Row } from './panel.ts';
import { ofChosen } from './scope.ts';

const CALLS = 'purser_api_request_duration_seconds';

/** Rows about subscriptions, the provider's API, and purser itself. */
export const DAEMON_ROWS: readonly Row[] = [
  {
    title: 'Subscriptions',
    panels: [
      {
        title: 'Not active',
        description: 'Subscriptions that are past due, paused or canceled.',
        kind: 'stat',
        unit: 'none',
        width: 6,
        runbook: 'PurserNeedsHuman',
        queries: [
          {
            expr: `count(${ofChosen('purser_subscription_active == 0')}) or vector(0)`,
            legend: 'not active',
          },
        ],
        thresholds: NONE_WANTED,
      },
      {
        title: 'Status',
        description: 'Subscriptions by the status that the provider names.',
        kind: 'timeseries',
        unit: 'short',
        width: 9,
        queries: [
          { expr: `sum by (status) (${ofChosen('purser_subscription_status')})`, legend: '{{status}}' },
        ],
      },
      {
        title: 'Renews in',
        description: 'Time until the current period ends, the nearest first.',
        kind: 'table',
        unit: 's',
        width: 9,
        queries: [
          {
            expr: `sort(${ofChosen('purser_subscription_renews_timestamp_seconds - time()')})`,
            legend: 'renews in',
          },
        ],
      },
    ],
  },
  {
    title: 'API',
    panels: [
      {
        title: 'Calls by code',
        description: 'Calls to the provider a second, by status; "lost" and "not_sent" had no answer.',
        kind: 'timeseries',
        unit: 'reqps',
        width: 12,
        runbook: 'PurserProviderUnreachable',
        queries: [{ expr: `sum by (code) (rate(${CALLS}_count[$__rate_interval]))`, legend: '{{code}}' }],
      },
      {
        title: 'Duration',
        description: 'How long the provider takes: half of the calls, and 95 of 100, are faster than this.',
        kind: 'timeseries',
        unit: 's',
        width: 12,
        queries: [0.5, 0.95].map((quantile) => ({
          expr: `histogram_quantile(${quantile}, sum by (le) (rate(${CALLS}_bucket[$__rate_interval])))`,
          legend: `p${quantile * 100}`,
        })),
      },
      {
        title: 'Calls that fail',
        description:
          'No answer, 401, 403, 429 and 5xx, by operation. Above a tenth of all calls somebody is told.',
        kind: 'timeseries',
        unit: 'reqps',
        width: 12,
        runbook: 'PurserApiErrors',
        queries: [
          {
            expr: `sum by (operation, code) (rate(${CALLS}_count{code=~"lost|not_sent|401|403|429|5.."}[$__rate_interval]))`,
            legend: '{{operation}} {{code}}',
          },
        ],
      },
      {
        title: 'Refused for being too many',
        description: 'Answers 429, by operation: others use the same accounts, or the polls are too short.',
        kind: 'bars',
        unit: 'short',
        width: 12,
        runbook: 'PurserApiErrors',
        queries: [
          {
            expr: 'topk(10, sum by (operation) (increase(purser_api_rate_limited_total[$__rate_interval])))',
            legend: '{{operation}}',
          },
        ],
      },
    ],
  },
  {
    title: 'purser itself',
    panels: [
      {
        title: 'Up',
        description: 'Whether Prometheus reaches purser.',
        kind: 'stat',
        unit: 'none',
        width: 4,
        runbook: 'PurserDown',
        queries: [{ expr: 'up{job="purser"}', legend: '{{instance}}' }],
        thresholds: [
          { from: null, color: 'red' },
          { from: 1, color: 'green' },
        ],
      },
      {
        title: 'Version',
        description: 'What runs.',
        kind: 'stat',
        unit: 'none',
        width: 4,
        showsLegend: true,
        queries: [{ expr: 'purser_build_info', legend: '{{version}} ({{revision}}), Node {{node_version}}' }],
      },
      {
        title: 'Last good pass',
        description: 'Time since any account was looked at with success.',
        kind: 'stat',
        unit: 's',
        width: 4,
        runbook: 'PurserReconcileStalled',
        queries: [
          {
            expr: 'time() - max by (job, instance) (purser_reconcile_last_success_timestamp_seconds)',
            legend: '{{instance}}',
          },
        ],
        thresholds: [
          { from: null, color: 'green' },
          { from: 300, color: 'orange' },
          { from: 600, color: 'red' },
        ],
      },
      {
        title: 'Config is good',
        description: '0 where the config on disk could not be loaded.',
        kind: 'stat',
        unit: 'none',
        width: 4,
        runbook: 'PurserConfigReloadFailed',
        queries: [{ expr: 'purser_config_last_reload_successful', legend: '{{instance}}' }],
        thresholds: [
          { from: null, color: 'red' },
          { from: 1, color: 'green' },
        ],
      },
      {
        title: 'Config loaded',
        description: 'How long the config has held that purser works by.',
        kind: 'stat',
        unit: 's',
        width: 4,
        queries: [
          { expr: 'time() - purser_config_last_reload_success_timestamp_seconds', legend: '{{instance}}' },
        ],
      },
      {
        title: 'Tokens end in',
        description: 'Time until the first token ends that purser logged in for; it renews them well before.',
        kind: 'stat',
        unit: 's',
        width: 4,
        runbook: 'PurserTokenExpiring',
        queries: [
          { expr: `min(${ofChosen('purser_token_expires_timestamp_seconds - time()')})`, legend: 'first' },
        ],
        thresholds: [
          { from: null, color: 'red' },
          { from: 86_400, color: 'green' },
        ],
      },
      {
        title: 'Messages',
        description: 'Deliveries tried, and those that failed.',
        kind: 'bars',
        unit: 'short',
        width: 12,
        runbook: 'PurserNotificationsFailing',
        queries: [
          {
            expr: 'sum by (receiver) (increase(purser_notifications_total[$__rate_interval]))',
            legend: '{{receiver}}',
          },
          {
            expr: 'sum by (receiver) (increase(purser_notifications_failed_total[$__rate_interval]))',
            legend: '{{receiver}} failed',
          },
        ],
      },
      {
        title: 'Messages that wait',
        description: 'Messages not delivered yet, by receiver.',
        kind: 'timeseries',
        unit: 'short',
        width: 12,
        runbook: 'PurserNotificationsFailing',
        queries: [{ expr: 'purser_notification_queue_length', legend: '{{receiver}}' }],
      },
      {
        title: 'Memory',
        description: 'Resident memory of the process.',
        kind: 'timeseries',
        unit: 'bytes',
        width: 8,
        queries: [{ expr: 'process_resident_memory_bytes{job="purser"}', legend: '{{instance}}' }],
      },
      {
        title: 'CPU',
        description: 'Share of one core.',
        kind: 'timeseries',
        unit: 'percentunit',
        width: 8,
        queries: [
          { expr: 'rate(process_cpu_seconds_total{job="purser"}[$__rate_interval])', legend: '{{instance}}' },
        ],
      },
      {
        title: 'Event loop',
        description: 'How late the process does what is due: 99 of 100 are faster than this.',
        kind: 'timeseries',
        unit: 's',
        width: 8,
        queries: [{ expr: 'nodejs_eventloop_lag_p99_seconds{job="purser"}', legend: '{{instance}}' }],
      },
    ],
  },
];
