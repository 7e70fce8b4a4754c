import type { Command } from 'commander';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { programOf } from '../../src/cli/program.ts';
import { codeInCell, GENERATED, inCell } from './page.ts';

/** docs/reference/commands.md: every command with its arguments and options, as `--help` shows them. */
export async function commandsPage(io: CliIo): Promise<string> {
  const program = await programOf([], io, () => undefined);
  return `# Commands

${GENERATED} Examples: \`purser COMMAND --help\`.

${commandsBelow(program, 'purser')
  .map(([words, command]) => section(words, command))
  .join('\n')}`;
}

function commandsBelow(
  from: Command,
  before: string,
): readonly (readonly [words: string, command: Command])[] {
  return from.commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const words = `${before} ${command.name()}`;
      return command.commands.length > 0 ? commandsBelow(command, words) : [[words, command] as const];
    });
}

function section(words: string, command: Command): string {
  const { registeredArguments, options } = command;
  const rows = [
    ...registeredArguments.map((argument) => [argumentShown(argument), argument.description]),
    ...options.filter(({ hidden }) => !hidden).map((option) => [option.flags, option.description]),
  ].map(([shown = '', what = '']) => `| ${codeInCell(shown)} | ${inCell(what)} |`);
  const table = rows.length === 0 ? '' : `\n| argument or option | |\n| --- | --- |\n${rows.join('\n')}\n`;
  return `## ${words}\n\n${inCell(command.description())}\n${table}`;
}

function argumentShown(argument: Command['registeredArguments'][number]): string {
  const shown = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return argument.required ? shown : `[${shown}]`;
}
