import { maySpend } from '../config/resolve-subscription.ts';
import { CAP_WINDOWS_MS } from '../domain/caps.ts';
import { type Cents, cents } from '../domain/money.ts';
import type { AccountSpec, CapsSpec, FleetSpec, SubscriptionSpec, WalletSpec } from '../domain/spec.ts';
import { PLAN_CHANGES_PER_DAY } from '../policy/rule-checks.ts';
import { MORE_THAN_LAST, SHORT_COOLDOWN_MS } from '../policy/shortfall.ts';
import { dearestPlan, type PriceList } from './rule-changes.ts';

/** The most that caps and cooldown let purser charge; `null` where nothing bounds it. */
export type WorstCase = { readonly dayCents: Cents | null; readonly monthCents: Cents | null };

/** Of a policy that only looks, tells, or keeps what costs nothing. */
const NOTHING: WorstCase = { dayCents: cents(0), monthCents: cents(0) };

/** `plans` where prices are known: rules change the plan so often at most, to the dearest that they name. */
export function worstCaseOfAccount(account: AccountSpec, plans: PriceList | null = null): WorstCase {
  const { caps, wallet, subscription } = account.policy;
  const hasRules = (subscription?.rules.length ?? 0) > 0;
  const isChargedAnyTime = subscription !== null && isChargedAtAnyTime(subscription);
  if (wallet === null && !hasRules && !isChargedAnyTime) return NOTHING;
  // Else a subscription is charged at its plan's price, which only the per-charge cap bounds, and has no cooldown.
  const isPaced = !isChargedAnyTime;
  const topUp = wallet === null ? 0 : wallet.topUp.kind === 'amount' ? wallet.topUp.amountCents : null;
  const topUps = wallet === null ? 0 : wallet.cooldownMs === 0 ? null : topUpsWithinDay(wallet);
  const price = hasRules && subscription !== null ? dearestPlan(subscription, plans) : 0;
  const largest = topUp === null || price === null || !isPaced ? null : Math.max(topUp, price);
  const often = topUps === null || !isPaced ? null : topUps + (hasRules ? PLAN_CHANGES_PER_DAY : 0);
  const perCharge = least([caps.perChargeCents, largest]);
  const perDay = least([caps.chargesPerDay, often]);
  return bound(caps, perCharge === null || perDay === null ? null : perCharge * perDay);
}

/** Beside what rules do in their time. */
function isChargedAtAnyTime(subscription: SubscriptionSpec): boolean {
  return subscription.pause !== null || maySpend({ ...subscription, rules: [] });
}

/** The same within the caps that an account shares with its group and the fleet. */
export function worstCaseInFleet(
  spec: FleetSpec,
  account: AccountSpec,
  plans: PriceList | null = null,
): WorstCase {
  const group = account.group === null ? undefined : spec.groups.get(account.group);
  const own = within(worstCaseOfAccount(account, plans), bound(spec.caps, null));
  return group === undefined ? own : within(own, bound(group, null));
}

/** Over all accounts, within the caps of their groups and of the fleet. */
export function worstCaseOfFleet(spec: FleetSpec, plans: PriceList | null = null): WorstCase {
  const groups = Map.groupBy(spec.accounts.values(), (account) => account.group);
  const parts = Array.from(groups, ([group, members]) => {
    const sum = addUp(members.map((account) => worstCaseOfAccount(account, plans)));
    const caps = group === null ? undefined : spec.groups.get(group);
    return caps === undefined ? sum : within(sum, bound(caps, null));
  });
  return within(addUp(parts), bound(spec.caps, null));
}

function bound(caps: CapsSpec, pacedDay: number | null): WorstCase {
  const day = least([caps.dayCents, caps.weekCents, caps.monthCents, pacedDay]);
  const days = CAP_WINDOWS_MS.month / CAP_WINDOWS_MS.day;
  const weeks = Math.ceil(CAP_WINDOWS_MS.month / CAP_WINDOWS_MS.week);
  const month = least([
    caps.monthCents,
    caps.weekCents === null ? null : caps.weekCents * weeks,
    day === null ? null : day * days,
  ]);
  return { dayCents: day === null ? null : cents(day), monthCents: month === null ? null : cents(month) };
}

/** Those of a runway that wait for no cooldown are each so much larger than the one before: they sum up to a few of the largest. */
function topUpsWithinDay({ cooldownMs, topUp }: WalletSpec): number {
  const hasRests = topUp.kind === 'runway' && cooldownMs <= SHORT_COOLDOWN_MS;
  const inARow = hasRests ? MORE_THAN_LAST / (MORE_THAN_LAST - 1) : 1;
  return (Math.floor(CAP_WINDOWS_MS.day / cooldownMs) + 1) * inARow;
}

function within(one: WorstCase, other: WorstCase): WorstCase {
  const day = least([one.dayCents, other.dayCents]);
  const month = least([one.monthCents, other.monthCents]);
  return { dayCents: day === null ? null : cents(day), monthCents: month === null ? null : cents(month) };
}

function addUp(parts: readonly WorstCase[]): WorstCase {
  const sum = (pick: (part: WorstCase) => Cents | null): Cents | null =>
    parts.reduce<Cents | null>((total, part) => {
      const value = pick(part);
      return total === null || value === null ? null : cents(total + value);
    }, cents(0));
  return { dayCents: sum((part) => part.dayCents), monthCents: sum((part) => part.monthCents) };
}

function least(bounds: readonly (number | null)[]): number | null {
  const known = bounds.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}
