import type { ConfigDisk } from '../config/config-disk.ts';
import { formatProblems } from '../config/format-problems.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Plan } from '../domain/observation.ts';
import { PLANS } from '../sandbox/provider/plans.ts';
import { badConfig } from './bad-config.ts';
import { checkPlans } from './check-plans.ts';
import type { CliIo } from './cli-io.ts';
import { specSecrets } from './spec-secrets.ts';

type GoodConfig = Extract<LoadedConfig, { ok: true }>;

/** Loads the config or ends the command with exit code 78 after saying everything that is wrong with it. */
export function readConfig(io: CliIo, path: string, disk?: ConfigDisk): GoodConfig {
  const loaded = loadConfig({ path, env: io.env, ...(disk === undefined ? {} : { disk }) });
  if (loaded.ok) {
    for (const secret of specSecrets(loaded.spec)) io.redactor.add(secret);
    // The built-in price list needs no network to be known.
    if (loaded.spec.provider.kind === 'sandbox') checkPlans(io, loaded, sandboxPlans());
    if (loaded.warnings.length > 0)
      io.stderr.write(`${formatProblems(loaded.warnings, { color: io.color })}\n`);
    return loaded;
  }
  throw badConfig(io, loaded.problems);
}

export function sandboxPlans(): readonly Plan[] {
  return PLANS.map(({ id, ...plan }) => ({ ...plan, id: String(id) as PlanId })); // ids of our own table
}
