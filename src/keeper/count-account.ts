import type { AccountSpec } from '../domain/spec.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { absorb } from './act.ts';
import type { KeeperContext } from './context.ts';
import { confirmIdentity } from './identity.ts';
import { observe } from './observe.ts';

/** Looks at what others charged on the account, so that it counts against the caps that it shares. Moves no money. */
export async function countAccount(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
): Promise<{ isCounted: boolean }> {
  const answer = await runtime.tokens.get(account, context.stopping);
  if (answer.kind !== 'token') return { isCounted: false };
  const open = await context.journal.openIntents(account.name);
  const memory = await context.journal.memory(account.name);
  const sight = await observe(context, account, runtime, { token: answer.token, memory, open });
  if (sight.failure !== null) return { isCounted: false };
  const who = await confirmIdentity(context, account, runtime, sight.caller);
  if (who.kind !== 'same') return { isCounted: false };
  await absorb(context, account, runtime, { sight, open });
  return { isCounted: true };
}
