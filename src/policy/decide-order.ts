import { CHARGE_AMOUNT_MAX_CENTS, CHARGE_AMOUNT_MIN_CENTS, TOP_UP_MIN_CENTS } from '../contract/limits.ts';
import type { Charge, ChargeAction, Decision } from '../domain/decision.ts';
import type { HandOrder } from '../domain/hand-order.ts';
import { type ChargeHistory, isSubscriptionWork, isWalletWork } from '../domain/history.ts';
import { type Cents, cents, formatCents, formatMicroUsd, microFromCents } from '../domain/money.ts';
import type { Card, LedgerLook, Plan, Subscription } from '../domain/observation.ts';
import type { PaymentStep, SubscriptionSpec } from '../domain/spec.ts';
import { climbLadder } from './ladder.ts';
import * as shared from './shared-checks.ts';
import { capHold, hold } from './shared-checks.ts';
import { floorOf, floorWords } from './shortfall.ts';
import { settledBefore } from './subscription-checks.ts';
import { isAddon, isLive } from './subscription-plan.ts';
import { undoneByPolicy } from './undone-by-policy.ts';
import * as wallet from './wallet-checks.ts';
import type { Wanted } from './wanted-subscription.ts';

/** What an order is judged on: the wallet's own case, and what it is about. */
export type OrderCase = wallet.WalletCase & {
  readonly order: Exclude<HandOrder, { kind: 'ensure' }>;
  /** The subscription that the order is about; `null` where it is about none, or it was not found. */
  readonly subscription: Subscription | null;
  /** The plan that it names, or the one that is charged. */
  readonly plan: Plan | null;
  /** The ladder that new subscriptions are paid with. */
  readonly subscriptionPayWith: readonly PaymentStep[];
  /** What the policy keeps the subscription at; `null` where it keeps hands off. */
  readonly guard: SubscriptionSpec | null;
  /** What its rules want now; `null` where it has none. */
  readonly wanted: Wanted | null;
};

type Check = (one: OrderCase) => Decision | null;

const intentOpen: Check = ({ order, standing }) => {
  const isWallet = isWalletWork(order);
  const isOnPlan = ['fix_payment', 'resume', 'pause'].includes(order.kind);
  const open = standing.open.find((work) =>
    isWallet ? work.kind === order.kind : isSubscriptionWork(work, { isOnPlan }),
  );
  return open === undefined ? null : hold('intent_open', open.sentence);
};

/** The balance and the anchor matter to what is paid into the wallet or out of it. */
const onWallet =
  (check: (one: OrderCase) => Decision | null): Check =>
  (one) =>
    one.order.kind === 'fund' || one.order.kind === 'fund_link' || one.order.kind === 'withdraw'
      ? check(one)
      : null;

/** A subscription that was bought a while ago may not be listed yet. */
const onBuying =
  (check: (one: OrderCase) => Decision | null): Check =>
  (one) =>
    one.order.kind === 'subscribe' || one.order.kind === 'subscribe_link' ? check(one) : null;

/**
 * What a person asks for passes the same gates as what the policy wants, but for those that say whether it is needed:
 * minimum, cooldown and pacing. First hit wins.
 */
const ORDER_CHECKS = [
  shared.frozen,
  shared.pausedByOperator,
  wallet.providerUnreachable,
  intentOpen,
  shared.quarantined,
  shared.clockSkew,
  onWallet(wallet.lookTorn),
  onWallet(wallet.anchorStale),
  onWallet(wallet.anchorNotMoved),
  onBuying(settledBefore),
  undoneByPolicy,
  obey,
] as const;

export function decideOrder(one: OrderCase): Decision {
  for (const check of ORDER_CHECKS) {
    const decision = check(one);
    if (decision !== null) return decision;
  }
  return hold('provider_unreachable', 'nothing is known to do it with');
}

