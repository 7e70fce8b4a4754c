import { type AccountName, type GroupName, parseName } from '../domain/ids.ts';
import { fitsHeader } from '../domain/secret.ts';
import { type AccountSpec, type CredentialsSpec, isRuled } from '../domain/spec.ts';
import { type AccountInput, accountSchema } from './accounts-schema.ts';
import type { Loading } from './loading.ts';
import { isMisspelled } from './misspelled.ts';
import { parseKeys } from './parse-spot.ts';
import { readSecret, secretPlace } from './read-secret.ts';
import { billingInfoOfAccount } from './resolve-billing-info.ts';
import type { Groups } from './resolve-groups.ts';
import type { NamedPolicy, Policies } from './resolve-policies.ts';
import { resolveSchedule, resolveTimezone, type ScheduleDefaults } from './resolve-schedule.ts';
import { type Spot, spotAt } from './spot.ts';
import { reportUnknownName } from './unknown-name.ts';

/** What accounts refer to and inherit. */
export type AccountContext = {
  readonly policies: Policies;
  readonly groups: Groups;
  /** `null` where there is none. */
  readonly defaultPolicy: string | null;
  readonly schedule: ScheduleDefaults;
  /** The built-in imitation knows accounts by name and needs no credentials. */
  readonly isSandbox: boolean;
};

/** One account, or `null` after reporting. */
export function resolveAccount(spot: Spot, context: AccountContext, loading: Loading): AccountSpec | null {
  const account = parseKeys(accountSchema, spot, loading.problems);
  if (account === null) return null;
  const name = account.name === undefined ? null : parseName<AccountName>(account.name);
  const group = resolveGroup(account, spot, context, loading);
  const credentials = resolveCredentials(account, spot, context, loading);
  const named = resolvePolicyOf(account, spot, context, loading);
  const billingInfo = billingInfoOfAccount(
    account.billing_info ?? null,
    named?.billingInfo ?? {},
    spotAt(spot, 'billing_info'),
    loading.problems,
  );
  const policy = named?.policy ?? null;
  // A policy with faults of its own may be one that goes by the clock.
  const isByClock = policy === null || isRuled(policy.subscription);
  const when = { spot, defaults: context.schedule, isByClock };
  const schedule = resolveSchedule(account, when, loading.problems);
  const timezone = resolveTimezone(account, when, loading.problems);
  if (name === null || group === undefined || credentials === null) return null;
  if (schedule === null || timezone === null || policy === null) return null;
  return { name, group, credentials, schedule, timezone, policy, billingInfo };
}

/** `undefined` after reporting; `null` where the account is in no group. */
function resolveGroup(
  account: Partial<AccountInput>,
  spot: Spot,
  { groups }: AccountContext,
  { problems }: Loading,
) {
  if (account.group === undefined) return null;
  if (groups.has(account.group)) return parseName<GroupName>(account.group) ?? undefined;
  const known = [...groups.keys()];
  reportUnknownName({ what: 'group', name: account.group, known, spot: spotAt(spot, 'group') }, problems);
  return undefined;
}

function resolvePolicyOf(
  account: Partial<AccountInput>,
  spot: Spot,
  { policies, defaultPolicy }: AccountContext,
  { problems }: Loading,
): NamedPolicy | null {
  const isFaulty = account.policy === undefined && spotAt(spot, 'policy').node !== null;
  const name = account.policy ?? defaultPolicy;
  if (isFaulty || isMisspelled(spotAt(spot, 'policy'))) return null;
  if (name === null) {
    problems.error(
      spot,
      'missing key "policy"',
      'add "policy: standard" here, or under defaults for all accounts',
    );
    return null;
  }
  const named = policies.get(name);
  if (named !== undefined) return named;
  // An unknown default is reported once, where it stands.
  if (account.policy !== undefined) {
    reportUnknownName(
      { what: 'policy', name, known: [...policies.keys()], spot: spotAt(spot, 'policy') },
      problems,
    );
  }
  return null;
}

function resolveCredentials(
  account: Partial<AccountInput>,
  spot: Spot,
  { isSandbox }: AccountContext,
  loading: Loading,
): CredentialsSpec | null {
  const { problems } = loading;
  const [token, email, password] = [spotAt(spot, 'token'), spotAt(spot, 'email'), spotAt(spot, 'password')];
  const login = email.node === null ? password : email;
  if (token.node !== null) {
    const other = login === email ? 'email' : 'password';
    if (login.node !== null)
      problems.error(login, `token and ${other} exclude each other`, 'keep the token, or email and password');
    if (account.token === undefined) return null;
    const secret = readSecret(account.token, token, loading);
    if (secret === null) return null;
    const place = secretPlace(account.token, token, loading);
    // One bad token stops one account: the client sends nothing under it.
    if (!fitsHeader(secret))
      problems.warn(
        token,
        `${place} is no token: it has a blank, a tab or a letter that none has, or is too long`,
        'write the bare token in it',
      );
    return { kind: 'token', token: secret, place };
  }
  if (email.node !== null && password.node !== null)
    return resolveLogin(account, { email, password }, loading);
  if (login.node !== null) {
    const [found, missing] = login === email ? ['email', 'password'] : ['password', 'email'];
    problems.error(login, `${found} needs ${missing} beside it`, `add ${missing}, or use a token`);
    return null;
  }
  if (isSandbox) return { kind: 'sandbox' };
  if ([token, email, password].some(isMisspelled)) return null;
  problems.error(
    spot,
    'the account has no credentials',
    'add "token: { file: /run/secrets/NAME }", or email and password',
  );
  return null;
}

function resolveLogin(
  account: Partial<AccountInput>,
  spots: { email: Spot; password: Spot },
  loading: Loading,
): CredentialsSpec | null {
  const { email, password: source } = account;
  const password = source === undefined ? null : readSecret(source, spots.password, loading);
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    loading.problems.error(spots.email, 'this is not an e-mail address', 'write name@example.com');
  }
  if (email === undefined || source === undefined || password === null) return null;
  return { kind: 'password', email, password, place: secretPlace(source, spots.password, loading) };
}
