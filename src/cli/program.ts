import { Command, CommanderError } from 'commander';
import { PurserError } from '../domain/purser-error.ts';
import { type CliIo, EXIT, ExitWith, type Told } from './cli-io.ts';
import { COMMANDS } from './commands/all.ts';
import { withProgress } from './progress.ts';
import { toldText } from './told-text.ts';

/** The command whose stdout is a log, and the one whose first line there says where it listens. */
const STREAMS = ['run', 'sandbox'];

/** Those that are there to go on. */
const WITHOUT_END = [...STREAMS, 'demo'];

/** Runs one command line and gives its exit code. Everything that goes wrong is said on stderr before. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const name = argv[0] ?? '';
  return WITHOUT_END.includes(name)
    ? await runLine(argv, io)
    : await withProgress(io, name, (own) => runLine(argv, own));
}

async function runLine(argv: readonly string[], io: CliIo): Promise<number> {
  let code: number = EXIT.ok;
  const program = await programOf(argv, io, (given) => {
    code = given;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return explain(io, error, argv);
  }
}

/** The commands that such a line may mean: all of them for an empty one. `done` is told the exit code. */
export async function programOf(
  argv: readonly string[],
  io: CliIo,
  done: (code: number) => void,
): Promise<Command> {
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
    .addHelpText('after', '\nIn a checkout, after npm ci, a command is `npx purser COMMAND`.')
    .showSuggestionAfterError();
  for (const load of wanted(argv)) (await load())(program, io, done);
  return program;
}

/** The command that is called, or all of them where help, a misspelled name or the shell's completion wants the list. */
function wanted(argv: readonly string[]) {
  if (argv[0] === '--version' || argv[0] === '-V') return [];
  const called = COMMANDS.get(argv[0] ?? '');
  return called === undefined || argv[0] === 'completion' ? [...COMMANDS.values()] : [called];
}

/** Says why a command ended early: in words on stderr, and as data on stdout where JSON was asked for. */
function explain(io: CliIo, error: unknown, argv: readonly string[]): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
  const [code, told] = storyOf(error, argv);
  const { message, mend, requestId, problems } = told;
  // Commander has said it already, with its own suggestion.
  if (!(error instanceof CommanderError)) io.stderr.write(toldText(told));
  else if (mend !== null) io.stderr.write(`${mend}\n`);
  const places = problems.map(({ endColumn: _end, excerpt: _excerpt, ...problem }) => problem);
  const found = places.length === 0 ? {} : { problems: places };
  const data = { error: { code: told.code, message, mend, request_id: requestId, ...found } };
  const wantsJson = argv.includes('--json') && !STREAMS.includes(argv[0] ?? '');
  if (wantsJson) io.stdout.write(`${JSON.stringify(data)}\n`);
  return code;
}

function storyOf(error: unknown, argv: readonly string[]): readonly [code: number, told: Told] {
  if (error instanceof ExitWith) return [error.code, error.told];
  const { message } = error instanceof Error ? error : { message: '' };
  if (error instanceof CommanderError) {
    const sentence = message.replace(/^error: /, '');
    const mend =
      sentence === "unknown option '--yes'"
        ? 'It never asks: leave --yes out.'
        : (groupMend(sentence, argv) ??
          '`purser --help` lists the commands; behind one of them `--help` says what it takes.');
    return [EXIT.usage, { code: 'usage', message: sentence, mend, requestId: null, problems: [] }];
  }
  if (error instanceof PurserError)
    return [EXIT.failure, { code: error.code, message, mend: error.mend, requestId: null, problems: [] }];
  if (isOfDatabase(error)) {
    const told = `the database cannot be read or written now, and what was asked for may not be done: ${message}`;
    const mend = 'See that its disk has space left and lets this user write, then ask again.';
    return [EXIT.failure, { code: 'store_unusable', message: told, mend, requestId: null, problems: [] }];
  }
  throw error;
}

/** Where a group of commands was asked for one that it does not have: the group alone lists those it has. */
function groupMend(sentence: string, argv: readonly string[]): string | null {
  const named = /^unknown command '(.*)'/.exec(sentence)?.[1];
  const group = argv.slice(0, named === undefined ? 0 : argv.lastIndexOf(named));
  const isGroup = group.length > 0 && group.every((word) => /^[a-z-]+$/.test(word));
  return isGroup ? `\`purser ${group.join(' ')} --help\` lists its commands.` : null;
}

/** A full disk under a database that could be opened, or a lock that nobody gave back. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
