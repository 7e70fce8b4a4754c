import type { Plan } from '../domain/observation.ts';
import type { FleetSpec, SubscriptionSpec } from '../domain/spec.ts';
import { planNamed } from '../policy/subscription-plan.ts';

export type UnknownPlan = {
  /** Below `policies.NAME.subscription`. */
  readonly path: readonly (string | number)[];
  readonly policy: string;
  readonly message: string;
  readonly mend: string;
};

/** Policies that declare a plan which the provider does not list. */
export function unknownPlans(
  spec: FleetSpec,
  plans: readonly Pick<Plan, 'id' | 'name'>[],
): readonly UnknownPlan[] {
  const policies = new Map(
    Array.from(spec.accounts.values(), ({ policy }) => [policy.name, policy] as const),
  );
  return [...policies.values()].flatMap((policy) => {
    return plansIn(policy.subscription).flatMap(({ path, plan: wanted }) => {
      if (planNamed(wanted, plans) !== null) return [];
      const shown = wanted.kind === 'id' ? wanted.id : `"${wanted.name}"`;
      const mend = `the plans are ${plans.map((plan) => `${plan.name} (${plan.id})`).join(', ')}`;
      return [{ path, policy: policy.name, message: `the provider has no plan ${shown}`, mend }];
    });
  });
}

/** Every plan that a policy names, and where. */
function plansIn(subscription: SubscriptionSpec | null) {
  const rules =
    subscription?.rules.map(({ plan }, index) => ({ path: ['rules', index, 'plan'], plan })) ?? [];
  const plan = subscription?.plan ?? null;
  return plan === null ? rules : [{ path: ['plan'], plan }, ...rules];
}
