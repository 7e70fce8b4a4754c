import { Argument } from 'commander';
import { EXIT } from '../cli-io.ts';
import { completionScript, SHELLS, type Shell } from '../shell-completion.ts';
import type { CommandFile } from './command.ts';

/** `purser completion`: for the shell to source. */
export const completion: CommandFile = (program, io, done) => {
  program
    .command('completion')
    .summary('print a script that completes commands on Tab')
    .description('Prints a script for your shell, after which Tab completes commands and options.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', '\nExample:\n  source <(purser completion bash)')
    .action((shell: Shell) => {
      io.stdout.write(completionScript(shell, program));
      done(EXIT.ok);
    });
};
