import { styleText } from 'node:util';
import { type Cents, formatCents } from '../domain/money.ts';
import type { Log, LogFields } from '../domain/ports.ts';
import type { AccountView } from '../keeper/view.ts';
import type { CliIo } from './cli-io.ts';

type Style = Parameters<typeof styleText>[0];

/** The daemon's log told to a person: one line per thing that happened, none for what did not. */
export class DemoFeed implements Log {
  readonly #io: CliIo;
  readonly #balances = new Map<string, number>();

  constructor(io: CliIo) {
    this.#io = io;
  }

  debug(): void {
    // Nothing that a first look needs.
  }

  info(event: string, fields: LogFields = {}): void {
    this.#tell(event, fields);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#tell(event, fields);
  }

  error(event: string, fields: LogFields = {}): void {
    if (!this.#tell(event, fields))
      this.line('red', String(fields['account'] ?? 'purser'), `${event} ${String(fields['error'] ?? '')}`);
  }

  /** Every balance, and which way it went, in lines that fit a terminal. */
  balances(views: readonly AccountView[]): void {
    const parts = views.flatMap((view) => {
      if (view.balance_usd === null) return [];
      const before = this.#balances.get(view.account);
      this.#balances.set(view.account, view.balance_usd);
      const arrow =
        before === undefined || before === view.balance_usd ? '' : before > view.balance_usd ? '↓' : '↑';
      return [`${view.account} $${view.balance_usd.toFixed(2)}${arrow}`];
    });
    for (const text of packed(parts)) this.line('dim', 'balances', text);
  }

  line(style: Style, subject: string, text: string): void {
    const time = new Date(this.#io.clock.now()).toISOString().slice(11, 19);
    const said = this.#io.redactor.clean(`${time}  ${subject.padEnd(14)} ${text}`);
    this.#io.stdout.write(`${this.#io.color ? styleText(style, said) : said}\n`);
  }

  #tell(event: string, fields: LogFields): boolean {
    const sentence = SENTENCES[event]?.(fields);
    if (sentence === undefined) return false;
    if (sentence !== null) this.line(sentence.style, String(fields['account'] ?? 'purser'), sentence.text);
    return true;
  }
}

/** Behind the time and the subject. */
const TEXT_CHARACTERS = 55;

function packed(parts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)}  ${part}`;
    if (lines.length > 0 && longer.length <= TEXT_CHARACTERS) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

/** Holds that a first look need not hear of. */
const QUIET_REASONS = new Set(['above_minimum', 'subscription_ok', 'intent_open']);

type Told = { readonly style: Style; readonly text: string } | null;

const SENTENCES: Readonly<Record<string, (fields: LogFields) => Told>> = {
  'charge.armed': (fields) => ({ style: 'cyan', text: `${String(fields['why'])}` }),
  'charge.accepted': () => null,
  'charge.settled': (fields) => ({
    style: 'green',
    text: `${kindOf(fields)} settled: ${money(fields['settled_cents'])} by ${String(fields['by']).replace('_', ' ')}`,
  }),
  'charge.declined': (fields) => ({
    style: 'red',
    text: `card declined (${String(fields['code'])}). ${String(fields['next'] ?? '')}`,
  }),
  'charge.in_doubt': (fields) => ({
    style: 'yellow',
    text: `${kindOf(fields)} in doubt (${String(fields['why'])}): asking again with the same key`,
  }),
  'charge.replayed': (fields) => ({
    style: 'yellow',
    text: `asked again with the same key (send ${String(fields['sends'])})`,
  }),
  'charge.released': (fields) => ({
    style: 'yellow',
    text: `${kindOf(fields)} closed, nothing charged (${String(fields['code'] ?? fields['because'])})`,
  }),
  'charge.not_armed': (fields) => ({ style: 'yellow', text: `not charged: ${String(fields['sentence'])}` }),
  'account.frozen': (fields) => ({ style: 'red', text: `FROZEN: ${String(fields['reason'])}` }),
  decision: (fields) => {
    if (fields['kind'] === 'needs_human')
      return { style: 'magenta', text: `needs a person: ${String(fields['sentence'])}` };
    const isQuiet = fields['kind'] !== 'hold' || QUIET_REASONS.has(String(fields['reason']));
    return isQuiet ? null : { style: 'dim', text: String(fields['sentence']) };
  },
  'account.not_seen': (fields) => ({ style: 'yellow', text: `not seen: ${String(fields['reason'])}` }),
};

function kindOf(fields: LogFields): string {
  return fields['kind'] === 'fund' ? 'top-up' : String(fields['kind']).replace('_', '-');
}

function money(value: unknown): string {
  return typeof value === 'number' ? formatCents(value as Cents) : '-'; // the log's fields named cents hold cents
}
