import { InvalidArgumentError } from 'commander';
import { runSandbox } from '../../sandbox/run.ts';
import { EXIT } from '../cli-io.ts';
import type { CommandFile } from './command.ts';

/** `purser sandbox`: the imitated provider as a process of its own. */
export const sandbox: CommandFile = (program, io, done) => {
  program
    .command('sandbox')
    .summary('run an imitation of the provider')
    .description(
      'Runs an imitation of ModelsLab and Stripe, with agents that burn money, until stopped (docs/sandbox.md).',
    )
    .option('--port <port>', 'the port to listen on; 0 picks a free one', wholeNumber(0, 65_535), 0)
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--accounts <count>', 'how many accounts', wholeNumber(1, 100_000), 5)
    .option('--seed <seed>', 'the same seed gives the same names, tokens and balances', 'purser')
    .option('--speed <factor>', 'virtual hours an hour', positiveNumber, 1)
    .option('--state <file>', 'keep the world in this file across restarts')
    .option('--json', 'the first line on stdout is JSON', false)
    .addHelpText('after', '\nExample:\n  purser sandbox --port 8787 --accounts 50 --speed 60 --json')
    .action(async (options: SandboxFlags) => {
      const { state, ...rest } = options;
      const { clock, stdout, stop } = io;
      await runSandbox({
        ...rest,
        clock,
        stdout,
        signal: stop,
        ...(state === undefined ? {} : { statePath: state }),
      });
      done(EXIT.ok);
    });
};

type SandboxFlags = {
  readonly port: number;
  readonly host: string;
  readonly accounts: number;
  readonly seed: string;
  readonly speed: number;
  readonly state?: string;
  readonly json: boolean;
};

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('It is a number above 0, up to 1000000.');
}
