import type { AccountSpec } from '../domain/spec.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { absorb } from './act.ts';
import type { KeeperContext } from './context.ts';
import { confirmIdentity } from './identity.ts';
import { observe } from './observe.ts';

/**
 * Looks at what others charged on the account, if it can be seen, so that it counts against the caps that it shares. Moves no
 * money.
 */
export async function countAccount(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
): Promise<void> {
  const answer = await runtime.tokens.get(account, context.stopping);
  if (answer.kind !== 'token') return;
  const open = await context.journal.openIntents(account.name);
  const memory = await context.journal.memory(account.name);
  const sight = await observe(context, account, runtime, { token: answer.token, memory, open });
  if (!sight.isWalletSeen) return;
  const who = await confirmIdentity(context, account, runtime, sight.caller);
  if (who.kind === 'same') return await absorb(context, account, runtime, { sight, open });
  runtime.lookedAtMs = null; // what it showed is not counted
  if (who.kind === 'moved') await countAccount(context, account, runtime);
}