function obey(one: OrderCase): Decision {
  const { order } = one;
  switch (order.kind) {
    case 'fund':
      return fund(one, order);
    case 'fund_link': {
      const what = `a payment link for ${formatCents(order.amountCents)}`;
      if (order.amountCents < TOP_UP_MIN_CENTS)
        return impossible(`${what} is under the provider's minimum $10.00`);
      return within(one, { what, amountCents: order.amountCents, action: { kind: 'fund_link' } });
    }
    case 'withdraw':
      return withdraw(one, order);
    case 'charge_amount': {
      const what = `charge ${formatCents(order.amountCents)}`;
      const isPossible =
        order.amountCents >= CHARGE_AMOUNT_MIN_CENTS && order.amountCents <= CHARGE_AMOUNT_MAX_CENTS;
      if (!isPossible) return impossible(`${what}: the provider takes $5.00 to $10,000.00`);
      const card = defaultCard(one);
      if ('kind' in card) return card;
      const action = { kind: 'charge_amount', card: card.id } as const;
      return within(one, { what, amountCents: order.amountCents, action });
    }
    case 'subscribe':
    case 'subscribe_link':
    case 'change_plan':
      return toPlan(one, order);
    case 'fix_payment':
    case 'resume':
    case 'pause':
    case 'reset_cycle':
      return onSubscription(one, order.kind);
  }
}

function fund(one: OrderCase, order: Extract<HandOrder, { kind: 'fund' }>): Decision {
  const what = `fund ${formatCents(order.amountCents)}`;
  if (order.amountCents < TOP_UP_MIN_CENTS) return impossible(`${what}: the provider's minimum is $10.00`);
  const card = cardFor(one, order.card, one.spec.payWith);
  if ('kind' in card) return card;
  const action = { kind: 'fund', card: card.id, coupon: order.coupon } as const;
  return within(one, { what: `${what} with ${nameOf(card)}`, amountCents: order.amountCents, action });
}

function withdraw(one: OrderCase, order: Extract<HandOrder, { kind: 'withdraw' }>): Decision {
  const { look } = one;
  if (look === null) return hold('look_torn', 'no consistent look at balance and ledger yet');
  const { amountCents, keepCents } = order;
  const payoutCents = keepCents === null ? amountCents : least(amountCents, above(look, keepCents));
  const what = `withdraw ${formatCents(payoutCents)}`;
  if (payoutCents <= 0 || microFromCents(payoutCents) > look.balanceMicroUsd) {
    return impossible(`${what}: the wallet holds ${formatMicroUsd(look.balanceMicroUsd)}`);
  }
  if (look.balanceMicroUsd - microFromCents(payoutCents) < microFromCents(floorOf(one))) {
    return impossible(
      `${what}: it would leave less than ${floorWords(one)}, and a card would be charged for it`,
    );
  }
  return byHand(what, cents(0), { kind: 'withdraw', payoutCents });
}

function above({ balanceMicroUsd }: LedgerLook, keepCents: Cents): Cents {
  return cents(Math.max(0, Math.floor((balanceMicroUsd - microFromCents(keepCents)) / 10_000)));
}

function least(one: Cents, other: Cents): Cents {
  return one < other ? one : other;
}

function toPlan(
  one: OrderCase,
  order: Extract<HandOrder, { kind: 'subscribe' | 'subscribe_link' | 'change_plan' }>,
): Decision {
  const { plan, subscription } = one;
  if (plan === null)
    return hold('plan_unknown', "the provider's list has no such plan, or several of that name (use the id)");
  const amountCents = plan.priceCents;
  if (amountCents === null) return hold('price_unknown', `the price of plan ${plan.name} is not known`);
  if (order.kind === 'change_plan') {
    if (subscription === null) return noSubscription;
    if (subscription.planId === plan.id)
      return impossible(`subscription ${subscription.id} is on plan ${plan.name}`);
    if (isAddon(plan) && order.isAddonMeant !== true)
      return impossible(
        `${plan.name} is an addon, which stands beside a plan and is none: choose another plan, or say --addon if it is to take its place`,
      );
    const what = `change subscription ${subscription.id} to ${plan.name}`;
    const card = defaultCard(one);
    if ('kind' in card) return card;
    const action = {
      kind: 'change_plan',
      subscription: subscription.id,
      plan: plan.id,
      card: card.id,
    } as const;
    return within(one, { what, amountCents, action });
  }
  if (subscription !== null && isLive(subscription)) {
    return impossible(`subscription ${subscription.id} is ${subscription.status}; change its plan instead`);
  }
  const what = `subscribe to ${plan.name} for ${formatCents(amountCents)}`;
  if (order.kind === 'subscribe_link')
    return within(one, { what, amountCents, action: { kind: 'subscribe_link', plan: plan.id } });
  const card = cardFor(one, order.card, one.subscriptionPayWith);
  if ('kind' in card) return card;
  const action = { kind: 'subscribe', plan: plan.id, card: card.id } as const;
  return within(one, { what: `${what} with ${nameOf(card)}`, amountCents, action });
}

