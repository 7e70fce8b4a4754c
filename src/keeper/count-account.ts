import type { AccountSpec } from '../domain/spec.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { absorb } from './act.ts';
import { isClockOff, type KeeperContext } from './context.ts';
import { confirmIdentity, type Who } from './identity.ts';
import { observe } from './observe.ts';

/** An answer may be garbled or dated wrong, or show that the account has another history: what it showed comes again. */
const LOOKS_MAX = 3;

/**
 * Looks at what others charged on the account, if it can be seen, so that it counts against the caps that it shares. Moves no
 * money.
 */
export async function countAccount(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  looksMax = LOOKS_MAX,
): Promise<void> {
  const answer = await runtime.tokens.get(account, context.stopping);
  if (answer.kind !== 'token') return;
  const open = await context.journal.openIntents(account.name);
  const memory = await context.journal.memory(account.name);
  const sight = await observe(context, account, runtime, { token: answer.token, memory, open });
  const isGarbled = sight.failure?.reason === 'malformed' || sight.failure?.reason === 'torn';
  if (!sight.isWalletSeen && !isGarbled) return; // a lost answer was asked for again
  const who: Who = sight.isWalletSeen
    ? await confirmIdentity(context, account, runtime, sight)
    : { kind: 'unknown' };
  if (who.kind === 'same' && !isClockOff(context))
    return await absorb(context, account, runtime, { sight, open });
  runtime.lookedAtMs = null; // what it showed is not counted
  if (looksMax > 1 && ['same', 'moved', 'unknown'].includes(who.kind))
    await countAccount(context, account, runtime, looksMax - 1);
}
