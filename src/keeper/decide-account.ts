import type { Charge, Decision } from '../domain/decision.ts';
import type { Ensured } from '../domain/hand-order.ts';
import type { ChargeHistory, Standing } from '../domain/history.ts';
import { anchorOf } from '../domain/ledger.ts';
import { type MicroUsd, microFromCents } from '../domain/money.ts';
import type { AccountSpec, WalletSpec } from '../domain/spec.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { burnPerSecond, chargedPerSecond } from '../policy/burn.ts';
import { decideWallet } from '../policy/decide.ts';
import { asksPerson } from '../policy/ladder.ts';
import { hold } from '../policy/shared-checks.ts';
import { floorOf } from '../policy/shortfall.ts';
import type { Declared } from '../policy/subscription-trouble.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { Need } from './arm-charge.ts';
import { clockSkewMs, type KeeperContext, moneyNow } from './context.ts';
import { declaredIn, judgeSubscription } from './judge-subscription.ts';
import {
  type Asked,
  afterRefunds,
  frozenNow,
  type Judged,
  judged,
  NOT_JUDGED,
  needIn,
  readNeed,
} from './judging.ts';
import { hasFallenLately, lowSpell, noteLow, noteLowLook } from './low-watch.ts';
import { MAY_BE_KNOWN, OTHER_NAME } from './new-name.ts';
import { noteBurn } from './note-burn.ts';
import type { Sight } from './observe.ts';
import { holdForPage } from './page-beside-card.ts';
import { withCoupon } from './redeem-coupons.ts';
import type { ToRemember } from './subscription-memory-record.ts';
import { provenBurn } from './taken-out.ts';

/** The decisions of a pass and what they were made on. */
export type Verdict = {
  readonly wallet: Decision | null;
  readonly walletHistory: ChargeHistory | null;
  readonly subscription: Decision | null;
  readonly subscriptionHistory: ChargeHistory | null;
  readonly declared: Declared | null;
  readonly toRemember: ToRemember;
  readonly balanceMicroUsd: MicroUsd | null;
  readonly burnPerSecond: number | null;
  readonly isLow: boolean;
  /** How long the subscription has been in the same trouble, in milliseconds. */
  readonly troubleForMs: number;
  /** How long the wallet has been below its minimum, in milliseconds, and whether it was above for moments only. */
  readonly lowForMs: number;
  readonly isLowAgain: boolean;
  /** When that it was below is forgotten, where it is above. */
  readonly wellAt: EpochMs | null;
  readonly decisions: readonly Decision[];
  /** The decisions that move money, each with what its key is made of. */
  readonly charges: readonly { readonly decision: Charge; readonly need: Need }[];
};

/** So long a wallet waits for what is not known yet of its burn. */
const BURN_WAIT_MS = 6 * MINUTE_MS;

/** Puts one sight before the policies. The journal is read only for an account where a charge is in question. */
export async function decideAccount(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, standing }: { readonly sight: Sight; readonly standing: Standing },
): Promise<Verdict> {
  const balanceMicroUsd = sight.look?.balanceMicroUsd ?? sight.balanceMicroUsd;
  await noteBurn(context, runtime, { sight, standing });
  const { wallet: walletSpec, subscription: guardSpec } = account.policy;
  // What the policy let go of ends, and begins anew should it be taken up again.
  if (walletSpec === null) {
    runtime.lowSince = null;
    runtime.lowBefore = null;
    runtime.unsound = null;
    runtime.free.wallet = null;
  }
  if (guardSpec === null) {
    runtime.trouble = null;
    runtime.free.subscription = null;
  }
  const scene = { sight, standing };
  const wallet =
    walletSpec === null
      ? NOT_JUDGED
      : await judgeWallet(context, account, runtime, { ...scene, spec: walletSpec });
  const guard =
    guardSpec === null
      ? { ...NOT_JUDGED, memory: null, lastLive: null }
      : await judgeSubscription(context, account, runtime, { ...scene, spec: guardSpec });
  const judged = [wallet, guard];
  const low = lowSpell(runtime, moneyNow(context));
  const isLow = walletSpec !== null && isBelowMinimum(walletSpec, balanceMicroUsd, runtime);
  return {
    wallet: wallet.decision,
    walletHistory: wallet.history,
    subscription: guard.decision,
    subscriptionHistory: guard.history,
    declared: guardSpec === null ? null : declaredIn(sight, guardSpec),
    toRemember: { memory: guard.memory, lastLive: guard.lastLive },
    balanceMicroUsd,
    burnPerSecond: burnPerSecond(runtime.burn),
    isLow,
    troubleForMs: runtime.trouble === null ? 0 : moneyNow(context) - runtime.trouble.since,
    lowForMs: low.forMs,
    isLowAgain: low.isRepeated,
    wellAt:
      !isLow && runtime.lowSince === null && low.isRepeated ? (runtime.lowBefore?.drainsAt ?? null) : null,
    decisions: judged.map((one) => one.decision).filter((decision) => decision !== null),
    charges: judged.flatMap(({ decision, need }) =>
      decision?.kind === 'charge' && need !== null ? [{ decision, need }] : [],
    ),
  };
}

