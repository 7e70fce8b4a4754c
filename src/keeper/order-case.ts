import { periodAnchor } from '../charge/period-anchor.ts';
import { capScopes } from '../domain/cap-scopes.ts';
import type { HandOrder, PlanWish } from '../domain/hand-order.ts';
import type { Standing } from '../domain/history.ts';
import { anchorOf } from '../domain/ledger.ts';
import { cents } from '../domain/money.ts';
import type { Plan, Subscription } from '../domain/observation.ts';
import type { AccountSpec, WalletSpec } from '../domain/spec.ts';
import type { OrderCase } from '../policy/decide-order.ts';
import { cardIdentity } from '../policy/ladder.ts';
import { isLive, lastEnded, onlyOne, withoutAddons } from '../policy/subscription-plan.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { Need } from './arm-charge.ts';
import { clockSkewMs, type KeeperContext, moneyNow } from './context.ts';
import { confirmIdentity } from './identity.ts';
import { hasFallenLately } from './low-watch.ts';
import type { Sight } from './observe.ts';

/** For an account whose policy keeps hands off the wallet: nothing is low, and the default card pays. */
const NO_POLICY: WalletSpec = {
  minBalanceCents: cents(0),
  topUp: { kind: 'amount', amountCents: cents(1_000) },
  cooldownMs: 0,
  payWith: [{ kind: 'default' }],
  foreignCredits: 'alert',
  linksPerDay: 1,
  autoFunding: { kind: 'leave' },
  maxBalanceCents: null,
  coupons: [],
};

/** What an order is about at the provider. */
export type Target = { readonly subscription: Subscription | null; readonly plan: Plan | null };

type Question = {
  readonly order: Exclude<HandOrder, { kind: 'ensure' }>;
  readonly target: Target;
  readonly sight: Sight;
};

/** The subscription and the plan that an order is about; `null` where the provider did not list them. */
export async function targetOf(
  context: KeeperContext,
  order: HandOrder,
  sight: Sight,
): Promise<Target | null> {
  if (!('subscription' in order || 'plan' in order)) return { subscription: null, plan: null };
  const list = sight.subscriptions;
  const plans = await context.plans.read(sight.caller);
  if (list === null || plans === null) return null; // unknown is not none
  const id = 'subscription' in order ? order.subscription : null;
  const named = id === null ? null : (list.find((one) => one.id === id) ?? null);
  const isNew = order.kind === 'subscribe' || order.kind === 'subscribe_link';
  // Without a name it is the only one there is, or of a new one, whichever runs.
  const wish = 'plan' in order ? order.plan : null;
  const wished = wish === null ? null : onlyOne(plans.filter((plan) => isWished(plan, wish)));
  const running = withoutAddons(list, plans, ({ planId }) => planId === wished?.id).find(isLive) ?? null;
  const subscription = isNew ? running : id === null ? onlyOne(list) : named;
  const own = plans.find((plan) => plan.id === subscription?.planId) ?? null;
  return { subscription, plan: wish === null ? own : wished };
}

function isWished(plan: Plan, wish: PlanWish): boolean {
  return wish.kind === 'id' ? plan.id === wish.id : plan.name.toLowerCase() === wish.name.toLowerCase();
}

/** `null` where who it is, or the anchor, could not be read. */
export async function readOrderNeed(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { order, target, sight }: Question,
): Promise<Need | null> {
  const who = await confirmIdentity(context, account, runtime, sight);
  const anchor = await anchorFor(context, account, { order, target, sight });
  if (who.kind !== 'same' || anchor === null) return null;
  const { identity } = who;
  const history = await context.journal.history({
    account: account.name,
    identity,
    kind: order.kind,
    anchor,
    cardIdentities: (sight.cards ?? []).map(cardIdentity),
    scopes: capScopes(context.spec(), account),
    listed: (sight.subscriptions ?? []).map(({ id }) => id),
    now: moneyNow(context),
  });
  return { identity, anchor, history };
}

/** What the key hangs on: the same as for the policy's own charges; where the provider shows nothing, our own last one. */
async function anchorFor(
  context: KeeperContext,
  account: AccountSpec,
  { order, target, sight }: Question,
): Promise<string | null> {
  switch (order.kind) {
    case 'fund':
    case 'fund_link':
      return sight.look === null ? null : anchorOf(sight.look).id;
    case 'withdraw':
    case 'charge_amount': {
      const [last] = await context.journal.intents({
        account: account.name,
        kinds: [order.kind],
        states: ['settled'],
        limit: 1,
      });
      return `after/${last?.id ?? 'none'}`;
    }
    case 'subscribe':
    case 'subscribe_link': {
      const ended = lastEnded(sight.subscriptions ?? []);
      return `${periodAnchor(ended)}/${target.plan?.id ?? 'none'}`;
    }
    case 'change_plan':
      return `${periodAnchor(target.subscription)}/${target.plan?.id ?? 'none'}`;
    case 'fix_payment':
    case 'resume':
    case 'pause':
    case 'reset_cycle':
      return periodAnchor(target.subscription);
  }
}

export function orderCase(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  one: Question & { readonly standing: Standing; readonly history: Need['history'] },
): OrderCase {
  const { sight, standing, order, target, history } = one;
  const now = moneyNow(context);
  return {
    spec: account.policy.wallet ?? NO_POLICY,
    ensured: runtime.desk.ensured(),
    standing,
    now,
    balanceMicroUsd: sight.look?.balanceMicroUsd ?? sight.balanceMicroUsd,
    burnPerSecond: null,
    burnKnownAt: null,
    clockSkewMs: clockSkewMs(context),
    look: sight.look,
    isLookConsistent: sight.isLookConsistent && !hasFallenLately(runtime, now),
    unsoundForMs: 0,
    lookAgainAt: sight.lookAgainAt,
    cards: sight.cards,
    history,
    linkHistory: null,
    order,
    ...target,
    subscriptionPayWith: account.policy.subscription?.payWith ?? NO_POLICY.payWith,
    guard: account.policy.subscription,
    wanted: sight.ruling?.wanted ?? null,
  };
}
