import type { Stake } from '../charge/journal.ts';
import type { AccountName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, DAY_MS, SECOND_MS } from '../domain/time.ts';
import { type Claim, type KeeperContext, moneyNow } from './context.ts';
import { isNameAccepted, isOtherAccepted, OTHER_NAME } from './new-name.ts';

/**
 * What is known of an account follows the provider's name for it, not the one in the config. Where the config has given its
 * name to another account, that one lets go of what is known by the name as soon as the first is seen under its new one;
 * until then neither is charged.
 */

/** The longest window of a cap. */
export const AT_STAKE_MS = 31 * DAY_MS;
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
    claim(context, account, { identity, isUnnamed: true });
    return 'waits';
  }
  const former: AccountName[] = [];
  for (const one of names)
    if (!spec().accounts.has(one) && (await movedTo(context, one, identity)) === null) former.push(one);
  if (former.length === 0 && (await mayBeBack(context, account, { names, identity }))) return 'may_be_known';
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
  account: AccountSpec,
  identity: string,
): Promise<boolean> {
  const { name } = account;
  if (isNameAccepted(context.upkeep, name, identity)) return true;
  const { accounts } = context.spec();
  const stakes = await stakesNow(context);
  // Nobody took over what was let go of under this name: it may have been this one's after all.
  if (stakes.some(({ account }) => account.startsWith(partingName(name, '')))) return false;
  // Another one of the config that has a history is seen to be the same.
  const claim = standingClaim(context, identity);
  if (claim !== null && claim.account !== account) return false;
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
export function claim(
  { claims }: KeeperContext,
  account: AccountSpec,
  { identity, isUnnamed }: { readonly identity: string; readonly isUnnamed: boolean },
): void {
  claims.set(identity, { account, isUnnamed });
}

/** It is known by its own name. */
export function forgetClaims({ claims }: KeeperContext, account: AccountName): void {
  for (const [identity, claimant] of claims) if (claimant.account.name === account) claims.delete(identity);
}

/** For an account that is not the one that it is `known` as; false where that one has not been seen under another name. */
export async function letGo(
  context: KeeperContext,
  account: AccountSpec,
  { known, identity }: { readonly known: string; readonly identity: string },
): Promise<boolean> {
  const { journal, log } = context;
  const { name } = account;
  const isClaimed = await isClaimedByAnother(context, account, { known, identity });
  if (!isClaimed && !(await isBack(context, name, identity))) return false;
  const isUnfrozen = (await journal.holds(name)).some(({ reason }) => reason === OTHER_NAME);
  const left = partingName(name, known) as AccountName; // no name of a config has a comma
  await journal.rename(name, left, { isUnfrozen });
  log.info('account.renamed', { account: left, was: name });
  return true;
}

/** What a name has let go of goes by this, until somebody takes it over. */
function partingName(name: AccountName, known: string): string {
  return `${name}, as ${known}`;
}

/**
 * Whether who was seen as it is another. A name without history is. Names that were swapped are known each as what another of
 * them is seen to be, in a circle; where one of the addresses is new, it may as well be one account that has a new address,
 * and others that got the old ones: people are asked, and what they say goes.
 */
async function isClaimedByAnother(
  context: KeeperContext,
  account: AccountSpec,
  { known, identity }: { readonly known: string; readonly identity: string },
): Promise<boolean> {
  const claim = standingClaim(context, known);
  if (claim === null || isNameAccepted(context.upkeep, account.name, identity)) return false;
  return claim.isUnnamed || (await isCircle(context, { known, identity }));
}

/** Not of an entry of the config that is no more. */
function standingClaim({ claims, spec }: KeeperContext, identity: string): Claim | null {
  const claim = claims.get(identity);
  return claim !== undefined && spec().accounts.get(claim.account.name) === claim.account ? claim : null;
}

/** From what an account is seen to be, over who is known as that, and is seen as something else, back to what it is known as. */
async function isCircle(
  context: KeeperContext,
  { known, identity }: { readonly known: string; readonly identity: string },
): Promise<boolean> {
  const { accounts } = context.spec();
  let at = identity;
  for (let links = 0; links < accounts.size && at !== known; links += 1) {
    const holder = await holderOf(context, at);
    const seenAs = [...context.claims.keys()].find(
      (one) => standingClaim(context, one)?.account.name === holder,
    );
    if (holder === null || seenAs === undefined) return false;
    at = seenAs;
  }
  return at === known;
}

/** The name of the config that is known as that. */
async function holderOf(context: KeeperContext, identity: string): Promise<AccountName | null> {
  for (const one of await context.journal.namesOf(identity))
    if (context.spec().accounts.has(one) && (await isKnownAs(context, [one], identity))) return one;
  return null;
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

/** What an account is called by now that was charged under that address once; `null` where it may be called so still. */
async function movedTo(
  { journal }: KeeperContext,
  name: AccountName,
  identity: string,
): Promise<string | null> {
  const known = (await journal.memory(name)).identity;
  return known === name || known === identity ? null : known;
}

/** Who has the address of another one now is somebody else, or that one has got it back: nobody has seen that it has not. */
async function mayBeBack(
  context: KeeperContext,
  { name }: AccountSpec,
  { names, identity }: { readonly names: readonly AccountName[]; readonly identity: string },
): Promise<boolean> {
  if (isNameAccepted(context.upkeep, name, identity)) return false;
  const { accounts } = context.spec();
  for (const one of names) {
    const known = await movedTo(context, one, identity);
    const seen = context.confirmed.get(one);
    const isStillThat = seen !== undefined && seen.identity === known && accounts.get(one) === seen.account;
    if (known === null || isStillThat) continue;
    if ((await stakesNow(context)).some(({ account }) => account === one)) return true;
  }
  return false;
}

/**
 * A person said that it is the same account, and of another one, which is known by that address still, that it has a new one:
 * that waits for a charge to end.
 */
export async function waitsForHolder(
  context: KeeperContext,
  { name }: AccountSpec,
  identity: string,
): Promise<boolean> {
  const holder = isNameAccepted(context.upkeep, name, identity) ? await holderOf(context, identity) : null;
  return holder !== null && holder !== name && isOtherAccepted(context.upkeep, holder, identity);
}

/** Who is known by that address was seen by another, and a person said of it too that it is the same account. */
export async function hasHolderMoved(
  context: KeeperContext,
  { name }: AccountSpec,
  identity: string,
): Promise<boolean> {
  const holder = isNameAccepted(context.upkeep, name, identity) ? await holderOf(context, identity) : null;
  if (holder === null || holder === name) return false;
  return [...context.claims.keys()].some(
    (one) =>
      standingClaim(context, one)?.account.name === holder && isNameAccepted(context.upkeep, holder, one),
  );
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
