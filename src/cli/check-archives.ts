import type { LoadedConfig } from '../config/load-config.ts';
import type { DiskTrouble } from '../store/disk-trouble.ts';
import { archiveTrouble } from '../store/invoice-files.ts';
import { badConfig } from './bad-config.ts';
import type { CliIo } from './cli-io.ts';

/** Ends the command with exit code 78 where invoices could not be saved, saying where the folder stands. */
export async function checkArchives(
  io: CliIo,
  { spec, problemAt }: Extract<LoadedConfig, { ok: true }>,
): Promise<void> {
  const troubles = new Map<string, DiskTrouble>();
  for (const { name: account, policy } of spec.accounts.values()) {
    if (policy.invoices === null || troubles.has(policy.name)) continue;
    const trouble = await archiveTrouble({ folder: policy.invoices.archive, account });
    if (trouble !== null) troubles.set(policy.name, trouble);
  }
  if (troubles.size === 0) return;
  const problems = Array.from(troubles, ([policy, { what, mend }]) =>
    problemAt(['policies', policy, 'invoices', 'archive'], { message: what, mend }),
  );
  throw badConfig(io, problems);
}
