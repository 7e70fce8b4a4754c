import { isPastReplaying } from '../charge/next-move.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { Caller } from '../modelslab/reading.ts';
import { getMe } from '../modelslab/usage.ts';
import { type AccountRuntime, startAnew } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { freezeAccount } from './freeze-account.ts';
import { isKnownByPayments } from './known-by-payments.ts';
import {
  claim,
  forgetClaims,
  hasHolderMoved,
  isNewHere,
  isOfAnother,
  letGo,
  takeOver,
  waitsForHolder,
} from './name-moves.ts';
import { askAboutName, forgetOtherNames, isNameAccepted, OTHER_NAME } from './new-name.ts';
import type { Sight } from './observe.ts';

/** `unknown` where the provider did not say; only `other` contradicts. */
export type Who =
  | { readonly kind: 'same'; readonly identity: string }
  | { readonly kind: 'unknown' }
  /** New by its name, and perhaps not new. */
  | { readonly kind: 'may_be_known' }
  /** The same one, once what is open under its old e-mail address has ended. */
  | { readonly kind: 'not_yet' }
  /** What is known of it has just changed, or what was seen before was another one: this pass was judged without that. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'other'; readonly identity: string }
  /** Another name of the config has it, until that one is seen to be somebody else. */
  | { readonly kind: 'waits'; readonly identity: string };

const NAMELESS_BELIEVED = 2;
const ANOTHER_NOW = {
  reason: 'another_account',
  sentence: 'its name stands for another account now: ask again if that one is meant',
  requestId: null,
};

/**
 * The provider's own name for the account (API sheet 1, `GET /me`): keys are made of it, since aliases differ between
 * configs. Asked once per token: after a start, a reload, a login. Where the credentials lead to another account than before,
 * everything that the journal knows under this alias is about somebody else: the account is frozen, until a person says that
 * it is the same one under a new name.
 */
export async function confirmIdentity(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  sight: Pick<Sight, 'caller' | 'look'>,
): Promise<Who> {
  const who = await askIdentity(context, account, runtime, sight);
  if (who.kind !== 'same') return who;
  const { identity } = who;
  const { caller, look } = sight;
  if (look === null || !(await isKnownByPayments(context, account, { identity, look }))) return who;
  // It was taken for a new one before its ledger was seen: what it began ends first.
  if ((await context.journal.openIntents(account.name)).length > 0) return { kind: 'not_yet' };
  await context.journal.remember(account.name, { identity: null });
  runtime.identity = null;
  context.confirmed.delete(account.name);
  return await mayBeKnown(context, account, runtime, { caller, identity, isOverPayments: true });
}

async function mayBeKnown(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  one: { readonly caller: Caller; readonly identity: string; readonly isOverPayments: boolean },
): Promise<Who> {
  const { caller, identity: name, isOverPayments } = one;
  await askAboutName(context.upkeep, account.name, { name, isOverPayments, now: moneyNow(context) });
  noteUnknown(runtime, caller);
  return { kind: 'may_be_known' };
}

