import type { Intent } from '../charge/intent.ts';
import type { Standing } from '../domain/history.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { intentFor } from './arm-charge.ts';
import type { KeeperContext } from './context.ts';
import { decideAccount, type Verdict } from './decide-account.ts';
import { confirmIdentity, type Who } from './identity.ts';
import { observe, type Sight } from './observe.ts';
import { readStanding } from './standing.ts';
import { credentialsMend } from './token-source.ts';

/** What a pass over an account would do: decided like one, armed never. */
export type PlannedAccount =
  | {
      readonly kind: 'decided';
      readonly account: AccountSpec;
      readonly verdict: Verdict;
      readonly intents: readonly Intent[];
      readonly sight: Sight;
      /** Whose account its credentials lead to. */
      readonly who: Who;
    }
  | {
      readonly kind: 'unseen';
      readonly account: AccountSpec;
      readonly reason: string;
      /** The provider did answer: it takes no such token. */
      readonly isRefused: boolean;
    };

export async function planAccount(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
): Promise<PlannedAccount> {
  const answer = await runtime.tokens.get(account, context.stopping);
  if (answer.kind !== 'token') {
    return {
      kind: 'unseen',
      account,
      isRefused: answer.kind === 'refused',
      reason: answer.kind === 'refused' ? `credentials refused: ${answer.mend}` : answer.reason,
    };
  }
  const caller = { account: account.name, token: answer.token, signal: context.stopping };
  const ask = (look: Sight['look']): Promise<Who> =>
    confirmIdentity(context, account, runtime, { caller, look });
  const found = await ask(null);
  // It may have a history by another name, which has moved to this one in the copy of the journal.
  const named = found.kind === 'moved' ? await ask(null) : found;
  const open = await context.journal.openIntents(account.name);
  const memory = await context.journal.memory(account.name);
  const known = { token: answer.token, memory, open };
  const first = await observe(context, account, runtime, known);
  const sight = first.cardsAgainAt === null ? first : await observe(context, account, runtime, known);
  if (sight.failure !== null) {
    const isRefused = sight.failure.reason === 'unauthorized';
    const reason = isRefused
      ? `credentials refused: ${credentialsMend(account.credentials)}`
      : sight.failure.message;
    return { kind: 'unseen', account, reason, isRefused };
  }
  const who = named.kind === 'same' ? await ask(sight.look) : named;
  const now = await readStanding(context, account.name, open);
  // What only waits for the quarantine is shown, as for a journal that has not begun.
  const standing: Standing = now.watch.kind === 'quarantine' ? { ...now, watch: { kind: 'clear' } } : now;
  const verdict = await decideAccount(context, account, runtime, { sight, standing });
  const intents = verdict.charges.map(({ decision, need }) =>
    intentFor(context, account, decision, { need, sight }),
  );
  return { kind: 'decided', account, verdict, intents, sight, who };
}
