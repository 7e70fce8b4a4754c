import type { LoadedConfig } from '../config/load-config.ts';
import type { Plan } from '../domain/observation.ts';
import { badConfig } from './bad-config.ts';
import type { CliIo } from './cli-io.ts';
import { unknownPlans } from './unknown-plans.ts';

/** Ends the command with exit code 78 where a policy declares a plan that does not exist, saying where it stands. */
export function checkPlans(
  io: CliIo,
  loaded: Extract<LoadedConfig, { ok: true }>,
  plans: readonly Pick<Plan, 'id' | 'name'>[],
): void {
  const problems = unknownPlans(loaded.spec, plans).map(({ policy, path, message, mend }) =>
    loaded.problemAt(['policies', policy, 'subscription', ...path], { message, mend }),
  );
  if (problems.length === 0) return;
  throw badConfig(io, problems);
}
