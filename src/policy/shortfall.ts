import { TOP_UP_MIN_CENTS } from '../contract/limits.ts';
import { scopeWords } from '../domain/caps.ts';
import type { Hold } from '../domain/decision.ts';
import type { ChargeHistory } from '../domain/history.ts';
import { type Cents, cents, formatCents, formatMicroUsd, microFromCents } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { capHold, hold } from './shared-checks.ts';
import { topUpCents } from './top-up.ts';
import type { WalletCase } from './wallet-checks.ts';

type Need = Pick<
  WalletCase,
  'spec' | 'ensured' | 'burnPerSecond' | 'now' | 'history' | 'look' | 'clockSkewMs'
>;

/** What is so many times the last charge, and more, is no second charge of the same. */
export const MORE_THAN_LAST = 1.5;
/** The default. A longer cooldown is a person's word, and holds whatever is known of the burn. */
export const SHORT_COOLDOWN_MS = 10 * MINUTE_MS;

/** What is to be charged now, and how to say why; `capped` where the caps do not allow it. */
export type Shortfall = {
  readonly amountCents: Cents;
  readonly low: string;
  readonly capped: Hold | null;
};

/**
 * How much is missing, by the policy's own measure and by what was asked for. A part of what somebody asked for helps
 * nobody, so that is charged only where all its parts fit the caps; what the policy itself wants is charged all the same.
 */
export function shortfall(
  need: Need,
  { look, history }: { readonly look: LedgerLook; readonly history: ChargeHistory },
): Shortfall {
  const { balanceMicroUsd } = look;
  const { spec, ensured, burnPerSecond } = need;
  const low = `${formatMicroUsd(balanceMicroUsd)} is below ${floorWords(need)}`;
  const state = { balanceMicroUsd, burnPerSecond, perChargeCents: leastPerCharge(history) };
  const isLow = balanceMicroUsd < microFromCents(spec.minBalanceCents);
  const ownCents = isLow ? topUpCents(spec.topUp, state) : cents(0);
  const own: Shortfall = { amountCents: ownCents, low, capped: capHold(history, ownCents, low) };
  if (ensured === null) return own;
  const target = { kind: 'to', targetCents: ensured.targetCents } as const;
  const partCents = topUpCents(target, state);
  if (partCents <= ownCents) return own;
  const wholeCents = topUpCents(target, { ...state, perChargeCents: null });
  const capped = capHold(history, partCents, low) ?? capInParts(history, { wholeCents, partCents }, low);
  if (capped === null) return { amountCents: partCents, low, capped };
  return isLow && coolingSince(need) === null ? own : { amountCents: partCents, low, capped };
}

/** Below this a charge is wanted: the policy's minimum, or more where somebody asked for more. */
export function floorOf({ spec, ensured }: Pick<WalletCase, 'spec' | 'ensured'>): Cents {
  return cents(Math.max(ensured?.floorCents ?? 0, spec.minBalanceCents));
}

/** The floor as people know it. */
export function floorWords(one: Pick<WalletCase, 'spec' | 'ensured'>): string {
  const floorCents = floorOf(one);
  const isAsked = floorCents > one.spec.minBalanceCents;
  return isAsked
    ? `the ${formatCents(floorCents)} that a job needs`
    : `the minimum ${formatCents(floorCents)}`;
}

/**
 * The last charge, where it is younger than the cooldown. A runway's charge that was made while little was known of the
 * burn is no reason to wait with the rest of it: by what is known now half as much again, or more, is wanted. Each such
 * charge is so much larger than the one before, so that there are few of them.
 */
export function coolingSince(need: Omit<Need, 'ensured'>): EpochMs | null {
  const { spec, history, now } = need;
  const last = history?.lastChargeAt ?? null;
  if (last === null || now - last >= spec.cooldownMs) return null;
  return isLaterMinute(need, last) && isRestDue(need) ? null : last;
}

/** By the provider's clock: rows that are stamped to the minute have an order then. */
function isLaterMinute({ now, clockSkewMs }: Pick<Need, 'now' | 'clockSkewMs'>, last: EpochMs): boolean {
  const minuteOf = (at: EpochMs): number => Math.floor((at + clockSkewMs) / MINUTE_MS);
  return minuteOf(now) > minuteOf(last);
}

function isRestDue({ spec, burnPerSecond, history, look }: Omit<Need, 'ensured'>): boolean {
  if (spec.topUp.kind !== 'runway' || spec.cooldownMs > SHORT_COOLDOWN_MS) return false;
  if (look === null || history?.lastChargeCents == null) return false;
  const state = {
    balanceMicroUsd: look.balanceMicroUsd,
    burnPerSecond,
    perChargeCents: leastPerCharge(history),
  };
  return topUpCents(spec.topUp, state) >= history.lastChargeCents * MORE_THAN_LAST;
}

function leastPerCharge({ usage }: ChargeHistory): Cents | null {
  const caps = usage.map(({ scope }) => scope.caps.perChargeCents).filter((cap) => cap !== null);
  return caps.length === 0 ? null : cents(Math.min(...caps));
}

/** Whether all parts fit together, in dollars and in number; the last is not under the provider's minimum. */
function capInParts(
  history: ChargeHistory,
  { wholeCents, partCents }: { readonly wholeCents: Cents; readonly partCents: Cents },
  low: string,
): Hold | null {
  const restCents = wholeCents % partCents;
  const lastCents = restCents === 0 ? 0 : Math.max(restCents, TOP_UP_MIN_CENTS);
  const parts = Math.ceil(wholeCents / partCents);
  const totalCents = cents(wholeCents - restCents + lastCents);
  const full = history.usage.find(
    ({ scope, usage }) =>
      scope.caps.chargesPerDay !== null && usage.chargesToday + parts > scope.caps.chargesPerDay,
  );
  if (full !== undefined) {
    const { scope, usage } = full;
    const made = `${usage.chargesToday} of ${scope.caps.chargesPerDay} charges a day are made`;
    const sentence = `${low}, but ${scopeWords(scope)}: ${made}, and it takes ${parts}`;
    return hold('cap_charges_per_day', sentence, null, totalCents);
  }
  const usage = history.usage.map(({ scope, usage: used }) => ({
    scope: { ...scope, caps: { ...scope.caps, perChargeCents: null } },
    usage: used,
  }));
  return capHold({ ...history, usage }, totalCents, low);
}
