import type { Plan } from '../domain/observation.ts';
import type { FleetSpec } from '../domain/spec.ts';

export type UnknownPlan = { readonly policy: string; readonly message: string; readonly mend: string };

/** Policies that declare a plan which the provider does not list. */
export function unknownPlans(
  spec: FleetSpec,
  plans: readonly Pick<Plan, 'id' | 'name'>[],
): readonly UnknownPlan[] {
  const policies = new Map(
    Array.from(spec.accounts.values(), ({ policy }) => [policy.name, policy] as const),
  );
  return [...policies.values()].flatMap((policy) => {
    const wanted = policy.subscription?.plan ?? null;
    if (wanted === null) return [];
    const isKnown = plans.some((plan) =>
      wanted.kind === 'id' ? plan.id === wanted.id : plan.name.toLowerCase() === wanted.name.toLowerCase(),
    );
    if (isKnown) return [];
    const shown = wanted.kind === 'id' ? wanted.id : `"${wanted.name}"`;
    const mend = `the plans are ${plans.map((plan) => `${plan.name} (${plan.id})`).join(', ')}`;
    return [{ policy: policy.name, message: `the provider has no plan ${shown}`, mend }];
  });
}
