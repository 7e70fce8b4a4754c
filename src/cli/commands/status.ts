import { styleText } from 'node:util';
import { withoutPay } from '../../alerts/without-pay.ts';
import { formatDuration, formatInstant, parseInstant } from '../../domain/time.ts';
import { type AccountView, intentView } from '../../keeper/view.ts';
import { ProcessLock } from '../../store/process-lock.ts';
import { type BrakeOptions, type Brakes, brakeOptions, openBrakes } from '../brakes.ts';
import { type CliIo, EXIT } from '../cli-io.ts';
import { alertShown, type Fleet, fleetTroubles, type Trouble } from '../fleet-troubles.ts';
import { overdueAccounts } from '../overdue.ts';
import { plainText } from '../plain-text.ts';
import { readViews } from '../read-views.ts';
import { type Mode, modeDiffers, runningMode } from '../running-mode.ts';
import { table } from '../table.ts';
import { type UndeliveredView, undeliveredText, undeliveredView } from '../undelivered-lines.ts';
import type { CommandFile } from './command.ts';

const ATTENTION_SHOWN = 10;
/** On a terminal, what is wrong stands above the accounts and is to be seen. */
const ACCOUNTS_SHOWN = 30;

type Status = Fleet & {
  /** Why it does not end with 0. */
  readonly attention: readonly Trouble[];
  readonly quarantine_until: string | null;
  readonly undelivered: readonly UndeliveredView[];
  /** Of the purser that runs, else of the config; `null` where neither says. */
  readonly mode: Mode | null;
  /** What the config says else, and why it does not hold. */
  readonly mode_note: string | null;
};

/** `purser status`: the fleet at a glance, what needs a person on top. */
export const status: CommandFile = (program, io, done) => {
  const command = program
    .command('status')
    .summary('the fleet at a glance')
    .description(
      'Shows what is wrong, then every account as the running purser last saw it, lowest runway first, what is open, ' +
        'what fires, and what receivers did not take. Ends with 4 where money needs attention or a critical incident fires, else with 1 where no purser runs, or an account is not seen when it is due.',
    )
    .addHelpText('after', '\nExample:\n  purser status --json | jq .accounts');
  brakeOptions(command).action(async (options: BrakeOptions) => {
    const brakes = openBrakes(io, options, { account: null, create: false });
    try {
      const now = await statusOf(io, brakes);
      io.stdout.write(options.json ? `${JSON.stringify(now)}\n` : statusText(io, now));
      done(exitCode(now.attention));
    } finally {
      brakes.store.close();
    }
  });
};

async function statusOf(io: CliIo, { spec, store, path }: Brakes): Promise<Status> {
  const views = readViews(store);
  const known = new Set<string>(spec?.accounts.keys() ?? views.map((view) => view.account));
  const accounts: AccountView[] = [];
  for (const view of views.filter(({ account }) => known.has(account)))
    accounts.push(await heldNow(store, view));
  accounts.sort(byNeed);
  const seen = new Set<string>(accounts.map((view) => view.account));
  const until = store.quarantineUntil();
  const running = runningMode(store, path);
  const found = {
    accounts,
    unseen: [...known].filter((name) => !seen.has(name)),
    overdue: spec === null ? [] : overdueAccounts(accounts, spec, io.clock.now()),
    open_intents: (await store.journal.allOpenIntents()).map(intentView),
    alerts: store.firingIncidents().map(withoutPay),
    is_running: ProcessLock.isTaken(path),
  };
  return {
    ...found,
    attention: fleetTroubles(found),
    undelivered: store.undelivered().map(undeliveredView),
    quarantine_until: until === null || until <= io.clock.now() ? null : formatInstant(until),
    mode: running ?? spec?.mode ?? null,
    mode_note: spec === null ? null : modeDiffers(spec.mode, running),
  };
}

function exitCode([worst]: readonly Trouble[]): number {
  if (worst === undefined) return EXIT.ok;
  return worst.severity === 'critical' ? EXIT.moneyNeedsAttention : EXIT.failure;
}

/** A brake is shown as soon as it holds or is let go, not when the account is next looked at. */
async function heldNow({ journal }: Brakes['store'], view: AccountView): Promise<AccountView> {
  const holds = await journal.holds(view.account);
  const because = (wanted: 'pause' | 'freeze'): string | null =>
    holds.find(({ kind }) => kind === wanted)?.reason ?? null;
  return { ...view, paused: because('pause'), frozen: because('freeze') };
}

/** What needs a person first, then the lowest runway. */
function byNeed(one: AccountView, other: AccountView): number {
  const rank = (view: AccountView): number =>
    view.frozen !== null || view.wallet?.kind === 'needs_human' ? 0 : 1;
  const runway = (view: AccountView): number => view.runway_seconds ?? Number.POSITIVE_INFINITY;
  const difference = rank(one) - rank(other) || runway(one) - runway(other);
  return Number.isNaN(difference) ? one.account.localeCompare(other.account) : difference;
}

function statusText(io: CliIo, now: Status): string {
  const shown = io.stdoutIsTerminal ? ACCOUNTS_SHOWN : Number.POSITIVE_INFINITY;
  const more = now.accounts.length + now.unseen.length - shown;
  const rows = now.accounts
    .slice(0, shown)
    .map((view) => [
      view.account,
      dollars(view.balance_usd),
      dollars(view.min_balance_usd),
      view.runway_seconds === null ? '-' : formatDuration(view.runway_seconds * 1_000),
      view.subscriptions.map((one) => one.status).join(' ') || '-',
      ago(io, view.observed_at),
      why(view),
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
    ...now.attention
      .slice(0, ATTENTION_SHOWN)
      .map((one) => `${paint(io, one.severity)}  ${plainText(one.sentence)}`),
    ...(now.attention.length > ATTENTION_SHOWN ? [`and ${now.attention.length - ATTENTION_SHOWN} more`] : []),
    ...(now.mode_note === null ? [] : [`note: ${now.mode_note}`]),
    ...(now.mode === 'observe' ? ['mode is observe: what stands under WHY is not done.'] : []),
  ];
  const parts = [
    ...(head.length === 0 ? [] : [head.join('\n')]),
    now.accounts.length === 0
      ? 'No account was seen yet.'
      : table(columns, [...rows, ...unseen].slice(0, shown), {
          color: io.color,
          terminalColumns: io.stdoutColumns,
        }) + (more > 0 ? `\nand ${more} more; all of them: purser status | less` : ''),
  ];
  if (now.quarantine_until !== null)
    parts.push(`Only watching until ${now.quarantine_until}; purser adopt ends it.`);
  if (now.open_intents.length > 0) {
    const lines = now.open_intents.map(
      (one) => `  ${one.id}  ${one.account}  ${one.kind}  ${dollars(one.amount_usd)}  ${one.state}`,
    );
    parts.push(['Open:', ...lines].join('\n'));
  }
  const alerts = now.alerts.filter(({ fact }) => fact.severity !== 'critical');
  if (alerts.length > 0) {
    const lines = alerts.map(
      (alert) => `  ${paint(io, alert.fact.severity)}  ${plainText(alertShown(alert))}`,
    );
    parts.push(['Alerts:', ...lines].join('\n'));
  }
  if (now.undelivered.length > 0) parts.push(undeliveredText(now.undelivered, io.clock.now()));
  return `${parts.join('\n\n')}\n`;
}

function why(row: AccountView): string {
  if (row.frozen !== null) return `FROZEN: ${row.frozen}`;
  if (row.paused !== null) return `PAUSED: ${row.paused}`;
  return row.failure ?? decided(row);
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
