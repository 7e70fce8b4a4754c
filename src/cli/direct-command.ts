import type { Command } from 'commander';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import type { Failure } from '../modelslab/failure.ts';
import { RATE_BUDGET_REASON } from '../modelslab/provider-client.ts';
import type { Reply } from '../modelslab/reply.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';
import { CONFIG_DEFAULT } from './commands/command.ts';
import { findAccount } from './find-account.ts';
import { type OpenAccount, withAccount } from './open-account.ts';
import { readConfig } from './read-config.ts';

export type DirectOptions = { config: string; json: boolean };

/** What a command has to say: the same thing for people and for machines. */
export type Said = { readonly text: string; readonly json: unknown };

/** A command that talks to the provider for one account. */
export function directCommand(group: Command, name: string, summary: string): Command {
  return group
    .command(name)
    .summary(summary)
    .argument('<account>', 'its name in the config')
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false);
}

/** Runs such a command: config, account, credentials, the work, and what it says. */
export async function talk(
  io: CliIo,
  name: string,
  options: DirectOptions,
  work: (open: OpenAccount) => Promise<Said>,
): Promise<number> {
  const { spec } = readConfig(io, options.config);
  return await talkTo(io, spec, findAccount(io, spec, name), { json: options.json, work });
}

async function talkTo(
  io: CliIo,
  spec: FleetSpec,
  account: AccountSpec,
  { json, work }: { json: boolean; work: (open: OpenAccount) => Promise<Said> },
): Promise<number> {
  const said = await withAccount(io, spec, account, work);
  io.stdout.write(json ? `${JSON.stringify(said.json)}\n` : said.text === '' ? '' : `${said.text}\n`);
  return EXIT.ok;
}

/** The value of a reply, or the end of the command with what the provider said and the id that its support asks for. */
export function mustHave<T>(io: CliIo, what: string, reply: Reply<T>): T {
  if (reply.kind === 'ok') return reply.value;
  io.stderr.write(`purser: ${what}: ${failureText(reply.failure)}\n`);
  throw new ExitWith(EXIT.failure);
}

function failureText({ message, code, status, requestId }: Failure): string {
  if (code === RATE_BUDGET_REASON)
    return "the provider's rate limit has no room now, and nothing was sent. Try again in a minute.";
  const isSaid = code !== null && message.includes(`(${code})`);
  const words = [isSaid ? null : code, status].filter((word) => word !== null).join(', ');
  const id = requestId === null ? '' : `\nThe provider's request id is ${requestId}.`;
  return `${message.replace(/\.$/, '')}${words === '' ? '' : ` (${words})`}.${id}`;
}

/** Facts of undocumented shape, a line each. */
export function factLines(facts: unknown, indent = ''): string {
  if (typeof facts !== 'object' || facts === null) return `${indent}${String(facts)}`;
  return Object.entries(facts)
    .map(([key, value]) =>
      typeof value === 'object' && value !== null
        ? `${indent}${key}:\n${factLines(value, `${indent}  `)}`
        : `${indent}${key}: ${String(value)}`,
    )
    .join('\n');
}
