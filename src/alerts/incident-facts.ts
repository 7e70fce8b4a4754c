import type { AccountName, IntentId, PlanId, SubscriptionId } from '../domain/ids.ts';
import type { IncidentFact, PayLink } from '../domain/incident.ts';
import { type Cents, formatCents, type MicroUsd } from '../domain/money.ts';
import { type EpochMs, formatInstant, HOUR_MS } from '../domain/time.ts';
import { fingerprint } from './fingerprint.ts';
import { balanceLeft, runwayWords } from './money-words.ts';

/** Facts about one account's money. What ails purser itself is in `degraded-facts.ts`. */

/** A runway shorter than this makes a low wallet critical; the shipped rule WalletEmptySoon uses the same. */
const EMPTY_SOON_MS = 6 * HOUR_MS;

/** The call that an incident comes from; both `null` where there was none. */
export type CallRef = { readonly intentId: IntentId | null; readonly requestId: string | null };
const NO_CALL: CallRef = { intentId: null, requestId: null };

export function walletLow(options: {
  account: AccountName;
  balanceMicroUsd: MicroUsd;
  minimumCents: Cents;
  runwayMs: number | null;
  /** Why purser has not funded it, as a sentence. */
  why: string;
}): IncidentFact {
  const { account, balanceMicroUsd, minimumCents, runwayMs, why } = options;
  return {
    type: 'wallet.low',
    severity: runwayMs !== null && runwayMs < EMPTY_SOON_MS ? 'critical' : 'warning',
    fingerprint: fingerprint('wallet.low', account),
    account,
    ...NO_CALL,
    amountCents: null,
    headline: `${account}: wallet low, ${balanceLeft(balanceMicroUsd, runwayMs)}`,
    detail: `The minimum is ${formatCents(minimumCents)}. ${why}`,
  };
}

/** A notice: money arrived, as the provider's ledger shows it. */
export function funded(
  options: {
    account: AccountName;
    amountCents: Cents;
    /** `null` where it could not be read when the charge was confirmed. */
    balanceMicroUsd: MicroUsd | null;
    runwayMs: number | null;
    /** A person paid it by link. */
    isByLink: boolean;
  } & CallRef,
): IncidentFact {
  const { account, amountCents, balanceMicroUsd, runwayMs, isByLink, intentId, requestId } = options;
  const runway = runwayWords(runwayMs);
  const balance =
    balanceMicroUsd === null
      ? `${formatCents(amountCents)} charged, balance unknown`
      : balanceLeft(balanceMicroUsd, null).replace(' left', '');
  return {
    type: 'charge.succeeded',
    severity: 'info',
    fingerprint: fingerprint('charge.succeeded', account, intentId),
    account,
    intentId,
    requestId,
    amountCents,
    headline: `${account} funded: ${balance}${runway === null ? '' : `, ${runway}`}`,
    detail: `${isByLink ? 'A person paid' : 'Charged'} ${formatCents(amountCents)}; the provider confirms it.`,
  };
}

export function chargeDeclined(
  options: {
    account: AccountName;
    /** The intent's kind: wallet and subscription are declined apart. */
    kind: string;
    amountCents: Cents | null;
    /** `null` where no balance was looked at, as with a subscription. */
    balanceMicroUsd: MicroUsd | null;
    runwayMs: number | null;
    /** Stripe's decline code, or the provider's error code. */
    code: string;
    cardLast4: string | null;
    /** What purser does next, as a sentence. */
    next: string;
  } & CallRef,
): IncidentFact {
  const {
    account,
    kind,
    amountCents,
    balanceMicroUsd,
    runwayMs,
    code,
    cardLast4,
    next,
    intentId,
    requestId,
  } = options;
  const left = balanceMicroUsd === null ? '' : `, ${balanceLeft(balanceMicroUsd, runwayMs)}`;
  const card = cardLast4 === null ? 'The card' : `The card ending ${cardLast4}`;
  const amount = amountCents === null ? '' : ` of ${formatCents(amountCents)}`;
  return {
    type: 'charge.declined',
    severity: 'critical',
    fingerprint: fingerprint('charge.declined', account, kind),
    account,
    intentId,
    requestId,
    amountCents,
    headline: `${account}: charge declined${left}`,
    detail: `${card} was declined (${code}) for a charge${amount}. ${next}`,
  };
}

export function outcomeUnknown(
  options: {
    account: AccountName;
    amountCents: Cents | null;
    since: EpochMs;
    /** What was asked for is a page to pay on, whose address nobody has yet. */
    isPage: boolean;
  } & CallRef,
): IncidentFact {
  const { account, amountCents, since, isPage, intentId, requestId } = options;
  const amount = amountCents === null ? 'a charge' : formatCents(amountCents);
  const page = amountCents === null ? 'a page to pay on' : `a page to pay ${formatCents(amountCents)} on`;
  const sent = `Sent at ${formatInstant(since)} and never answered clearly.`;
  return {
    type: 'charge.outcome_unknown',
    severity: 'critical',
    fingerprint: fingerprint('charge.outcome_unknown', account, intentId),
    account,
    intentId,
    requestId,
    amountCents,
    headline: isPage
      ? `Unknown whether ${page} was made for ${account}: nobody has its address, so nothing was charged`
      : `Unknown whether ${amount} was charged to ${account}: frozen, do not pay by hand yet`,
    detail: isPage
      ? `${sent} purser asks again with the same key, ever more rarely; the amount counts as spent meanwhile.`
      : `${sent} Until it knows, purser reads what the provider shows, and asks again with the same key where that is ` +
        'still wanted; the amount counts as spent meanwhile.',
  };
}