/** A clock that is off makes no patience, and no wallet full. */
function isBelowMinimum(
  { minBalanceCents }: WalletSpec,
  balanceMicroUsd: MicroUsd | null,
  { lowSince }: AccountRuntime,
): boolean {
  return balanceMicroUsd === null ? lowSince !== null : balanceMicroUsd < microFromCents(minBalanceCents);
}

/** Why nothing is charged where it is not known whose account that is. */
export const WHOSE: Readonly<Record<Exclude<Asked['kind'], 'need'>, string>> = {
  unknown: 'the provider did not say whose account it is',
  may_be_known: MAY_BE_KNOWN,
  not_yet: 'what is open has to end before its new e-mail address counts',
  moved: 'its credentials led to another account until now: the next pass judges this one',
  other: OTHER_NAME,
  waits: 'its credentials lead to an account at the provider that has another name here still',
};

async function judgeWallet(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { sight, standing, spec }: { sight: Sight; standing: Standing; spec: WalletSpec },
): Promise<Judged> {
  const { look } = sight;
  const ensured = runtime.desk.ensured();
  const isLow = look !== null && look.balanceMicroUsd < microFromCents(floorOf({ spec, ensured }));
  await noteLowLook(context, account, {
    standing,
    isLow: isLow && sight.isLookConsistent,
    isHigh: look !== null && !isLow,
  });
  const now = moneyNow(context);
  await noteLow(context, account, runtime, { sight, spec, now });
  const isTrusted = sight.isLookConsistent && !hasFallenLately(runtime, now);
  const isInQuestion =
    isLow && isTrusted && standing.open.every((work) => work.kind !== 'fund' || work.state === 'action');
  let need: Need | null = null;
  let linkNeed: Need | null = null;
  if (isInQuestion && standing.frozenBecause === null) {
    const anchor = anchorOf(look).id;
    const asked = await readNeed(context, account, runtime, sight, { kind: 'fund', anchor });
    if (asked.kind !== 'need')
      return { ...NOT_JUDGED, decision: hold('provider_unreachable', WHOSE[asked.kind]) };
    need = asked.need;
    if (asksPerson(spec.payWith))
      linkNeed = needIn(await readNeed(context, account, runtime, sight, { kind: 'fund_link', anchor }));
  }
  let { burn } = runtime;
  let burnKnownAt: EpochMs | null = null;
  const decideFor = (frozenBecause: string | null, asked: Ensured | null): Decision =>
    decideWallet({
      spec,
      ensured: asked,
      standing: { ...standing, frozenBecause },
      now,
      balanceMicroUsd: sight.balanceMicroUsd,
      burnPerSecond: chargedPerSecond(burn),
      burnKnownAt,
      clockSkewMs: clockSkewMs(context),
      look,
      isLookConsistent: isTrusted,
      unsoundForMs: runtime.unsound?.seenForMs ?? 0,
      lookAgainAt: sight.lookAgainAt,
      cards: sight.cards,
      history: need?.history ?? null,
      linkHistory: linkNeed?.history ?? null,
    });
  const decide = (frozenBecause: string | null): Decision =>
    markEnsured(decideFor(frozenBecause, ensured), ensured, () => decideFor(frozenBecause, null));
  const frozenBecause = need === null ? standing.frozenBecause : await frozenNow(context, account);
  let first = decide(frozenBecause);
  const history = need?.history ?? null;
  // Before what is read for a charge, which may take minutes: a page's word is not believed for so long.
  const isByCard = first.kind === 'charge' && first.action.kind === 'fund';
  const page = isByCard ? await holdForPage(context, account, runtime) : null;
  if (page !== null)
    return await judged(context, account, runtime, 'wallet', { decision: page, history, need });
  if (spec.topUp.kind === 'runway' && 'amountCents' in first && first.amountCents !== null) {
    const proven = await provenBurn(context, runtime, sight.caller);
    burn = proven.burn;
    burnKnownAt = mayWait(runtime, now) ? proven.moreAt : null;
    first = decide(frozenBecause);
  }
  let decision = await afterRefunds(context, account, runtime, sight, { decision: first, decide });
  if (decision.kind === 'charge') decision = await withCoupon(context, account, sight.caller, decision);
  const isByLink = decision.kind === 'charge' && decision.action.kind === 'fund_link';
  return await judged(context, account, runtime, 'wallet', {
    decision,
    history,
    need: isByLink ? linkNeed : need,
  });
}

/** Once, behind the first look that is low: what is looked at often never stops falling. */
function mayWait({ lowSince }: AccountRuntime, now: EpochMs): boolean {
  return lowSince !== null && now - lowSince < BURN_WAIT_MS;
}

/** A charge that the policy alone would not make just so is made only while it is asked for. */
function markEnsured(decision: Decision, ensured: Ensured | null, decideAlone: () => Decision): Decision {
  if (ensured === null || decision.kind !== 'charge') return decision;
  const own = decideAlone();
  const isOwn =
    own.kind === 'charge' &&
    own.amountCents === decision.amountCents &&
    own.action.kind === decision.action.kind;
  return isOwn ? decision : { ...decision, ensured: { ...ensured, isOnly: own.kind !== 'charge' } };
}