async function askIdentity(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { caller, look }: Pick<Sight, 'caller' | 'look'>,
): Promise<Who> {
  // A reload may bring another token while a pass is under way with the old one.
  const confirmed = runtime.identity?.token === caller.token ? runtime.identity : null;
  if (confirmed !== null) return same(context, account, confirmed.name);
  const reply = await getMe(context.client, caller);
  if (reply.kind === 'failed') return unknown(runtime, caller);
  const known = (await context.journal.memory(account.name)).identity;
  const identity = nameIn(reply.value.email, runtime, account.name, known);
  if (identity === null) return unknown(runtime, caller);
  // Whoever goes by the alias may turn out to be one that is known by its e-mail address.
  const isUnnamed = known === null || (known === account.name && identity !== known);
  const taken = isUnnamed ? await takeOver(context, account, identity) : 'none';
  if (taken === 'not_yet') return { kind: 'not_yet' };
  const isNew = taken === 'none' && known === null;
  const isOverPayments = isNew && (await isKnownByPayments(context, account, { identity, look }));
  const isInDoubt = isOverPayments || (isNew && !(await isNewHere(context, account, identity)));
  if (taken === 'may_be_known' || isInDoubt)
    return await mayBeKnown(context, account, runtime, { caller, identity, isOverPayments });
  if (taken === 'waits') {
    runtime.isOther = true;
    return { kind: 'waits', identity };
  }
  const isContradicted = known !== null && known !== account.name && known !== identity;
  const isLetGo = isContradicted && (await letGo(context, account, { known, identity }));
  if (isLetGo) runtime.desk.endAll(ANOTHER_NOW);
  if (isLetGo || taken === 'moved') return moved(runtime);
  if (isContradicted && !(await isAccepted(context, account, identity))) {
    claim(context, account, { identity, isUnnamed: false });
    runtime.isOther = true;
    // Who has it still by its old address may have a new one, and wait for a charge to end.
    if (await waitsForHolder(context, account, identity)) return { kind: 'waits', identity };
    await freeze(context, account, identity);
    return { kind: 'other', identity };
  }
  if (runtime.isOther || (!runtime.isOwnToken && isByAnother(runtime, caller))) return moved(runtime);
  // Whoever it was before, what is open is ended by evidence first, unsent, for as long as its key could be sent again.
  const isTakeover = known !== null && known !== identity;
  if (isTakeover && (await mayBeSentAgain(context, account))) return { kind: 'not_yet' };
  if (known !== identity) await context.journal.remember(account.name, { identity });
  await forgetOtherNames(context.upkeep, account.name, { name: identity, now: moneyNow(context) });
  forgetClaims(context, account.name);
  runtime.identity = { name: identity, token: caller.token };
  runtime.ownToken = caller.token;
  runtime.isOwnToken = true;
  return same(context, account, identity);
}

function same({ confirmed }: KeeperContext, account: AccountSpec, identity: string): Who {
  confirmed.set(account.name, { account, identity });
  return { kind: 'same', identity };
}

function unknown(runtime: AccountRuntime, caller: Caller): Who {
  noteUnknown(runtime, caller);
  return { kind: 'unknown' };
}

function noteUnknown(runtime: AccountRuntime, caller: Caller): void {
  runtime.ownToken ??= caller.token;
  if (isByAnother(runtime, caller)) runtime.isOther = true;
}

function isByAnother({ ownToken }: AccountRuntime, { token }: Caller): boolean {
  return ownToken !== null && ownToken.reveal() !== token?.reveal();
}

function moved(runtime: AccountRuntime): Who {
  startAnew(runtime);
  return { kind: 'moved' };
}

async function isAccepted(context: KeeperContext, account: AccountSpec, identity: string): Promise<boolean> {
  if (!isNameAccepted(context.upkeep, account.name, identity)) return false;
  return (
    !(await isOfAnother(context, account, identity)) || (await hasHolderMoved(context, account, identity))
  );
}

async function mayBeSentAgain(context: KeeperContext, account: AccountSpec): Promise<boolean> {
  const open = await context.journal.openIntents(account.name);
  return open.some((intent) => !isPastReplaying(intent, moneyNow(context), context.limits));
}

/** Where it is frozen for another reason nobody is asked about the name: that freeze may be lifted without a thought of it. */
async function freeze(context: KeeperContext, account: AccountSpec, identity: string): Promise<void> {
  const isAsked = await freezeAccount(context, account.name, OTHER_NAME);
  if (isAsked) await askAboutName(context.upkeep, account.name, { name: identity, now: moneyNow(context) });
}

/**
 * The e-mail of an answer. An answer without one is more likely garbled than meant: it never contradicts an e-mail that
 * is known, and stands for the alias only when it comes twice. The first e-mail takes the alias over: history is asked for
 * by both, so a need that has a key under the alias gets no second one.
 */
function nameIn(
  email: string | null,
  runtime: AccountRuntime,
  alias: string,
  known: string | null,
): string | null {
  if (email?.includes('@') === true) {
    runtime.namelessAnswers = 0;
    return email.toLowerCase();
  }
  runtime.namelessAnswers += 1;
  const isAlias = known === alias || (known === null && runtime.namelessAnswers >= NAMELESS_BELIEVED);
  return isAlias ? alias : null;
}
