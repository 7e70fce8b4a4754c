import type { Command } from 'commander';
import type { HandAnswer, HandOrder, PlanWish } from '../domain/hand-order.ts';
import { type PaymentMethodId, type PlanId, parseProviderId } from '../domain/ids.ts';
import { type Cents, cents, formatCents, parseCents } from '../domain/money.ts';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { formatInstant, MINUTE_MS, parseDurationMs } from '../domain/time.ts';
import { answerView } from '../keeper/answer-view.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';
import { CONFIG_DEFAULT } from './commands/command.ts';
import { findAccount } from './find-account.ts';
import { orderByHand } from './order-by-hand.ts';
import { readConfig } from './read-config.ts';
import { refusalMend } from './refusal-mend.ts';

/** Options of every command that has the keeper do something. */
export type HandOptions = { config: string; json: boolean; wait: string };

/** The account argument and the options that such commands share. */
export function handCommand(group: Command, name: string, summary: string): Command {
  return group
    .command(name)
    .summary(summary)
    .argument('<account>', 'its name in the config')
    .option('--wait <duration>', 'how long to wait for the end of it, 1s to 1h', '60s')
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false);
}

/**
 * Has the keeper carry out an order and says how it ended. Everything that can be checked is checked before; `ask` may
 * end the command where a person says no.
 */
export async function carryOut(
  io: CliIo,
  name: string,
  options: HandOptions,
  plan: (found: { spec: FleetSpec; account: AccountSpec }) => HandOrder | Promise<HandOrder>,
): Promise<number> {
  const timeoutMs = readWait(options.wait);
  const { spec } = readConfig(io, options.config);
  const account = findAccount(spec, name);
  const order = await plan({ spec, account });
  const answer = await orderByHand(io, { spec, account, order, timeoutMs });
  const isDone = answer.outcome === 'done';
  if (options.json) io.stdout.write(`${JSON.stringify(answerView(account.name, answer))}\n`);
  if (!options.json || !isDone) {
    const text = answerText({ account: account.name, mode: spec.mode }, answer);
    (isDone ? io.stdout : io.stderr).write(`${text}\n`);
  }
  return answer.outcome === 'done'
    ? EXIT.ok
    : answer.outcome === 'open'
      ? EXIT.moneyNeedsAttention
      : EXIT.failure;
}

function answerText(about: Parameters<typeof refusalMend>[0], answer: HandAnswer): string {
  const { account: name } = about;
  const { outcome, sentence, intent, requestId, until, link } = answer;
  const words = { done: 'done', refused: 'not done', open: 'not over yet' }[outcome];
  const lines = [`${name}: ${words}: ${sentence}`];
  if (link !== null) lines.push(`  pay   ${link.url}`, `  until ${formatInstant(link.expiresAt)}`);
  if (until !== null) lines.push(`  next  ${formatInstant(until)}`);
  if (outcome !== 'done' && requestId !== null) lines.push(`  the provider's request id is ${requestId}`);
  if (outcome === 'open' && intent !== null)
    lines.push(`  purser goes on with it: \`purser explain ${name}\` shows ${intent}`);
  const mend = outcome === 'refused' ? refusalMend(about, answer) : null;
  if (mend !== null) lines.push(`  ${mend}`);
  return lines.join('\n');
}

function readWait(text: string): number {
  const waitMs = parseDurationMs(text);
  if (waitMs !== null && waitMs >= 1_000 && waitMs <= 60 * MINUTE_MS) return waitMs;
  return usage(`--wait "${text}": wanted a duration from 1s to 1h, such as 90s`);
}

/** Dollars with at most two decimals, within what the provider takes. */
export function readDollars(
  what: string,
  text: string,
  {
    leastCents = 1,
    mostCents = Number.POSITIVE_INFINITY,
  }: { readonly leastCents?: number; readonly mostCents?: number } = {},
): Cents {
  const amount = /^\$?(\d{1,7}(?:\.\d{1,2})?)$/.exec(text)?.[1];
  const amountCents = amount === undefined ? null : parseCents(amount);
  if (amountCents !== null && amountCents >= leastCents && amountCents <= mostCents) return amountCents;
  if (amountCents !== null && amountCents > 0) {
    const [bound, limit] = amountCents < leastCents ? ['under', leastCents] : ['over', mostCents];
    const end = bound === 'under' ? 'minimum' : 'maximum';
    return usage(
      `${what} ${formatCents(amountCents)} is ${bound} the provider's ${end} ${formatCents(cents(limit))}`,
    );
  }
  return usage(`${what} "${text}": wanted dollars with at most two decimals, such as 50 or 12.50`);
}

export function readCard(text: string | undefined): PaymentMethodId | null {
  if (text === undefined) return null;
  const id = /^pm_\w+$/.test(text) ? parseProviderId<PaymentMethodId>(text) : null;
  return id ?? usage(`--card "${text}": wanted the id of a saved card, such as pm_1AbC`);
}

/** A plan by its id (a whole number) or by its name. */
export function readPlan(text: string): PlanWish {
  const id = /^[1-9]\d*$/.test(text) ? parseProviderId<PlanId>(text) : null;
  return id === null ? { kind: 'name', name: text.trim() } : { kind: 'id', id };
}

export function usage(message: string): never {
  throw new ExitWith(EXIT.usage, { code: 'usage', message });
}

/** Asks for a name before money leaves or something is lost; ends the command where it is not typed. */
export async function confirmByName(
  io: CliIo,
  options: { readonly question: string; readonly name: string; readonly isSure: boolean },
): Promise<void> {
  if (options.isSure) return;
  if (io.ask === null) usage('not on a terminal; add --yes to go on without being asked');
  const typed = await io.ask(`${options.question} Type ${options.name} to confirm: `);
  if (typed.trim() === options.name) return;
  throw new ExitWith(EXIT.failure, {
    code: 'not_confirmed',
    message: 'that is not the name',
    mend: 'Nothing was changed.',
  });
}
