import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { EXIT, ExitWith } from './cli-io.ts';

/** The account of that name, or the end of the command with the names that there are. */
export function findAccount(spec: FleetSpec, name: string): AccountSpec {
  const account = Array.from(spec.accounts.values()).find((one) => one.name === name);
  if (account !== undefined) return account;
  throw unknownAccount(name, 'config', [...spec.accounts.keys()]);
}

export function unknownAccount(
  name: string,
  place: 'config' | 'journal',
  names: readonly string[],
): ExitWith {
  const shown = names.slice(0, 10).join(', ');
  return new ExitWith(EXIT.usage, {
    code: 'unknown_account',
    message: `there is no account ${JSON.stringify(name)} in the ${place}`,
    mend: names.length === 0 ? null : `It has ${shown}${names.length > 10 ? ', …' : ''}.`,
  });
}
