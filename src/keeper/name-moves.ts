import type { Stake } from '../charge/journal.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, DAY_MS, SECOND_MS } from '../domain/time.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { isNameAccepted, OTHER_NAME } from './new-name.ts';

/**
 * What is known of an account follows the provider's name for it, not the one in the config. Where the config has given its
 * name to another account, that one lets go of what is known by the name as soon as the first is seen under its new one;
 * until then neither is charged.
 */

/** The longest window of a cap. */
const AT_STAKE_MS = 31 * DAY_MS;
const STAKES_KEPT_MS = SECOND_MS;

/**
 * `moved` where history came from another name, `waits` where a name of the config has it still, `not_yet` where something of
 * its own is open, `may_be_known` where a person has to say which of them it is.
 */
export type TakeOver = 'none' | 'moved' | 'waits' | 'not_yet' | 'may_be_known';

/** For an account that is known by no name of the provider's: it goes on as the one that it was by another of ours. */
export async function takeOver(
  context: KeeperContext,
  account: AccountSpec,
  identity: string,
): Promise<TakeOver> {
  const { journal, log, passing, spec } = context;
  const names = await journal.namesOf(identity);
  if (names.includes(account.name)) return 'none';
  const configured = names.filter((one) => spec().accounts.has(one));
  if (await isKnownAs(context, configured, identity)) {
    claim(context, account, identity);
    return 'waits';
  }
  const gone = names.filter((one) => !spec().accounts.has(one));
  const former: AccountName[] = [];
  for (const one of gone) if (!(await hasMovedOn(context, one, identity))) former.push(one);
  if (former.length === 0 && (await mayBeBack(context, account, { gone, identity }))) return 'may_be_known';
  if (former.some((one) => passing.has(one))) return 'waits';
  if (former.length > 0 && (await journal.openIntents(account.name)).length > 0) return 'not_yet';
  for (const one of former) {
    passing.add(one);
    try {
      await journal.rename(one, account.name);
    } finally {
      passing.delete(one);
    }
    log.info('account.renamed', { account: account.name, was: one });
  }
  const { name, group } = account;
  if (former.length > 0 && group !== null)
    await journal.regroup(new Map([[name, group]]), new Set(spec().groups.keys()), moneyNow(context));
  return former.length > 0 ? 'moved' : 'none';
}

/**
 * Whether an account that has no history can be none of those that have one: whoever was one of them under another name of the
 * config would go on without its pause and its open charge. Where the provider named both, that is no question; and who is in
 * the config still, and never was named, is known by that.
 */
export async function isNewHere(
  context: KeeperContext,
  { name }: AccountSpec,
  identity: string,
): Promise<boolean> {
  if (isNameAccepted(context.upkeep, name, identity)) return true;
  const { accounts } = context.spec();
  const stakes = await stakesNow(context);
  const isNamed = identity !== name;
  const seen = isNamed ? null : identitiesSeen(context);
  return stakes.every((one) =>
    one.identity === one.account ? accounts.has(one.account) : seen === null || seen.has(one.identity),
  );
}

async function stakesNow(context: KeeperContext): Promise<readonly Stake[]> {
  const { clock, journal, spec, stakes } = context;
  const [config, atMs] = [spec(), clock.monotonicMs()];
  const { known } = stakes;
  if (known?.config === config && atMs - known.atMs < STAKES_KEPT_MS) return known.found;
  const found = await journal.atStake(addMs(moneyNow(context), -AT_STAKE_MS));
  stakes.known = { config, atMs, found };
  return found;
}

/** What this process has seen the accounts of the config to be, as the config is now. */
function identitiesSeen({ confirmed, spec }: KeeperContext): ReadonlySet<string> {
  const { accounts } = spec();
  const current = [...confirmed.values()].filter(({ account }) => accounts.get(account.name) === account);
  return new Set(current.map(({ identity }) => identity));
}

/** The provider says that it is the account that is known by another name. Good until a reload changes its entry. */
export function claim({ claims }: KeeperContext, account: AccountSpec, identity: string): void {
  claims.set(identity, account);
}

/** It is known by its own name. */
export function forgetClaims({ claims }: KeeperContext, account: AccountName): void {
  for (const [identity, claimant] of claims) if (claimant.name === account) claims.delete(identity);
}

/** For an account that is not the one that it is `known` as; false where that one has not been seen under another name. */
export async function letGo(
  context: KeeperContext,
  { name }: AccountSpec,
  { known, identity }: { readonly known: string; readonly identity: string },
): Promise<boolean> {
  const { claims, journal, log, spec } = context;
  const claimant = claims.get(known);
  const isClaimed = claimant !== undefined && spec().accounts.get(claimant.name) === claimant;
  if (!isClaimed && !(await isBack(context, name, identity))) return false;
  const isUnfrozen = (await journal.holds(name)).some(({ reason }) => reason === OTHER_NAME);
  const left = `${name}, as ${known}` as AccountName; // no name of a config has a comma
  await journal.rename(name, left, { isUnfrozen });
  log.info('account.renamed', { account: left, was: name });
  return true;
}

/** A person said that the credentials are right, and what is known of their account is under no name of the config. */
async function isBack(context: KeeperContext, name: AccountName, identity: string): Promise<boolean> {
  const { journal, spec, upkeep } = context;
  if (!isNameAccepted(upkeep, name, identity)) return false;
  const known = (await journal.namesOf(identity)).filter((one) => one !== name);
  if (known.some((one) => spec().accounts.has(one)) || !(await isKnownAs(context, known, identity)))
    return false;
  return (await journal.openIntents(name)).length === 0; // nobody would look after those
}

/** Whether another name, also one that left the config, is known as the account: then it is no new e-mail address of this one. */
export async function isOfAnother(
  context: KeeperContext,
  { name }: AccountSpec,
  identity: string,
): Promise<boolean> {
  const names = await context.journal.namesOf(identity);
  return await isKnownAs(
    context,
    names.filter((one) => one !== name),
    identity,
  );
}

/** Charged under that address once, and called by another since: who has it now is somebody else, or it has got it back. */
async function hasMovedOn({ journal }: KeeperContext, name: AccountName, identity: string): Promise<boolean> {
  const known = (await journal.memory(name)).identity;
  return known !== null && known !== name && known !== identity;
}

async function mayBeBack(
  context: KeeperContext,
  { name }: AccountSpec,
  { gone, identity }: { readonly gone: readonly AccountName[]; readonly identity: string },
): Promise<boolean> {
  if (gone.length === 0 || isNameAccepted(context.upkeep, name, identity)) return false;
  return (await stakesNow(context)).some(({ account }) => gone.includes(account));
}

/** A name may have charges of an address that its account had before. */
async function isKnownAs(
  { journal }: KeeperContext,
  names: readonly AccountName[],
  identity: string,
): Promise<boolean> {
  for (const one of names) if ((await journal.memory(one)).identity === identity) return true;
  return false;
}
