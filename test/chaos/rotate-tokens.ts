import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PurserProcess } from './purser-process.ts';
import { SandboxProcess } from './sandbox-process.ts';
import type { TempHome } from './temp-home.ts';
import { writeConfig } from './write-config.ts';

/** So fast that the month of a token passes in 26 seconds. */
const SPEED = 100_000;
const LIMIT_MS = 60_000;

/** Logins whose tokens come near their end, so that the provider hands out others. Counts the refreshes. */
export async function rotateTokens(
  home: TempHome,
  options: { readonly seed: number; readonly env: Readonly<Record<string, string>> },
): Promise<number> {
  const folder = home.file('rotating');
  mkdirSync(folder);
  const more = ['--state', join(folder, 'world.json')];
  await using sandbox = await SandboxProcess.start(home, {
    accounts: 2,
    seed: options.seed,
    speed: SPEED,
    more,
  });
  const config = writeConfig(folder, sandbox.line, {
    poll: '1s',
    quarantine: '0s',
    policies: { only: { minBalance: 1, topUp: { amount: 10 }, caps: { day: 100 } } },
    policyOf: () => 'only',
    credentialsOf: ({ name, email, password }) => ({ email, password: keepPassword(folder, name, password) }),
  });
  const purser = new PurserProcess({
    cwd: folder,
    config,
    env: options.env,
    more: ['--log-level', 'debug'],
    stdoutPath: join(folder, 'purser.log'),
    stderrPath: join(folder, 'purser.stderr'),
  });
  await purser.url();
  const endMs = performance.now() + LIMIT_MS;
  while (purser.seen('token.refreshed') < 2 && performance.now() < endMs) await sleep(250);
  await purser.end('SIGTERM');
  return purser.seen('token.refreshed');
}

function keepPassword(folder: string, name: string, password: string) {
  const file = join(folder, 'secrets', `${name}.password`);
  writeFileSync(file, password, { mode: 0o600 });
  return { file };
}
