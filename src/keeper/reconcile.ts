import { type Intent, isOpen } from '../charge/intent.ts';
import { capScopes } from '../domain/cap-scopes.ts';
import type { Decision } from '../domain/decision.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import { absorbCredits } from './absorb-credits.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { armCharge } from './arm-charge.ts';
import { blindPass } from './blind-pass.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { decideAccount, type Verdict } from './decide-account.ts';
import { lasting, levelFacts } from './decision-facts.ts';
import { confirmIdentity } from './identity.ts';
import { observe, type Sight } from './observe.ts';
import { openFacts } from './open-facts.ts';
import { report } from './report.ts';
import { settleIntent } from './settle-intent.ts';
import { readStanding } from './standing.ts';

/** What a pass leaves behind: when to come back, if before the next poll, and what it saw and decided. */
export type Pass = {
  readonly until: EpochMs | null;
  readonly sawProvider: boolean;
  /** A charge is open, or the account could not be seen: come back soon, whatever the schedule. */
  readonly isUnfinished: boolean;
};

const USAGE_EVERY_MS = 30 * SECOND_MS;

/**
 * One account, one pass; this is the whole story: observe, settle what is open, take the ledger in, decide once on
 * that one observation, arm and send, tell. Nothing is read again between deciding and acting.
 */
export async function reconcile(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
): Promise<Pass> {
  const answer = await runtime.tokens.get(account, context.stopping);
  if (answer.kind !== 'token') return await blindPass(context, account, runtime, answer);
  const before = await context.journal.openIntents(account.name);
  const memory = await context.journal.memory(account.name);
  const sight = await observe(context, account, runtime, { token: answer.token, memory, open: before });
  if (context.stopping.aborted) return { until: null, sawProvider: true, isUnfinished: true };
  if (sight.failure?.reason === 'unauthorized') {
    runtime.tokens.refused();
    return await blindPass(context, account, runtime, {
      kind: 'refused',
      mend: 'Give the account a valid token.',
    });
  }
  // What is open may only be settled by, and what is in a ledger only counted for, the account that it belongs to.
  const isAsked = before.length > 0 || sight.look !== null;
  const who = isAsked ? (await confirmIdentity(context, account, runtime, sight.caller)).kind : 'same';
  const { open, until } =
    who === 'other'
      ? { open: before, until: null }
      : await settleAll(context, account, runtime, { intents: before, sight });
  if (who === 'same') await absorb(context, account, runtime, { sight, open });
  const standing = await readStanding(context, account.name, open);
  const verdict = await decideAccount(context, account, runtime, { sight, standing });
  const acted = await act(context, account, runtime, { verdict, sight });
  const openNow = acted.open.length > 0 ? acted.open : open;
  const usage = await usageNow(context, account, runtime, acted);
  report(context, account, runtime, { sight, standing, verdict, open: openNow, usage });
  const opens = openFacts(openNow, moneyNow(context));
  const isOpenTold = opens.length > 0;
  const facts = levelFacts({
    ...verdict,
    account,
    standing,
    refusal: acted.refusal,
    isOpenTold,
    isObserving: context.spec().mode === 'observe',
  });
  const extent = sight.failure === null ? 'all' : 'more';
  await context.incidents.sync(account.name, [...facts, ...opens], {
    extent,
    keep: lasting(account.name, verdict),
  });
  if (sight.failure !== null) {
    return await blindPass(context, account, runtime, { kind: 'unreachable', reason: sight.failure.message });
  }
  runtime.failingSince = null;
  runtime.failures = 0;
  const soonest = earliest([until, acted.until, ...verdict.decisions.map(holdUntil)]);
  return { until: soonest, sawProvider: true, isUnfinished: openNow.length > 0 };
}

/** For the metrics; read again after a charge, and now and then because windows roll on. */
async function usageNow(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { hasArmed }: Acted,
): Promise<Awaited<ReturnType<KeeperContext['journal']['usage']>>> {
  const nowMs = context.clock.monotonicMs();
  const isDue = runtime.usageReadAtMs === null || nowMs - runtime.usageReadAtMs >= USAGE_EVERY_MS;
  if (!isDue && !hasArmed) return [];
  runtime.usageReadAtMs = nowMs;
  return await context.journal.usage(capScopes(context.spec(), account), moneyNow(context));
}

async function settleAll(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  work: { readonly intents: readonly Intent[]; readonly sight: Sight },
): Promise<{ readonly open: readonly Intent[]; readonly until: EpochMs | null; readonly sight: Sight }> {
  const open: Intent[] = [];
  let { sight } = work;
  const untils: (EpochMs | null)[] = [];
  for (const intent of work.intents) {
    const settlement = await settleIntent(context, account, runtime, { intent, sight });
    sight = settlement.sight;
    if (isOpen(settlement.intent)) {
      open.push(settlement.intent);
      untils.push(settlement.until);
    } else {
      untils.push(moneyNow(context)); // what follows is decided on a fresh observation, at once
    }
  }
  return { open, until: earliest(untils), sight };
}

type Acted = {
  readonly open: readonly Intent[];
  readonly until: EpochMs | null;
  /** Why a decided charge was not armed after all. */
  readonly refusal: string | null;
  readonly hasArmed: boolean;
};

/** Arms what was decided, unless this daemon only observes. */
async function act(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { verdict, sight }: { readonly verdict: Verdict; readonly sight: Sight },
): Promise<Acted> {
  const armed: Intent[] = [];
  let refusal: string | null = null;
  if (context.spec().mode === 'observe') return { open: armed, until: null, refusal, hasArmed: false };
  for (const { decision, need } of verdict.charges) {
    if (context.stopping.aborted) break;
    const result = await armCharge(context, account, decision, { need, sight });
    if (result.kind === 'sent') armed.push(result.intent);
    else refusal = result.sentence;
  }
  const fresh: Sight = { ...sight, look: null, subscriptions: null };
  const settled = await settleAll(context, account, runtime, { intents: armed.filter(isOpen), sight: fresh });
  await absorb(context, account, runtime, settled);
  const isDone = armed.length > 0 && settled.open.length === 0;
  const until = isDone ? moneyNow(context) : settled.until;
  return { open: settled.open, until, refusal, hasArmed: armed.length > 0 };
}

/** Takes a look that can be trusted into the journal. */
async function absorb(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, open }: { readonly sight: Sight; readonly open: readonly Intent[] },
): Promise<void> {
  if (sight.look === null || !sight.isLookConsistent) return;
  const memory = await context.journal.memory(account.name);
  const { hasAnchorFallen } = await absorbCredits(context, account, { look: sight.look, memory, open });
  if (hasAnchorFallen) runtime.anchorFellAt = moneyNow(context);
}

function holdUntil(decision: Decision): EpochMs | null {
  return decision.kind === 'hold' ? decision.until : null;
}

function earliest(instants: readonly (EpochMs | null)[]): EpochMs | null {
  return instants.reduce<EpochMs | null>(
    (best, at) => (at !== null && (best === null || at < best) ? at : best),
    null,
  );
}
