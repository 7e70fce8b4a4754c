import { styleText } from 'node:util';
import type { IncidentState } from '../../domain/incident.ts';
import { formatDuration, formatInstant, parseInstant } from '../../domain/time.ts';
import { type AccountView, type IntentView, intentView } from '../../keeper/view.ts';
import { ProcessLock } from '../../store/process-lock.ts';
import { type CliIo, EXIT } from '../cli-io.ts';
import { openStore } from '../open-store.ts';
import { readConfig } from '../read-config.ts';
import { readViews } from '../read-views.ts';
import { table } from '../table.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

type Status = {
  readonly accounts: readonly AccountView[];
  /** Accounts of the config that no pass has seen yet. */
  readonly unseen: readonly string[];
  readonly open_intents: readonly IntentView[];
  readonly alerts: readonly IncidentState[];
  readonly quarantine_until: string | null;
  readonly is_running: boolean;
  readonly mode: string;
};

/** `purser status`: the fleet at a glance, what needs a person on top. */
export const status: CommandFile = (program, io, done) => {
  program
    .command('status')
    .summary('the fleet at a glance')
    .description(
      'Shows every account as the running purser last saw it: lowest runway first, then what is open and what fires.',
    )
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser status --json | jq .accounts')
    .action(async (options: { config: string; json: boolean }) => {
      const { spec } = readConfig(io, options.config);
      const store = openStore(io, spec, { create: false });
      try {
        const known = new Set<string>(spec.accounts.keys());
        const until = store.quarantineUntil();
        const accounts = readViews(store)
          .filter((view) => known.has(view.account))
          .sort(byNeed);
        const seen = new Set<string>(accounts.map((view) => view.account));
        const now: Status = {
          accounts,
          unseen: [...known].filter((name) => !seen.has(name)),
          open_intents: (await store.journal.allOpenIntents()).map(intentView),
          alerts: store.firingIncidents(),
          quarantine_until: until === null || until <= io.clock.now() ? null : formatInstant(until),
          is_running: ProcessLock.isTaken(spec.store.path),
          mode: spec.mode,
        };
        io.stdout.write(options.json ? `${JSON.stringify(now)}\n` : statusText(io, now));
        done(
          now.alerts.some(({ fact }) => fact.severity === 'critical') ? EXIT.moneyNeedsAttention : EXIT.ok,
        );
      } finally {
        store.close();
      }
    });
};

/** What needs a person first, then the lowest runway. */
function byNeed(one: AccountView, other: AccountView): number {
  const rank = (view: AccountView): number =>
    view.frozen !== null || view.wallet?.kind === 'needs_human' ? 0 : 1;
  const runway = (view: AccountView): number => view.runway_seconds ?? Number.POSITIVE_INFINITY;
  const difference = rank(one) - rank(other) || runway(one) - runway(other);
  return Number.isNaN(difference) ? one.account.localeCompare(other.account) : difference;
}

function statusText(io: CliIo, now: Status): string {
  const rows = now.accounts.map((view) => [
    view.account,
    dollars(view.balance_usd),
    dollars(view.min_balance_usd),
    view.runway_seconds === null ? '-' : formatDuration(view.runway_seconds * 1_000),
    view.subscriptions.map((one) => one.status).join(' ') || '-',
    ago(io, view.observed_at),
    view.frozen !== null ? `FROZEN: ${view.frozen}` : (view.failure ?? decided(view)),
  ]);
  const unseen = now.unseen.map((name) => [name, '-', '-', '-', '-', 'never', 'not seen yet']);
  const columns = [
    { title: 'ACCOUNT' },
    { title: 'BALANCE', align: 'right' },
    { title: 'MINIMUM', align: 'right' },
    { title: 'RUNWAY', align: 'right' },
    { title: 'SUBSCRIPTION' },
    { title: 'SEEN' },
    { title: 'WHY' },
  ] as const;
  const head = [
    ...(now.is_running ? [] : ['purser is not running on this store: this is what it saw last.']),
    ...(now.mode === 'observe' ? ['mode is observe: what stands under WHY is not done.'] : []),
  ];
  const parts = [
    ...head,
    now.accounts.length === 0
      ? 'No account was seen yet.'
      : table(columns, [...rows, ...unseen], { color: io.color }),
  ];
  if (now.quarantine_until !== null)
    parts.push(`Only watching until ${now.quarantine_until}; purser adopt ends it.`);
  if (now.open_intents.length > 0) {
    const lines = now.open_intents.map(
      (one) => `  ${one.id}  ${one.account}  ${one.kind}  ${dollars(one.amount_usd)}  ${one.state}`,
    );
    parts.push(['Open:', ...lines].join('\n'));
  }
  if (now.alerts.length > 0) {
    const lines = now.alerts.map(
      ({ fact, status }) =>
        `  ${paint(io, fact.severity)}  ${fact.headline}${status === 'acknowledged' ? ' (acknowledged)' : ''}`,
    );
    parts.push(['Alerts:', ...lines].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

/** What needs a person goes before what is well. */
function decided({ wallet, subscription }: AccountView): string {
  const first =
    subscription?.kind === 'needs_human' && wallet?.kind !== 'needs_human' ? subscription : wallet;
  return (first ?? subscription)?.sentence ?? '';
}

function dollars(value: number | null): string {
  return value === null ? '-' : `$${(Math.floor(value * 100) / 100).toFixed(2)}`;
}

function ago(io: CliIo, instant: string): string {
  const at = parseInstant(instant);
  return at === null ? '-' : `${formatDuration(Math.max(0, io.clock.now() - at))} ago`;
}

function paint(io: CliIo, severity: string): string {
  if (!io.color) return severity;
  return styleText(severity === 'critical' ? 'red' : severity === 'warning' ? 'yellow' : 'green', severity);
}
