import type { PlanId } from './ids.ts';

/** A plan as a config names it. */
export type PlanName =
  | { readonly kind: 'id'; readonly id: PlanId }
  | { readonly kind: 'name'; readonly name: string };

/** For how long which plan is wanted; the first rule that holds says it. */
export type RuleSpec = { readonly plan: PlanName; readonly when: RuleCondition };

export type RuleCondition =
  | ({ readonly kind: 'window' } & WindowSpec)
  /** Percent of the plan's calls; it holds for the rest of the billing period. */
  | { readonly kind: 'remaining_below'; readonly percent: number }
  /** So many days at the end of the calendar month. */
  | { readonly kind: 'last_days'; readonly days: number };

/** A stretch of time that comes again and again: what a cron expression says, as plain data, and how long it lasts. */
export type WindowSpec = {
  /** As it was written, for people. */
  readonly from: string;
  readonly begins: CronFields;
  /** Elapsed time, also across a change of the clocks. */
  readonly durationMs: number;
};

/** Every field has to match; numbers ascend; Sunday is 0. */
export type CronFields = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
};

export type PauseSpec = {
  /** Paused after nothing was used for so long; `null` never. */
  readonly idleForMs: number | null;
  /** Paused outside; resumed so long before. */
  readonly hours: (WindowSpec & { readonly aheadMs: number }) | null;
};

export function planWords(plan: PlanName): string {
  return plan.kind === 'id' ? plan.id : plan.name;
}
