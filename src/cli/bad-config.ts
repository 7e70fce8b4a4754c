import type { ConfigProblem } from '../config/config-problem.ts';
import { formatProblems } from '../config/format-problems.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';

/** Ends a command with exit code 78 and all that is wrong with the config. */
export function badConfig({ color }: CliIo, problems: readonly ConfigProblem[]): ExitWith {
  const message = formatProblems(problems, { color });
  return new ExitWith(EXIT.badConfig, { code: 'bad_config', message, problems });
}
