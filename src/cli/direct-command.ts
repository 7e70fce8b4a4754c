import type { Command } from 'commander';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import type { Reply } from '../modelslab/reply.ts';
import { type CliIo, EXIT } from './cli-io.ts';
import { CONFIG_DEFAULT } from './commands/command.ts';
import { findAccount } from './find-account.ts';
import { type OpenAccount, withAccount } from './open-account.ts';
import { providerFailure } from './provider-failure.ts';
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
  return await talkTo(io, spec, findAccount(spec, name), { json: options.json, work });
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

/** The value of a read, or the end of the command with what the provider said and the id that its support asks for. */
export function mustHave<T>(what: string, reply: Reply<T>): T {
  if (reply.kind === 'ok') return reply.value;
  throw providerFailure(what, reply.failure, 'read');
}

/** The same for what changes something, where an answer that did not come does not mean that nothing happened. */
export function mustBeDone<T>(what: string, reply: Reply<T>): T {
  if (reply.kind === 'ok') return reply.value;
  throw providerFailure(what, reply.failure, 'write');
}
