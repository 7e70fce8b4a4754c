import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { ConfigSources } from './config-sources.ts';
import { NAME_PATTERN } from './leaf-schemas.ts';
import { listAccounts } from './list-accounts.ts';
import type { Loading } from './loading.ts';
import { type AccountContext, resolveAccount } from './resolve-account.ts';
import { placeOf } from './source-file.ts';
import { type Spot, spotAt } from './spot.ts';

export type Accounts = {
  readonly accounts: ReadonlyMap<AccountName, AccountSpec>;
  /** Where each account stands, by name. */
  readonly spots: ReadonlyMap<string, Spot>;
};

/** `accounts:`, from all files. */
export function resolveAccounts(
  spot: Spot,
  context: AccountContext,
  { sources, loading }: { sources: ConfigSources; loading: Loading },
): Accounts {
  const accounts = new Map<AccountName, AccountSpec>();
  const spots = new Map<string, Spot>();
  const entries = listAccounts(spot, sources, loading).map(named);
  for (const entry of entries) {
    const account = resolveAccount(entry, context, loading);
    if (isFirst(entry, spots, loading) && account !== null) accounts.set(account.name, account);
  }
  if (entries.length === 0 && !loading.problems.hasErrors) {
    loading.problems.error(
      spot,
      'there are no accounts to keep',
      'add one: { name: render-eu, token: { file: … } }',
    );
  }
  reportSharedCredentials(accounts, spots, loading);
  return { accounts, spots };
}

/** Problems call an account by its name where it has one. */
function named(entry: Spot): Spot {
  const { node } = spotAt(entry, 'name');
  const name = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
  return NAME_PATTERN.test(name) ? { ...entry, path: ['accounts', name] } : entry;
}

/** An account of that name would end the alerts that are about purser itself, and they its own. */
const OWN_NAME = 'purser';

function isFirst(entry: Spot, spots: Map<string, Spot>, { problems }: Loading): boolean {
  const [, name] = entry.path;
  if (typeof name !== 'string') return false;
  if (name === OWN_NAME) {
    problems.error(
      spotAt(entry, 'name'),
      `"${name}" is how purser calls itself in alerts and in its journal`,
      'give the account another name',
    );
    return false;
  }
  const first = spots.get(name);
  if (first === undefined) {
    spots.set(name, entry);
    return true;
  }
  const { file, line, column } = placeOf(spotAt(first, 'name').anchor);
  problems.error(
    spotAt(entry, 'name'),
    `account "${name}" is written twice: first at ${file}:${line}:${column}`,
    'rename one of them',
  );
  return false;
}

/** One account under two names has two sets of caps: twice the money. */
function reportSharedCredentials(
  accounts: ReadonlyMap<AccountName, AccountSpec>,
  spots: ReadonlyMap<string, Spot>,
  { problems }: Loading,
): void {
  const owners = new Map<string, AccountName>();
  for (const { name, credentials } of accounts.values()) {
    if (credentials.kind === 'sandbox') continue;
    const isToken = credentials.kind === 'token';
    const identity = isToken
      ? `token ${credentials.token.reveal()}`
      : `email ${credentials.email.toLowerCase()}`;
    const owner = owners.get(identity);
    const spot = spots.get(name);
    if (owner === undefined) owners.set(identity, name);
    else if (spot !== undefined) {
      const what = isToken ? 'token' : 'email';
      problems.warn(
        spotAt(spot, what),
        `the same ${what} as account "${owner}": its caps would count twice`,
        'keep one account',
      );
    }
  }
}
