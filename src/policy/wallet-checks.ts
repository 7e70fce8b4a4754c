import type { Act, Charge, Decision } from '../domain/decision.ts';
import type { Ensured } from '../domain/hand-order.ts';
import type { ChargeHistory, OpenWork, Standing } from '../domain/history.ts';
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
import { asksPerson, climbLadder } from './ladder.ts';
import { hold, unseenPayment } from './shared-checks.ts';
import { coolingSince, floorOf, floorWords, shortfall } from './shortfall.ts';

/** All that the wallet policy may look at: one observation, one reading of the journal, one instant. */
export type WalletCase = {
  readonly spec: WalletSpec;
  /** A balance that somebody asked for (`purser ensure`); `null` where nobody did. */
  readonly ensured: Ensured | null;
  readonly standing: Standing;
  readonly now: EpochMs;
  /** `null` where the provider did not answer. */
  readonly balanceMicroUsd: MicroUsd | null;
  readonly burnPerSecond: number | null;
  /** When more is known of the burn, which the wallet lasts until; `null` where it is not waited for. */
  readonly burnKnownAt: EpochMs | null;
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
  /** What was tried by payment link; `null` where the ladder has no `human` step. */
  readonly linkHistory: ChargeHistory | null;
};

const ANCHOR_PATIENCE_MS = 2 * HOUR_MS;
const LOOK_PATIENCE_MS = 2 * HOUR_MS;
const LOW_LOOKS_APART_MS = 12 * MINUTE_MS;

type Check = (one: WalletCase) => Decision | null;

export const providerUnreachable: Check = ({ balanceMicroUsd }) =>
  balanceMicroUsd === null ? hold('provider_unreachable', 'the provider gave no balance') : null;

export const aboveMinimum: Check = (one) => {
  const balance = one.look?.balanceMicroUsd ?? one.balanceMicroUsd;
  const floorCents = floorOf(one);
  if (balance === null || balance < microFromCents(floorCents)) return null;
  return hold('above_minimum', `${formatMicroUsd(balance)} is at or above ${floorWords(one)}`);
};

export const intentOpen: Check = ({ spec, standing }) => {
  const paid = standing.open.find((work) => work.kind === 'fund_link' && work.state === 'charged');
  if (paid !== undefined) return hold('intent_open', paid.sentence);
  const open = standing.open.find((work) => work.kind === 'fund');
  // A charge that waits for its card holder may wait for ever: meanwhile a person can pay by link.
  if (open === undefined || (isChallenge(open) && asksPerson(spec.payWith))) return null;
  return hold('intent_open', open.sentence);
};

/** A charge on which the card's holder is asked (3-D Secure). */
function isChallenge({ kind, state }: OpenWork): boolean {
  return kind === 'fund' && state === 'action';
}

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
export const anchorNotMoved: Check = ({ spec, standing, history, now }) => {
  // An attempt that waits for its card holder is not settled: the ledger owes nothing, and only a person is asked.
  const isAsked = standing.open.some(isChallenge) && asksPerson(spec.payWith);
  const last = unseenPayment(isAsked && history !== null ? { ...history, attempts: [] } : history);
  if (last === null) return null;
  // A person who looks there sees the credit of the latter, mostly.
  const sentence = history?.attempts.includes(last)
    ? 'the last charge is settled but the ledger does not show its credit yet'
    : 'the last payment is settled; that balance and ledger show all of it is not beyond doubt yet';
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
      `the journal is new: low balance is confirmed again at ${formatInstant(until)} (\`purser adopt\` ends it)`,
      until,
    );
  }
  const last = history?.lastChargeAt ?? null;
  if (last === null || now - last >= DAY_MS) return null;
  const until = addMs(last, DAY_MS);
  return hold(
    'probation',
    `the journal is new: one charge per 24 h until ${formatInstant(watch.until)} (\`purser adopt\` ends it)`,
    until,
  );
};

export const coolingDown: Check = (one) => {
  // Whoever asks for more than the minimum does not wait for the policy's own rhythm; the caps hold all the same.
  if (floorOf(one) > one.spec.minBalanceCents) return null;
  const cooling = coolingSince(one);
  if (cooling === null) return null;
  const { spec, now } = one;
  return hold(
    'cooling_down',
    `charged ${formatDuration(now - cooling)} ago; cooldown ${formatDuration(spec.cooldownMs)}`,
    addMs(cooling, spec.cooldownMs),
  );
};

export const burnUnknown: Check = (one) => {
  const { spec, look, burnKnownAt } = one;
  if (look === null || burnKnownAt === null || floorOf(one) > spec.minBalanceCents) return null;
  const low = `${formatMicroUsd(look.balanceMicroUsd)} is below ${floorWords(one)}`;
  const sentence = `${low}; whether all that it lost was used is known at ${formatInstant(burnKnownAt)}, and so how much to charge`;
  return hold('burn_unknown', sentence, burnKnownAt);
};

/** The last of the list: everything allows a charge, so which card, how much, and does it fit the caps. */
export const topUp: Check = (one) => {
  const { spec, look, cards, history, now } = one;
  if (look === null || history === null)
    return hold('look_torn', 'no consistent look at balance and ledger yet');
  if (cards === null) return hold('provider_unreachable', 'the provider did not list the saved cards');
  const { amountCents, capped, low } = shortfall(one, { look, history });
  if (capped !== null) return capped;
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
      const action = { kind: 'fund', card: id, coupon: null } as const;
      return { kind: 'charge', reason: 'below_minimum', sentence, amountCents, action } satisfies Charge;
    }
  }
};
