import { capScopes } from '../domain/cap-scopes.ts';
import type { Decision } from '../domain/decision.ts';
import type { ChargeHistory } from '../domain/history.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { formatInstant } from '../domain/time.ts';
import { cardIdentity } from '../policy/ladder.ts';
import { hold } from '../policy/shared-checks.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { Need } from './arm-charge.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { freezeAccount } from './freeze-account.ts';
import { confirmIdentity, type Who } from './identity.ts';
import type { Sight } from './observe.ts';
import { checkRefunds } from './refund-check.ts';
import { unlessRefusedBefore } from './refused-before.ts';

/** What the judgements of wallet and subscription have in common. */

export type Judged = {
  readonly decision: Decision | null;
  readonly history: ChargeHistory | null;
  readonly need: Need | null;
};
export const NOT_JUDGED: Judged = { decision: null, history: null, need: null };

/** What is decided in the end, with what is known of the key that it would go out under, and of the caps' windows. */
export async function judged(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  subject: 'wallet' | 'subscription',
  one: Judged & { readonly decision: Decision },
): Promise<Judged> {
  const free = unlessRefusedBefore(context, runtime, subject, one);
  const decision = await freezeIfDecided(context, account, await withTimeToFit(context, account, free));
  return { ...one, decision };
}

/** A need, or why nobody knows whose it would be. */
export type Asked = { readonly kind: 'need'; readonly need: Need } | Exclude<Who, { readonly kind: 'same' }>;

export async function readNeed(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  sight: Sight,
  question: {
    readonly kind: Parameters<KeeperContext['journal']['history']>[0]['kind'];
    readonly anchor: string;
  },
): Promise<Asked> {
  const who = await confirmIdentity(context, account, runtime, sight);
  if (who.kind !== 'same') return who;
  const { identity } = who;
  const history = await context.journal.history({
    account: account.name,
    identity,
    ...question,
    cardIdentities: (sight.cards ?? []).map(cardIdentity),
    scopes: capScopes(context.spec(), account),
    listed: (sight.subscriptions ?? []).map(({ id }) => id),
    now: moneyNow(context),
  });
  return { kind: 'need', need: { identity, anchor: question.anchor, history } };
}

export function needIn(asked: Asked): Need | null {
  return asked.kind === 'need' ? asked.need : null;
}

/** What a cap holds back fits when older charges have left its window: that is said, and the next pass is then. */
export async function withTimeToFit(
  context: KeeperContext,
  account: AccountSpec,
  decision: Decision,
): Promise<Decision> {
  if (decision.kind !== 'hold' || decision.amountCents === null || !decision.reason.startsWith('cap_'))
    return decision;
  const scopes = capScopes(context.spec(), account);
  const until = await context.journal.fitsBy(scopes, decision.amountCents, moneyNow(context));
  if (until === null) return decision;
  const sentence = `${decision.sentence}; there is room by ${formatInstant(until)}`;
  return { ...decision, sentence, until };
}

export async function frozenNow(context: KeeperContext, account: AccountSpec): Promise<string | null> {
  const holds = await context.journal.holds(account.name);
  return holds.find((one) => one.kind === 'freeze')?.reason ?? null;
}

/** A charge is decided anew when it was read whether the provider took back one of ours (fence 5); a pause costs nothing. */
export async function afterRefunds(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  sight: Sight,
  first: { readonly decision: Decision; readonly decide: (frozenBecause: string | null) => Decision },
): Promise<Decision> {
  if (first.decision.kind !== 'charge' || first.decision.action.kind === 'pause') return first.decision;
  const isRead = await checkRefunds(context, account, runtime, sight);
  if (!isRead) return hold('provider_unreachable', 'the debits could not be read as they are now');
  return first.decide(await frozenNow(context, account));
}

async function freezeIfDecided(
  context: KeeperContext,
  account: AccountSpec,
  decision: Decision,
): Promise<Decision> {
  if (decision.kind !== 'freeze' || context.spec().mode === 'observe') return decision;
  await freezeAccount(context, account.name, decision.sentence);
  return decision;
}