/** In which statuses each makes sense. */
const STATUSES = {
  fix_payment: ['past_due'],
  resume: ['paused'],
  pause: ['active', 'trialing'],
  reset_cycle: ['active', 'trialing'],
} as const satisfies Record<string, readonly Subscription['status'][]>;

function onSubscription(one: OrderCase, kind: 'fix_payment' | 'resume' | 'pause' | 'reset_cycle'): Decision {
  const { subscription, plan } = one;
  if (subscription === null) return noSubscription;
  const { id, status } = subscription;
  const wanted = STATUSES[kind];
  const what = `${kind.replace('_', ' ')} of subscription ${id}`;
  if (!wanted.some((one) => one === status)) return impossible(`${what}: it is ${status}`);
  if (kind === 'pause') return byHand(what, cents(0), { kind, subscription: id });
  const amountCents = plan?.priceCents ?? null;
  if (amountCents === null) return hold('price_unknown', `${what}: the price of its plan is not known`);
  const card = defaultCard(one);
  if ('kind' in card) return card;
  const action = { kind, subscription: id, card: card.id };
  return within(one, { what, amountCents, action, ...(plan === null ? {} : { pricedBy: plan.id }) });
}

/** The card that was named, if it may be charged now, or the first of the ladder. */
function cardFor(one: OrderCase, id: Card['id'] | null, payWith: readonly PaymentStep[]): Card | Decision {
  const { cards, history, now } = one;
  if (cards === null || history === null)
    return hold('provider_unreachable', 'the provider did not list the saved cards');
  const steps: readonly PaymentStep[] =
    id === null ? payWith.filter((step) => step.kind !== 'human') : [{ kind: 'card', id }];
  const rung = climbLadder(steps.length === 0 ? [{ kind: 'default' }] : steps, cards, history.cards, now);
  switch (rung.kind) {
    case 'card':
      return rung.card;
    case 'wait':
      return hold('cards_waiting', rung.sentence, rung.until);
    case 'human':
      return impossible(rung.sentence);
  }
}

/** What fits the caps is done; its need is that a person asked. */
function within(
  one: { readonly history: ChargeHistory | null },
  means: {
    readonly what: string;
    readonly amountCents: Cents;
    readonly action: ChargeAction;
    readonly pricedBy?: Plan['id'];
  },
): Decision {
  const { what, amountCents, action, ...price } = means;
  return capHold(one.history, amountCents, what) ?? { ...byHand(what, amountCents, action), ...price };
}

function byHand(what: string, amountCents: Cents, action: ChargeAction): Charge {
  return { kind: 'charge', reason: 'by_hand', sentence: `by hand: ${what}`, amountCents, action };
}

/** The card that the provider charges by itself; without it nothing would be known of how often it was tried. */
function defaultCard({ cards }: OrderCase): Card | Decision {
  if (cards === null) return hold('provider_unreachable', 'the provider did not list the saved cards');
  return cards.find((card) => card.isDefault) ?? impossible('no default card is saved');
}

function nameOf({ brand, last4 }: Card): string {
  return `${brand} …${last4}`;
}

function impossible(sentence: string): Decision {
  return hold('not_possible', sentence);
}

const noSubscription = impossible('there is no such subscription');
