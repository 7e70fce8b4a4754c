import { CAP_WINDOWS_MS } from '../domain/caps.ts';
import { type Cents, cents, formatCents } from '../domain/money.ts';
import type { Plan } from '../domain/observation.ts';
import type { AccountSpec, FleetSpec, SubscriptionSpec } from '../domain/spec.ts';
import type { PlanName, RuleSpec } from '../domain/subscription-rules.ts';
import type { EpochMs } from '../domain/time.ts';
import { beginsWithin } from '../domain/windows.ts';
import { PLAN_CHANGES_PER_DAY } from '../policy/rule-checks.ts';
import { planNamed } from '../policy/subscription-plan.ts';

/** Prices, where they are known. */
export type PriceList = readonly Pick<Plan, 'id' | 'name' | 'priceCents'>[];

const MONTH_MS = CAP_WINDOWS_MS.month;
const CHANGES_MAX = (MONTH_MS / CAP_WINDOWS_MS.day) * PLAN_CHANGES_PER_DAY;

/** What each policy's rules can do in 30 days, as a note for people. Every change counts the full price of its plan. */
export function ruleNotes(spec: FleetSpec, plans: PriceList | null, now: EpochMs): readonly string[] {
  const accounts = new Map(Array.from(spec.accounts.values(), (account) => [account.policy.name, account]));
  return [...accounts.values()].flatMap((account) => {
    const { subscription, name } = account.policy;
    if (subscription === null || subscription.rules.length === 0) return [];
    const { count, priceCents } = ruleChanges(account, subscription, { plans, now });
    const price =
      priceCents === null
        ? 'at the full price of each plan'
        : `at most ${formatCents(priceCents)} per account`;
    return [
      `policies.${name}.subscription.rules: up to ${count} plan changes in 30 days, counted ${price}; caps bound it.`,
    ];
  });
}

/** The dearest plan that the rules may reach; `null` where a price is not known. */
export function dearestPlan(spec: SubscriptionSpec, plans: PriceList | null): Cents | null {
  return dearest([...(spec.plan === null ? [] : [spec.plan]), ...spec.rules.map(({ plan }) => plan)], plans);
}

function ruleChanges(
  account: AccountSpec,
  spec: SubscriptionSpec,
  { plans, now }: { readonly plans: PriceList | null; readonly now: EpochMs },
): { readonly count: number; readonly priceCents: Cents | null } {
  let count = 0;
  let priceCents: Cents | null = cents(0);
  for (const rule of spec.rules) {
    const times = timesInMonth(rule, account.timezone, now);
    const others = [...(spec.plan === null ? [] : [spec.plan]), ...spec.rules.map(({ plan }) => plan)];
    const there = dearest([rule.plan], plans);
    const back = dearest(
      others.filter((plan) => plan !== rule.plan),
      plans,
    );
    count += 2 * times;
    priceCents =
      priceCents === null || there === null || back === null
        ? null
        : cents(priceCents + times * (there + back));
  }
  return { count: Math.min(count, CHANGES_MAX), priceCents };
}

function timesInMonth({ when }: RuleSpec, zone: string, now: EpochMs): number {
  if (when.kind !== 'window') return 1;
  return beginsWithin(when, zone, { from: now, durationMs: MONTH_MS, max: CHANGES_MAX }).length;
}

function dearest(names: readonly PlanName[], plans: PriceList | null): Cents | null {
  let most: Cents | null = cents(0);
  for (const name of names) {
    const price: Cents | null = planNamed(name, plans)?.priceCents ?? null;
    most = most === null || price === null ? null : cents(Math.max(most, price));
  }
  return most;
}
