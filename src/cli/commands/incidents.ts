import { styleText } from 'node:util';
import type { IncidentState } from '../../domain/incident.ts';
import { addMs, type EpochMs, formatDuration, formatInstant } from '../../domain/time.ts';
import type { Store } from '../../store/store.ts';
import { type CliIo, EXIT, ExitWith } from '../cli-io.ts';
import { openStore } from '../open-store.ts';
import { readConfig } from '../read-config.ts';
import { table } from '../table.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

const RESOLVED_MAX = 100;
const NOTE_MAX = 500;
/** Ids that are named to whoever mistook one. */
const NAMED_MAX = 10;

type Options = { readonly config: string; readonly json: boolean };

/** `purser incidents`: what is wrong, and a person's word that somebody looks after it. */
export const incidents: CommandFile = (program, io, done) => {
  const group = program
    .command('incidents')
    .summary('what is wrong, and who looks after it')
    .description('Lists incidents, and acknowledges them.')
    .addHelpText('after', '\nExample:\n  purser incidents list --all');
  group
    .command('list', { isDefault: true })
    .summary('what is wrong now')
    .description(
      'Lists what is not over: since when, when it is said again (REMINDER; "-": not again, it is acknowledged or told when it happens), and the id to acknowledge it by.',
    )
    .option('--all', `also the last ${RESOLVED_MAX} that are over`, false)
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser incidents list --all')
    .action((options: Options & { all: boolean }) => {
      const { spec } = readConfig(io, options.config);
      const store = openStore(io, spec, { create: false });
      try {
        const { repeatMs } = spec.alerts;
        const found = [
          ...store.firingIncidents(),
          ...(options.all ? store.resolvedIncidents(RESOLVED_MAX) : []),
        ];
        const views = found.map((state) => viewOf(state, repeatMs));
        io.stdout.write(
          options.json ? `${JSON.stringify({ incidents: views })}\n` : listText(io, found, repeatMs),
        );
        done(EXIT.ok);
      } finally {
        store.close();
      }
    });
  group
    .command('ack')
    .argument('<id>', 'as `purser incidents` shows it')
    .summary('say that somebody looks after an incident')
    .description(
      'Acknowledges an incident: whoever was told of it hears so once, and it is not repeated. It fires again when it grows graver, and when it comes back after its end.',
    )
    .option('--note <text>', 'who and what; told with it')
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nExample:\n  purser incidents ack charge.declined/render-eu/fund --note "Ann calls the bank"',
    )
    .action(async (id: string, options: Options & { note?: string }) => {
      const { spec } = readConfig(io, options.config);
      const note = noteOf(options.note);
      const store = openStore(io, spec, { create: false });
      try {
        const before = openIncident(store, id);
        const isNew = before.status === 'firing';
        await store.journal.tell([{ kind: 'acknowledge', fingerprint: id, note }], io.clock.now());
        const view = viewOf(store.incident(id) ?? before, spec.alerts.repeatMs);
        const text = isNew
          ? `${id} is acknowledged: it is told, and not repeated.`
          : `${id} was acknowledged before; nothing is changed.`;
        io.stdout.write(options.json ? `${JSON.stringify(view)}\n` : `${text}\n`);
        done(EXIT.ok);
      } finally {
        store.close();
      }
    });
};

function noteOf(text: string | undefined): string | null {
  const note = (text ?? '').replace(/\s+/g, ' ').trim();
  if (note.length <= NOTE_MAX) return note === '' ? null : note;
  const message = `--note has ${note.length} characters, and ${NOTE_MAX} are taken`;
  throw new ExitWith(EXIT.usage, { code: 'note_too_long', message, mend: 'Say it shorter.' });
}

function openIncident(store: Store, id: string): IncidentState {
  const state = store.incident(id);
  if (state !== null && state.status !== 'resolved') return state;
  const ids = store.firingIncidents().map(({ fingerprint }) => fingerprint);
  const more = ids.length > NAMED_MAX ? `, and ${ids.length - NAMED_MAX} more: purser incidents` : '.';
  throw new ExitWith(EXIT.usage, {
    code: state === null ? 'unknown_incident' : 'incident_over',
    message: state === null ? `there is no incident ${JSON.stringify(id)}` : `${id} is over`,
    mend:
      ids.length === 0 ? 'Nothing is wrong now.' : `Not over: ${ids.slice(0, NAMED_MAX).join(', ')}${more}`,
  });
}

/** When it is said again if it is seen then; `null` where it is not: a decline is told when it happens. */
function reminderAt(state: IncidentState, repeatMs: number): EpochMs | null {
  const isRepeated = state.status === 'firing' && state.fact.type !== 'charge.declined';
  return isRepeated ? addMs(state.toldAt, repeatMs) : null;
}

function reminderText(at: EpochMs | null, now: EpochMs): string {
  if (at === null) return '-';
  return at > now ? `in ${formatDuration(at - now)}` : 'when seen again';
}

function viewOf(state: IncidentState, repeatMs: number) {
  const { fact, acknowledgement } = state;
  const reminder = reminderAt(state, repeatMs);
  return {
    id: state.fingerprint,
    status: state.status,
    type: fact.type,
    severity: fact.severity,
    account: fact.account,
    intent_id: fact.intentId,
    headline: fact.headline,
    detail: fact.detail,
    started_at: formatInstant(state.startedAt),
    told_at: formatInstant(state.toldAt),
    reminder_at: reminder === null ? null : formatInstant(reminder),
    acknowledged_at: acknowledgement === null ? null : formatInstant(acknowledgement.at),
    note: acknowledgement?.note ?? null,
    resolved_at: state.resolvedAt === null ? null : formatInstant(state.resolvedAt),
  };
}

function listText(io: CliIo, found: readonly IncidentState[], repeatMs: number): string {
  if (found.length === 0) return 'Nothing is wrong.\n';
  const now = io.clock.now();
  const cells = found.map((state) => {
    const note = state.acknowledgement?.note;
    return [
      state.status,
      state.fact.severity,
      `${formatDuration(Math.max(0, now - state.startedAt))} ago`,
      reminderText(reminderAt(state, repeatMs), now),
      state.fingerprint,
      state.fact.headline + (note === undefined || note === null ? '' : ` (${note})`),
    ];
  });
  const titles = ['STATUS', 'SEVERITY', 'SINCE', 'REMINDER', 'ID', 'WHAT'];
  const text = table(
    titles.map((title) => ({ title })),
    cells,
    { color: io.color, terminalColumns: io.stdoutColumns },
  );
  const hint = found.some(({ status }) => status === 'firing')
    ? '\n\npurser incidents ack ID ends the reminders.'
    : '';
  return `${text}${io.color ? styleText('dim', hint) : hint}\n`;
}