export function needsHuman(
  options: {
    account: AccountName;
    /** `null` where the amount is not known, as with a subscription of unknown price. */
    amountCents: Cents | null;
    /** Stable code, part of the fingerprint: "no_card_left", "requires_action". */
    reason: string;
    /** What a person has to do, as a sentence. */
    why: string;
  } & CallRef,
): IncidentFact {
  const { account, amountCents, reason, why, intentId, requestId } = options;
  return {
    type: 'payment.action_required',
    severity: 'critical',
    fingerprint: fingerprint('payment.action_required', account, reason),
    account,
    intentId,
    requestId,
    amountCents,
    headline:
      amountCents === null
        ? `${account} needs a person`
        : `${account} needs a person to pay ${formatCents(amountCents)}`,
    detail: why,
  };
}

/** A payment link is out: the same incident as long as somebody has to pay, whatever link is the newest. */
export function payByLink(options: {
  account: AccountName;
  subject: 'wallet' | 'subscription';
  severity: 'critical' | 'warning';
  amountCents: Cents;
  /** Why no card pays, as a sentence. */
  why: string;
  pay: PayLink;
  intentId: IntentId;
}): IncidentFact {
  const { account, subject, severity, amountCents, why, pay, intentId } = options;
  const until = formatInstant(pay.expiresAt);
  const fact = needsHuman({
    account,
    amountCents,
    reason: payReason(subject),
    why: `${why} A payment link is out until ${until}; receivers with pay_links have it, and so has \`purser explain ${account}\`.`,
    intentId,
    requestId: null,
  });
  return { ...fact, severity, pay };
}

export function payReason(subject: 'wallet' | 'subscription'): string {
  return `pay_${subject}`;
}

/** A notice: a call that a person or a rule asked for is done. */
export function done(
  options: { account: AccountName; what: string; amountCents: Cents | null } & CallRef,
): IncidentFact {
  const { account, what, amountCents, intentId, requestId } = options;
  return {
    type: 'charge.succeeded',
    severity: 'info',
    fingerprint: fingerprint('charge.succeeded', account, intentId),
    account,
    intentId,
    requestId,
    amountCents,
    headline: `${account}: ${what}`,
    detail: amountCents === null ? 'Nothing was charged for it.' : `Charged ${formatCents(amountCents)}.`,
  };
}

export type CapScope = 'account' | 'group' | 'fleet';
export type CapWindow = 'charge' | 'day' | 'week' | 'month' | 'charges_per_day';

export function capReached(options: {
  scope: CapScope;
  /** Of the account or group; "fleet" for the fleet. */
  name: string;
  window: CapWindow;
  /** Cents, or a count for `charges_per_day`. */
  limit: Cents | number;
  /** The account whose charge was refused: it also decides which group's receivers hear of it. */
  account: AccountName;
  refusedCents: Cents;
  /** When older charges have left the window, if nothing else is charged; `null` where waiting does not help. */
  roomBy: EpochMs | null;
}): IncidentFact {
  const { scope, name, window, limit, account, refusedCents, roomBy } = options;
  const when =
    roomBy === null ? 'when the window has room' : `when the window has room, by ${formatInstant(roomBy)},`;
  return {
    type: 'cap.reached',
    severity: 'critical',
    fingerprint: fingerprint('cap.reached', `${scope}:${name}`, window),
    account,
    ...NO_CALL,
    amountCents: refusedCents,
    headline: `${name} hit its ${capWords(window, limit)}`,
    detail: `A charge of ${formatCents(refusedCents)} to ${account} was not made. purser charges again ${when} or the cap is raised.`,
  };
}

function capWords(window: CapWindow, limit: Cents | number): string {
  if (window === 'charges_per_day') return `cap of ${limit} charges a day`;
  const amount = formatCents(limit as Cents); // every other window's limit is in cents
  return window === 'charge' ? `per-charge cap ${amount}` : `${window} cap ${amount}`;
}

export function subscriptionPastDue(options: {
  account: AccountName;
  subscription: SubscriptionId;
  planName: string | null;
  amountCents: Cents | null;
  /** What purser does next, as a sentence. */
  next: string;
}): IncidentFact {
  const { account, subscription, planName, amountCents, next } = options;
  return {
    type: 'subscription.past_due',
    severity: 'critical',
    fingerprint: fingerprint('subscription.past_due', account, subscription),
    account,
    ...NO_CALL,
    amountCents,
    headline: `${account}: subscription ${planName ?? subscription} is past due`,
    detail: next,
  };
}

/** A notice: a subscription is active again because of what purser did. */
export function subscriptionRepaired(
  options: {
    account: AccountName;
    /** The plan where the subscription is new and its id not known. */
    subscription: SubscriptionId | PlanId;
    planName: string | null;
    amountCents: Cents | null;
  } & CallRef,
): IncidentFact {
  const { account, subscription, planName, amountCents, intentId, requestId } = options;
  return {
    type: 'subscription.repaired',
    severity: 'info',
    fingerprint: fingerprint('subscription.repaired', account, subscription),
    account,
    intentId,
    requestId,
    amountCents,
    headline: `${account}: subscription ${planName ?? subscription} is active again`,
    detail:
      amountCents === null
        ? 'Nothing was charged for it.'
        : `Paid ${formatCents(amountCents)}; seen active twice.`,
  };
}
