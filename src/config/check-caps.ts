import { TOP_UP_MIN_CENTS } from '../contract/limits.ts';
import { unreachable } from '../domain/assert.ts';
import { type Cents, cents, formatCents } from '../domain/money.ts';
import type { AccountSpec, CapsSpec, FleetSpec, PolicySpec, WalletSpec } from '../domain/spec.ts';
import type { Problems } from './config-problem.ts';
import { CAP_WINDOWS, capOf } from './resolve-caps.ts';
import type { Groups } from './resolve-groups.ts';
import type { Policies } from './resolve-policies.ts';
import { maySpend } from './resolve-subscription.ts';
import { placeOf } from './source-file.ts';
import { type Spot, spotAt } from './spot.ts';

export type CapsCheck = {
  readonly mode: FleetSpec['mode'];
  readonly policies: Policies;
  readonly groups: Groups;
  readonly fleet: { readonly spot: Spot; readonly caps: CapsSpec };
  readonly accounts: Iterable<AccountSpec>;
};

/** Amounts that could never be charged, and money that nothing limits. Each policy is reported once per limit. */
export function checkCaps(check: CapsCheck, problems: Problems): void {
  for (const { spot, policy } of check.policies.values()) {
    if (policy === null) continue;
    reportTooLarge(spot, policy, { spot: spotAt(spot, 'caps'), caps: policy.caps }, problems);
    reportTooLarge(spot, policy, check.fleet, problems);
  }
  const seen = new Set<string>();
  for (const { policy, group } of check.accounts) {
    const pair = `${policy.name} ${group ?? ''}`;
    if (seen.has(pair)) continue;
    seen.add(pair);
    const spot = check.policies.get(policy.name)?.spot;
    const limits = group === null ? undefined : check.groups.get(group);
    if (spot === undefined) continue;
    if (limits !== undefined) {
      reportTooLarge(spot, policy, { spot: spotAt(limits.spot, 'caps'), caps: limits.caps }, problems);
    }
    const all = [policy.caps, check.fleet.caps, ...(limits === undefined ? [] : [limits.caps])];
    if (!all.some(limitsSpending)) reportUnlimited(spot, policy, check.mode, problems);
  }
}

type Limits = { readonly spot: Spot; readonly caps: CapsSpec };

function reportTooLarge(policySpot: Spot, policy: PolicySpec, limits: Limits, problems: Problems): void {
  if (policy.wallet === null) return;
  const { key, leastCents } = leastCharge(policy.wallet);
  for (const window of CAP_WINDOWS) {
    const cap = capOf(limits.caps, window);
    if (cap === null || cap >= leastCents) continue;
    const capSpot = spotAt(limits.spot, window);
    const { file, line, column } = placeOf(capSpot.anchor);
    const message = `a top-up of ${formatCents(leastCents)} is above ${capSpot.path.join('.')} ${formatCents(cap)} (${file}:${line}:${column})`;
    problems.error(spotAt(policySpot, 'wallet', 'top_up', key), message, 'raise the cap or lower the top-up');
  }
}

/** The smallest charge that a top-up can make: a balance below the minimum needs more than target - minimum. */
function leastCharge({ topUp, minBalanceCents }: WalletSpec): { key: string; leastCents: Cents } {
  switch (topUp.kind) {
    case 'amount':
      return { key: 'amount', leastCents: topUp.amountCents };
    case 'to':
      return {
        key: 'to',
        leastCents: cents(Math.max(TOP_UP_MIN_CENTS, topUp.targetCents - minBalanceCents)),
      };
    case 'runway':
      return { key: 'minimum', leastCents: topUp.minimumCents };
    default:
      return unreachable(topUp);
  }
}

function limitsSpending(caps: CapsSpec): boolean {
  return caps.dayCents !== null || caps.weekCents !== null || caps.monthCents !== null;
}

/** Money moves only within limits that someone wrote down. */
function reportUnlimited(spot: Spot, policy: PolicySpec, mode: FleetSpec['mode'], problems: Problems): void {
  const spends = policy.wallet !== null || (policy.subscription !== null && maySpend(policy.subscription));
  if (!spends) return;
  const message = 'nothing limits what this policy may charge by day, week or month';
  const mend = 'add "caps: { day: 200, month: 1500 }" here, to the group, or at top level';
  if (mode === 'enforce') problems.error(spot, message, mend);
  else problems.warn(spot, `${message}; mode enforce will refuse it`, mend);
}
