import { assert } from '../domain/assert.ts';
import type { Decision } from '../domain/decision.ts';
import { askPerson } from './ask-person.ts';
import * as rules from './rule-checks.ts';
import * as shared from './shared-checks.ts';
import type { SubscriptionCase } from './subscription-case.ts';
import * as subscription from './subscription-checks.ts';
import * as wallet from './wallet-checks.ts';

/**
 * The wallet policy: named checks in this order, first hit wins. Read the list as the documentation: what stands
 * higher is the stronger reason to hold back, and only a case that passes them all is charged.
 */
const WALLET_CHECKS = [
  shared.frozen,
  shared.pausedByOperator,
  wallet.providerUnreachable,
  wallet.aboveMinimum,
  wallet.intentOpen,
  shared.quarantined,
  shared.clockSkew,
  wallet.lookTorn,
  wallet.anchorStale,
  wallet.anchorNotMoved,
  wallet.probation,
  askPerson,
  shared.pacing,
  wallet.coolingDown,
  wallet.burnUnknown,
  wallet.topUp,
] as const;

/** The subscription guard, in the same manner. The state to reach is declared; the difference is the decision. */
const SUBSCRIPTION_CHECKS = [
  shared.frozen,
  shared.pausedByOperator,
  subscription.providerUnreachable,
  subscription.allWell,
  subscription.leftAlone,
  subscription.intentOpen,
  shared.quarantined,
  shared.clockSkew,
  subscription.halfListed,
  subscription.askPerson,
  subscription.unconfirmed,
  rules.listLate,
  rules.changedByHand,
  subscription.alreadyTried,
  shared.pacing,
  rules.planKept,
  subscription.probation,
  subscription.repair,
] as const;

/** What to do about the wallet, on one observation. Never throws for anything the provider said. */
export function decideWallet(one: wallet.WalletCase): Decision {
  return firstHit(WALLET_CHECKS, one);
}

export function decideSubscription(one: SubscriptionCase): Decision {
  return firstHit(SUBSCRIPTION_CHECKS, one);
}

function firstHit<Case>(checks: readonly ((one: Case) => Decision | null)[], one: Case): Decision {
  for (const check of checks) {
    const decision = check(one);
    if (decision !== null) return decision;
  }
  assert(false, 'the last check of a policy always decides');
}
