import { dirname, resolve } from 'node:path';
import type { FleetSpec } from '../domain/spec.ts';
import { type Settings, settingsOf } from './changed-settings.ts';
import { type ConfigDisk, nodeDisk } from './config-disk.ts';
import { type ConfigProblem, Problems, problemAtSpot, type Remark } from './config-problem.ts';
import { ConfigSources } from './config-sources.ts';
import type { Environment } from './interpolate.ts';
import type { Loading } from './loading.ts';
import { resolveFleet } from './resolve-fleet.ts';
import { type ConfigPath, rootSpot, type Spot, spotAt } from './spot.ts';

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly spec: FleetSpec;
      readonly warnings: readonly ConfigProblem[];
      /** For telling what a reload changes; asked for by whoever reloads. */
      readonly settings: () => Settings;
      /**
       * An error for what only shows later, such as a plan that the provider does not know: at
       * `['policies', NAME, 'subscription', 'plan']`, or at `['accounts', NAME, 'token']` whatever file the
       * account stands in. A path that is not there points at its nearest parent.
       */
      readonly problemAt: (path: ConfigPath, remark: Remark) => ConfigProblem;
    }
  /** At least one error; warnings among them. */
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export type LoadOptions = {
  /** As the operator wrote it; problems name files the same way. */
  readonly path: string;
  readonly env: Environment;
  readonly disk?: ConfigDisk;
};

/** Reads, checks and resolves a config with everything it includes. Never throws for what an operator wrote. */
export function loadConfig({ path, env, disk = nodeDisk }: LoadOptions): LoadedConfig {
  const problems = new Problems();
  const loading: Loading = {
    problems,
    env,
    disk,
    folder: dirname(resolve(path)),
    secretMarks: new Map(),
  };
  const sources = new ConfigSources(path);
  const opened = sources.open(path, loading);
  if (opened.kind === 'failed') problems.fileError(path, opened.message, opened.mend);
  if (opened.kind === 'failed' || opened.root === null) return { ok: false, problems: problems.sorted() };
  const root = rootSpot(opened.root);
  const fleet = resolveFleet(root, sources, loading);
  if (fleet === null) return { ok: false, problems: problems.sorted() };
  return {
    ok: true,
    spec: fleet.spec,
    warnings: problems.sorted(),
    settings: () => settingsOf(root, fleet.accountSpots, loading.secretMarks),
    problemAt: (at, remark) => problemAtSpot(findSpot(at, root, fleet.accountSpots), remark, 'error'),
  };
}

function findSpot(path: ConfigPath, root: Spot, accounts: ReadonlyMap<string, Spot>): Spot {
  const [section, name, ...rest] = path;
  const account = section === 'accounts' && typeof name === 'string' ? accounts.get(name) : undefined;
  return account === undefined ? spotAt(root, ...path) : spotAt(account, ...rest);
}
