import { type Cents, cents, formatCents } from './money.ts';
import type { CapsSpec } from './spec.ts';
import { DAY_MS } from './time.ts';

/** Rolling windows; "month" is 30 days. */
export const CAP_WINDOWS_MS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;

export type CapScope = {
  readonly kind: 'account' | 'group' | 'fleet';
  readonly name: string;
  readonly caps: CapsSpec;
};

/** What is charged or reserved already, in each window; what is in doubt counts as spent. */
export type CapUsage = {
  readonly dayCents: Cents;
  readonly weekCents: Cents;
  readonly monthCents: Cents;
  readonly chargesToday: number;
};

export type CapRefusal = {
  readonly reason: 'cap_per_charge' | 'cap_day' | 'cap_week' | 'cap_month' | 'cap_charges_per_day';
  readonly scope: CapScope['kind'];
  readonly name: string;
  readonly limitCents: Cents | null;
  readonly sentence: string;
};

/** `posted + reserved + new <= cap` for one scope (charging.md, "Caps"); `null` where the charge fits. */
export function capRefusal(scope: CapScope, usage: CapUsage, amountCents: Cents): CapRefusal | null {
  if (amountCents === 0) return null; // a pause costs nothing, however full the caps are
  const { caps } = scope;
  const refuse = (reason: CapRefusal['reason'], limitCents: Cents | null, sentence: string): CapRefusal => ({
    reason,
    scope: scope.kind,
    name: scope.name,
    limitCents,
    sentence: `${scopeWords(scope)}: ${sentence}`,
  });
  if (caps.perChargeCents !== null && amountCents > caps.perChargeCents) {
    const sentence = `${formatCents(amountCents)} is over the per-charge cap ${formatCents(caps.perChargeCents)}`;
    return refuse('cap_per_charge', caps.perChargeCents, sentence);
  }
  const windows = [
    ['cap_day', 'day', caps.dayCents, usage.dayCents],
    ['cap_week', 'week', caps.weekCents, usage.weekCents],
    ['cap_month', 'month', caps.monthCents, usage.monthCents],
  ] as const;
  for (const [reason, window, limitCents, usedCents] of windows) {
    if (limitCents === null || cents(usedCents + amountCents) <= limitCents) continue;
    const used = `${formatCents(usedCents)} of the ${window} cap ${formatCents(limitCents)} is committed`;
    return refuse(reason, limitCents, `${used}; ${formatCents(amountCents)} more does not fit`);
  }
  if (caps.chargesPerDay !== null && usage.chargesToday >= caps.chargesPerDay) {
    const sentence = `${usage.chargesToday} of ${caps.chargesPerDay} charges a day are made`;
    return refuse('cap_charges_per_day', null, sentence);
  }
  return null;
}

/** Whose caps they are: "account render-eu", "group fleet-eu", "the fleet". */
export function scopeWords({ kind, name }: Pick<CapScope, 'kind' | 'name'>): string {
  return kind === 'fleet' ? 'the fleet' : `${kind} ${name}`;
}
