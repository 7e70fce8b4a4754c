import { capRefusal } from '../domain/caps.ts';
import type { Act, Charge, Decision } from '../domain/decision.ts';
import type { ChargeHistory, Standing } from '../domain/history.ts';
import { anchorOf, isBelow } from '../domain/ledger.ts';
import { formatCents, formatMicroUsd, type MicroUsd, microFromCents } from '../domain/money.ts';
import type { Card, LedgerLook } from '../domain/observation.ts';
import type { WalletSpec } from '../domain/spec.ts';
import {
  addMs,
  DAY_MS,
  type EpochMs,
  formatDuration,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
} from '../domain/time.ts';
import { climbLadder } from './ladder.ts';
import { hold } from './shared-checks.ts';
import { topUpCents } from './top-up.ts';

/** All that the wallet policy may look at: one observation, one reading of the journal, one instant. */
export type WalletCase = {
  readonly spec: WalletSpec;
  readonly standing: Standing;
  readonly now: EpochMs;
  /** `null` where the provider did not answer. */
  readonly balanceMicroUsd: MicroUsd | null;
  readonly burnPerSecond: number | null;
  /** How far the provider's clock is from ours, in milliseconds. */
  readonly clockSkewMs: number;
  /** Taken when the balance is below the minimum; `null` where it could not be had. */
  readonly look: LedgerLook | null;
  readonly isLookConsistent: boolean;
  /** How long no look could be trusted while the wallet was low, in milliseconds. */
  readonly unsoundForMs: number;
  /** When another look may confirm this one. */
  readonly lookAgainAt: EpochMs | null;
  readonly cards: readonly Card[] | null;
  /** Read together with the look. */
  readonly history: ChargeHistory | null;
};

const ANCHOR_PATIENCE_MS = 2 * HOUR_MS;
const LOOK_PATIENCE_MS = 2 * HOUR_MS;
const LOW_LOOKS_APART_MS = 12 * MINUTE_MS;

type Check = (one: WalletCase) => Decision | null;

export const providerUnreachable: Check = ({ balanceMicroUsd }) =>
  balanceMicroUsd === null ? hold('provider_unreachable', 'the provider gave no balance') : null;

export const aboveMinimum: Check = ({ spec, balanceMicroUsd, look }) => {
  const balance = look?.balanceMicroUsd ?? balanceMicroUsd;
  if (balance === null || balance < microFromCents(spec.minBalanceCents)) return null;
  return hold(
    'above_minimum',
    `${formatMicroUsd(balance)} is at or above the minimum ${formatCents(spec.minBalanceCents)}`,
  );
};

export const intentOpen: Check = ({ standing }) => {
  const open = standing.open.find((work) => work.kind === 'fund');
  return open === undefined ? null : hold('intent_open', open.sentence);
};

export const lookTorn: Check = ({ look, isLookConsistent, unsoundForMs, lookAgainAt }) => {
  if (look !== null && isLookConsistent) return null;
  const sentence = 'no consistent look at balance and ledger yet';
  if (unsoundForMs >= LOOK_PATIENCE_MS)
    return {
      kind: 'freeze',
      reason: 'look_torn',
      sentence: `${sentence} for ${formatDuration(unsoundForMs)}`,
    };
  return hold('look_torn', sentence, lookAgainAt);
};

export const anchorStale: Check = ({ look, history, unsoundForMs }) => {
  const highest = history?.highestAnchor ?? null;
  if (look === null || highest === null || !isBelow(anchorOf(look), highest)) return null;
  const sentence = `the ledger page is older than credit ${highest.id}, which was seen before`;
  if (unsoundForMs >= LOOK_PATIENCE_MS)
    return {
      kind: 'freeze',
      reason: 'anchor_stale',
      sentence: `${sentence}, for ${formatDuration(unsoundForMs)}`,
    };
  return hold('anchor_stale', sentence);
};

/** The key of this need was used already and no credit has followed: never a second key (charging.md, "The key"). */
export const anchorNotMoved: Check = ({ history, now }) => {
  const last = history?.attempts.filter((attempt) => !attempt.allowsNext).at(-1);
  if (last === undefined) return null;
  const sentence = 'the last charge is settled but the ledger does not show its credit yet';
  if (now - last.at < ANCHOR_PATIENCE_MS) return hold('anchor_not_moved', sentence);
  return {
    kind: 'freeze',
    reason: 'anchor_not_moved',
    sentence: `${sentence} after ${formatDuration(now - last.at)}`,
  };
};

export const probation: Check = ({ standing, history, now }) => {
  const { watch } = standing;
  if (watch.kind !== 'probation') return null;
  if (watch.firstLowAt === null || now - watch.firstLowAt < LOW_LOOKS_APART_MS) {
    const until = addMs(watch.firstLowAt ?? now, LOW_LOOKS_APART_MS);
    return hold(
      'probation',
      `the journal was lost: low balance is confirmed again at ${formatInstant(until)}`,
      until,
    );
  }
  const last = history?.lastChargeAt ?? null;
  if (last === null || now - last >= DAY_MS) return null;
  const until = addMs(last, DAY_MS);
  return hold(
    'probation',
    `the journal was lost: one charge per 24 h until ${formatInstant(watch.until)}`,
    until,
  );
};

export const coolingDown: Check = ({ spec, history, now }) => {
  const last = history?.lastChargeAt ?? null;
  if (last === null || now - last >= spec.cooldownMs) return null;
  const until = addMs(last, spec.cooldownMs);
  return hold(
    'cooling_down',
    `charged ${formatDuration(now - last)} ago; cooldown ${formatDuration(spec.cooldownMs)}`,
    until,
  );
};

/** The last of the list: everything allows a charge, so which card, how much, and does it fit the caps. */
export const topUp: Check = (one) => {
  const { spec, look, cards, history, now } = one;
  if (look === null || history === null)
    return hold('look_torn', 'no consistent look at balance and ledger yet');
  if (cards === null) return hold('provider_unreachable', 'the provider did not list the saved cards');
  const perCharge = history.usage.map(({ scope }) => scope.caps.perChargeCents).filter((cap) => cap !== null);
  const perChargeCents = perCharge.reduce(
    (least, cap) => (least === null || cap < least ? cap : least),
    perCharge[0] ?? null,
  );
  const amountCents = topUpCents(spec.topUp, {
    balanceMicroUsd: look.balanceMicroUsd,
    burnPerSecond: one.burnPerSecond,
    perChargeCents,
  });
  const low = `${formatMicroUsd(look.balanceMicroUsd)} is below the minimum ${formatCents(spec.minBalanceCents)}`;
  for (const { scope, usage } of history.usage) {
    const refusal = capRefusal(scope, usage, amountCents);
    if (refusal !== null) return hold(refusal.reason, `${low}, but ${refusal.sentence}`, null, amountCents);
  }
  const rung = climbLadder(spec.payWith, cards, history.cards, now);
  switch (rung.kind) {
    case 'wait':
      return hold('cards_waiting', `${low}; ${rung.sentence}`, rung.until);
    case 'human': {
      const sentence = `${low}; ${rung.sentence}`;
      return { kind: 'needs_human', reason: 'no_card_left', sentence, amountCents } satisfies Act;
    }
    case 'card': {
      const { brand, last4, id } = rung.card;
      const sentence = `${low}: top up ${formatCents(amountCents)} with ${brand} …${last4}`;
      const action = { kind: 'fund', card: id } as const;
      return { kind: 'charge', reason: 'below_minimum', sentence, amountCents, action } satisfies Charge;
    }
  }
};
