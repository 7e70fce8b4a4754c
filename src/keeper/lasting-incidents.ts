import { fingerprint } from '../alerts/fingerprint.ts';
import { payReason } from '../alerts/incident-facts.ts';
import type { Decision } from '../domain/decision.ts';
import { isWalletWork } from '../domain/history.ts';
import type { AccountName } from '../domain/ids.ts';
import type { LastLive } from '../policy/last-live.ts';
import { type Declared, findTrouble } from '../policy/subscription-trouble.ts';
import { type Decided, isHeld, isWell } from './decision-facts.ts';
import { byHand } from './rule-facts.ts';

/** Incidents that stay as they are while their cause lasts, whatever the pass has to say. */
export function lasting(
  account: AccountName,
  verdict: Pick<Decided, 'wallet' | 'subscription' | 'isLow' | 'declared' | 'standing'> & {
    /** It is above its minimum for moments. */
    readonly isLowAgain: boolean;
    readonly toRemember: { readonly lastLive: LastLive | null };
  },
): readonly string[] {
  const isToPay = !isSubscriptionWell(verdict);
  return [
    ...(verdict.isLow || verdict.isLowAgain ? [fingerprint('wallet.low', account)] : []),
    ...(verdict.isLow ? [toPay(account, 'wallet')] : []),
    ...(isToPay ? [toPay(account, 'subscription')] : []),
    // After a restart a known change by hand is looked at again before it is told again.
    ...(verdict.subscription?.reason === 'trouble_unconfirmed' ? [byHand(account)] : []),
    ...currentDeclines(account, verdict),
    ...askedBeforeHold(account, verdict),
    ...askedBeforeHalfList(account, verdict),
  ];
}

/** An account that is paused or frozen, or of which something could not be read, asks nobody anew; what it asked for is not done by that. */
function askedBeforeHold(
  account: AccountName,
  { wallet, subscription, isLow, declared }: Parameters<typeof lasting>[1],
): readonly string[] {
  return [
    ...(isSilent(wallet) && isLow ? [asked(account, 'no_card_left')] : []),
    ...(isSilent(subscription) && declared !== null && isBroken(declared)
      ? [byHand(account), ...SUBSCRIPTION_REASONS.map((reason) => asked(account, reason))]
      : []),
  ];
}

/** A list that lacks what was followed tells nothing of it. */
function askedBeforeHalfList(
  account: AccountName,
  { subscription: decision, toRemember: { lastLive } }: Parameters<typeof lasting>[1],
): readonly string[] {
  if (decision?.reason !== 'trouble_unconfirmed' || lastLive?.missing == null) return [];
  const { subscription } = lastLive;
  const reasons = SUBSCRIPTION_REASONS.map((reason) => asked(account, reason));
  return [fingerprint('subscription.past_due', account, subscription), byHand(account), ...reasons];
}

function isSilent(decision: Decision | null): boolean {
  return isHeld(decision) || decision?.reason === 'provider_unreachable';
}

/** A decision that is held back by a pause or a freeze tells nothing of what is there. */
function isSubscriptionWell({ subscription, declared }: Pick<Decided, 'subscription' | 'declared'>): boolean {
  if (subscription === null || isWell(subscription)) return true;
  return isHeld(subscription) && declared !== null && !isBroken(declared);
}

function isBroken(declared: Declared): boolean {
  return declared.subscriptions === null || findTrouble(declared) !== null;
}

/** What `personNeeded` is told of a subscription. */
const SUBSCRIPTION_REASONS = [
  'past_due',
  'paused',
  'wrong_plan',
  'subscription_canceled',
  'status_unknown',
  'subscription_unrepaired',
  'plan_unknown',
  'price_unknown',
] as const;

/** Declines that still matter: they end when nothing is left to pay, whoever paid. */
function currentDeclines(
  account: AccountName,
  verdict: Pick<Decided, 'wallet' | 'subscription' | 'isLow' | 'declared' | 'standing'>,
): readonly string[] {
  // One that its payment's status has not proven yet, though the policy may have let go of it since.
  const mayBePaid = verdict.standing.open.some((work) => work.state === 'declined' && !isWalletWork(work));
  const kinds = [
    ...(isWell(verdict.wallet) || (isHeld(verdict.wallet) && !verdict.isLow) ? [] : ['fund']),
    ...(isSubscriptionWell(verdict) && !mayBePaid ? [] : SUBSCRIPTION_KINDS),
  ];
  return kinds.map((kind) => fingerprint('charge.declined', account, kind));
}

function toPay(account: AccountName, subject: 'wallet' | 'subscription'): string {
  return asked(account, payReason(subject));
}

function asked(account: AccountName, reason: string): string {
  return fingerprint('payment.action_required', account, reason);
}

const SUBSCRIPTION_KINDS = ['fix_payment', 'subscribe', 'change_plan', 'resume'];
