import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';

/** The account of that name, or the end of the command with the names that there are. */
export function findAccount(io: CliIo, spec: FleetSpec, name: string): AccountSpec {
  const account = Array.from(spec.accounts.values()).find((one) => one.name === name);
  if (account !== undefined) return account;
  const names = [...spec.accounts.keys()];
  const shown = names.slice(0, 10).join(', ');
  io.stderr.write(
    `purser: there is no account "${name}" in the config.\nIt has ${shown}${names.length > 10 ? ', …' : ''}.\n`,
  );
  throw new ExitWith(EXIT.usage);
}
