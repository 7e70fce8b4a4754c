import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ConfigProblem } from '../config/config-problem.ts';
import { findStore } from '../config/find-store.ts';
import { formatProblems } from '../config/format-problems.ts';
import { loadConfig } from '../config/load-config.ts';
import { REPEAT_DEFAULT_MS } from '../config/resolve-alerts.ts';
import type { AccountName } from '../domain/ids.ts';
import type { FleetSpec } from '../domain/spec.ts';
import { ProcessLock } from '../store/process-lock.ts';
import type { Store } from '../store/store.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';
import { CONFIG_DEFAULT } from './commands/command.ts';
import { findAccount, unknownAccount } from './find-account.ts';
import { openStore } from './open-store.ts';
import { specSecrets } from './spec-secrets.ts';

export type BrakeOptions = { config: string; store?: string; json: boolean };

export type Brakes = {
  readonly store: Store;
  readonly path: string;
  /** `null` where the config does not load, or was not asked for. */
  readonly spec: FleetSpec | null;
};

/** The options of a command that has to work beside a running purser, whatever became of its config. */
export function brakeOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the config; also one that does not load', CONFIG_DEFAULT)
    .option('--store <file>', 'the database itself, without any config')
    .option('--json', 'print JSON', false);
}

/**
 * Opens the store that the options or the config name. Behind a config that does not load, a purser may run on as it
 * was, so what the file still says is good enough, if there is a database. Throws the problems of the config otherwise.
 */
export function openBrakes(
  io: CliIo,
  { config, store }: BrakeOptions,
  about: { readonly account: string | null; readonly create: boolean },
): Brakes {
  if (store !== undefined) return withoutConfig(io, resolve(store.replace(/^sqlite:/, '')));
  const loaded = loadConfig({ path: config, env: io.env });
  if (loaded.ok) return withConfig(io, loaded.spec, about);
  const path = findStore({ path: config, env: io.env });
  if (path === null || !existsSync(path)) {
    const found = path === null ? 'It names no database' : `There is no database at ${path}`;
    const message = formatProblems(loaded.problems, { color: io.color });
    const mend = `${found}; --store FILE works without the config.`;
    throw new ExitWith(EXIT.badConfig, { code: 'bad_config', message, mend });
  }
  const lock = ProcessLock.isTaken(path) ? 'a purser is running' : 'no purser is running now';
  io.stderr.write(`${config} does not load: ${firstOf(loaded.problems)}\nGoing by ${path}, where ${lock}.\n`);
  return withoutConfig(io, path);
}

function withConfig(
  io: CliIo,
  spec: FleetSpec,
  { account, create }: { readonly account: string | null; readonly create: boolean },
): Brakes {
  for (const secret of specSecrets(spec)) io.redactor.add(secret);
  const { path } = spec.store;
  const isNew = !existsSync(path);
  if (isNew && account !== null) findAccount(spec, account);
  const store = openStore(io, spec, { create });
  if (isNew) io.stderr.write(`${path} is a new database: no purser has run on it yet.\n`);
  return { store, path, spec };
}

function withoutConfig(io: CliIo, path: string): Brakes {
  const only = { store: { path }, alerts: { repeatMs: REPEAT_DEFAULT_MS } };
  return { store: openStore(io, only, { create: false }), path, spec: null };
}

/** Without its line, which may hold a secret where none belongs. */
function firstOf(problems: readonly ConfigProblem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const bare = errors.map((problem) => ({ ...problem, excerpt: '' }));
  const [first = ''] = formatProblems(bare, { color: false }).split('\n');
  return errors.length > 1 ? `${first}; ${errors.length - 1} more say purser check` : first;
}

/** The account of that name, also one that has left the config, or the end of the command. */
export function accountAtBrake({ spec, store }: Brakes, name: string): AccountName {
  const worked = store.accountNames();
  const configured = [...(spec?.accounts.keys() ?? [])];
  const account = [...configured, ...worked].find((one) => one === name);
  if (account !== undefined) return account;
  throw spec === null ? unknownAccount(name, 'journal', worked) : unknownAccount(name, 'config', configured);
}
