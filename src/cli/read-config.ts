import type { ConfigDisk } from '../config/config-disk.ts';
import { formatProblems } from '../config/format-problems.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Plan } from '../domain/observation.ts';
import { PLANS } from '../sandbox/provider/plans.ts';
import { checkPlans } from './check-plans.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';
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
  const message = formatProblems(loaded.problems, { color: io.color });
  throw new ExitWith(EXIT.badConfig, { code: 'bad_config', message });
}

export function sandboxPlans(): readonly Plan[] {
  return PLANS.map(({ id, ...plan }) => ({ ...plan, id: String(id) as PlanId })); // ids of our own table
}
