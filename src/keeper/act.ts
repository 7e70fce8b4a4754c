import { type Intent, isLinkKind, isOpen } from '../charge/intent.ts';
import { expectsAnyCredit } from '../charge/settle.ts';
import type { Charge } from '../domain/decision.ts';
import { NO_REST, provesEquation } from '../domain/ledger.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import { absorbCredits } from './absorb-credits.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { armCharge, type Need } from './arm-charge.ts';
import { askPage } from './ask-checkout.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';
import { noteKept } from './judge-look.ts';
import type { Sight } from './observe.ts';
import { type PlacedOrder, refused } from './order-desk.ts';
import { isPageUnpaid } from './page-beside-card.ts';
import { settleIntent } from './settle-intent.ts';

/** Drives every open intent as far as it gets in this pass. */
export async function settleAll(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  work: { readonly intents: readonly Intent[]; readonly sight: Sight },
): Promise<{ readonly open: readonly Intent[]; readonly until: EpochMs | null; readonly sight: Sight }> {
  const open: Intent[] = [];
  let { sight } = work;
  const untils: (EpochMs | null)[] = [];
  // Pages first: no card is charged again before it is known whether a person has paid.
  for (const intent of work.intents.toSorted((one, other) => pageRank(one) - pageRank(other))) {
    const settlement = await settleIntent(context, account, runtime, {
      intent,
      sight: withLookOf(work.sight, sight),
    });
    sight = settlement.sight;
    if (isOpen(settlement.intent)) {
      open.push(settlement.intent);
      untils.push(settlement.until);
    } else {
      noteRefusal(runtime, settlement.intent);
      untils.push(moneyNow(context)); // what follows is decided on a fresh observation, at once
    }
  }
  return { open, until: earliest(untils), sight };
}

function pageRank({ kind }: Intent): number {
  return isLinkKind(kind) ? 0 : 1;
}

/** A POST for one intent makes the look no older for the next: what it shows of that one's charge still counts. */
function withLookOf(seen: Sight, sight: Sight): Sight {
  if (sight.look !== null || seen.look === null) return sight;
  const { look, isLookConsistent, rest, lookAgainAt } = seen;
  return { ...sight, look, isLookConsistent, rest, lookAgainAt };
}

/** A charge to arm, for the policy or for an order. */
export type Wanted = {
  readonly decision: Charge;
  readonly need: Need;
  readonly placed?: PlacedOrder;
};

/** A refused charge may have named a card that is gone: the list is read anew before the next one. */
function noteRefusal(runtime: AccountRuntime, { state }: Intent): void {
  if (state.kind === 'released' && state.because === 'refused') runtime.cardsReadAtMs = null;
}

export type Acted = {
  readonly open: readonly Intent[];
  readonly until: EpochMs | null;
  /** Why a decided charge was not armed after all. */
  readonly refusal: string | null;
  /** Also those that have ended since. */
  readonly armed: readonly Intent[];
};

/** Arms what was decided, unless this daemon only observes. */
export async function act(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { wanted, sight }: { readonly wanted: readonly Wanted[]; readonly sight: Sight },
): Promise<Acted> {
  const armed: Intent[] = [];
  let refusal: string | null = null;
  let isMoot = false;
  if (context.spec().mode === 'observe' || wanted.length === 0)
    return { open: armed, until: null, refusal, armed };
  for (const { decision, need, placed } of wanted) {
    if (context.stopping.aborted) break;
    const result = await armCharge(context, account, decision, {
      need,
      sight,
      placed,
      desk: runtime.desk,
      isPageUnpaid: () => isPageUnpaid(context, account, runtime, sight),
      onArmed: (intent) => {
        if (intent.kind === 'fund') {
          runtime.armedFund = intent.id;
          runtime.sweep?.withdraw(); // nothing of it is swept out
        }
        if (intent.kind === 'withdraw') runtime.withdrawnAt = context.clock.now();
      },
    });
    if (result.kind === 'sent') {
      armed.push(result.intent);
      noteRefusal(runtime, result.intent);
      continue;
    }
    if (result.isMoot === true) {
      isMoot = true;
      continue;
    }
    refusal = result.sentence;
    if (result.isBrief === true)
      runtime.desk.waitFor({ reason: 'provider_unreachable', sentence: result.sentence, requestId: null });
    else placed?.answer(refused(result.isCard === true ? 'cards_waiting' : 'not_armed', result.sentence));
  }
  const fresh: Sight = { ...sight, look: null, subscriptions: null };
  const settled = await settleAll(context, account, runtime, { intents: armed.filter(isOpen), sight: fresh });
  await absorb(context, account, runtime, settled);
  const isDone = armed.length > 0 && settled.open.length === 0;
  const until = isDone || isMoot ? moneyNow(context) : settled.until;
  return { open: settled.open, until, refusal, armed };
}

/** Takes a look into the journal; of one that is not consistent only the rows, for what was charged counts in any case. */
export async function absorb(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, open }: { readonly sight: Sight; readonly open: readonly Intent[] },
): Promise<void> {
  const { look, isLookConsistent: isConsistent } = sight;
  // What no row explains yet may be the money of an open charge: until that one is closed it is not got used to.
  const rest = open.some(expectsAnyCredit) ? NO_REST : sight.rest;
  if (look === null || isClockOff(context)) return;
  const memory = await context.journal.memory(account.name);
  if (isConsistent && !memory.hasEquationHeld && provesEquation(look))
    await context.journal.remember(account.name, { hasEquationHeld: true });
  const isUnpaid = async (intent: Intent) =>
    context.spec().mode === 'observe' ||
    (await askPage(context, account, runtime, { intent, sight })) === 'unpaid';
  const news = { look, rest, isConsistent, memory, open, isUnpaid };
  const { hasAnchorFallen } = await absorbCredits(context, account, news);
  if (isConsistent) noteKept(runtime, look);
  if (hasAnchorFallen) runtime.anchorFellAt = moneyNow(context);
}

export function earliest(instants: readonly (EpochMs | null)[]): EpochMs | null {
  return instants.reduce<EpochMs | null>(
    (best, at) => (at !== null && (best === null || at < best) ? at : best),
    null,
  );
}
