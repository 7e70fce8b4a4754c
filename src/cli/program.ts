import { Command, CommanderError } from 'commander';
import { PurserError } from '../domain/purser-error.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';
import { COMMANDS } from './commands/all.ts';

/** Runs one command line and gives its exit code. Everything that goes wrong is said on stderr before. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('purser')
    .description(
      'Keeps ModelsLab wallets funded and subscriptions alive, within limits that people wrote down.',
    )
    .version(io.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .showSuggestionAfterError();
  const done = (given: number): void => {
    code = given;
  };
  for (const load of wanted(argv)) (await load())(program, io, done);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return explain(io, error);
  }
}

/** The command that is called, or all of them where help or a misspelled name wants the list. */
function wanted(argv: readonly string[]) {
  if (argv[0] === '--version' || argv[0] === '-V') return [];
  const called = COMMANDS.get(argv[0] ?? '');
  return called === undefined ? [...COMMANDS.values()] : [called];
}

function explain(io: CliIo, error: unknown): number {
  if (error instanceof ExitWith) return error.code;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof PurserError) {
    io.stderr.write(`purser: ${error.message}\n${error.mend}\n`);
    return EXIT.failure;
  }
  throw error;
}
