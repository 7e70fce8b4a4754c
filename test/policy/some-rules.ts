import type { PlanName, RuleCondition, RuleSpec, WindowSpec } from '../../src/domain/subscription-rules.ts';
import { type EpochMs, epochMs, HOUR_MS } from '../../src/domain/time.ts';
import type { UsageFacts } from '../../src/policy/wanted-subscription.ts';

export const at = (text: string): EpochMs => epochMs(Date.parse(text));

export const plan = (name: string): PlanName => ({ kind: 'name', name });

export const rule = (name: string, when: RuleCondition): RuleSpec => ({ plan: plan(name), when });

/** Every day from that hour, or on those weekdays only. */
export function daily(hour: number, hours: number, weekdays = [0, 1, 2, 3, 4, 5, 6]): WindowSpec {
  const to = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
  const begins = { minutes: [0], hours: [hour], daysOfMonth: to(31), months: to(12), weekdays };
  return { from: `0 ${hour} * * *`, begins, durationMs: hours * HOUR_MS };
}

export const window = (hour: number, hours: number, weekdays?: number[]): RuleCondition => ({
  kind: 'window',
  ...daily(hour, hours, weekdays),
});

/** Nothing is known but the clock. */
export function someFacts(changes: Partial<UsageFacts> = {}): UsageFacts {
  return {
    lows: new Map(),
    unknownBecause: 'nobody asked',
    lastUsed: { at: null },
    awakeSince: epochMs(0),
    ...changes,
  };
}
