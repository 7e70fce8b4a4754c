import { join } from 'node:path';
import { expect } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { realClock } from '../../src/cli/real-clock.ts';
import { addMs } from '../../src/domain/time.ts';
import type { Ended, Surroundings } from './a-process.ts';
import { anIo } from './an-io.ts';

const WITHOUT_CONFIG = ['schema', 'completion', 'sandbox', 'help'];

/**
 * Runs one command line as main.ts does, without the 0.4 seconds that a process takes to start. The config is the
 * `purser.yaml` of the folder unless the arguments name one.
 */
export async function purser(
  args: readonly string[],
  { cwd, secrets = {} }: Surroundings,
  /** By how much the command's clock is ahead: what it finds is as old as that. */
  aheadMs = 0,
  stdin = '',
  /** What a person types, answer by answer; none means that there is no terminal. */
  typed: readonly string[] = [],
): Promise<Ended> {
  const answers = [...typed];
  const ask = async (question: string): Promise<string> => {
    io.stderr.write(question);
    return answers.shift() ?? '';
  };
  const { io, said } = anIo({
    env: secrets,
    clock: { ...realClock, now: () => addMs(realClock.now(), aheadMs) },
    ask: typed.length === 0 ? null : ask,
    askHidden: typed.length === 0 ? null : ask,
    readStdin: async () => stdin,
  });
  const takesConfig = !args.includes('--config') && !WITHOUT_CONFIG.includes(args[0] ?? '');
  const config = takesConfig ? ['--config', join(cwd, 'purser.yaml')] : [];
  const code = await runCli([...args, ...config], io);
  for (const secret of Object.values(secrets)) {
    expect(said.stdout.includes(secret), 'a secret on stdout').toBe(false);
    expect(said.stderr.includes(secret), 'a secret on stderr').toBe(false);
  }
  return { code, ...said };
}
