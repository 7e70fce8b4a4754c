import type { CapScope, CapUsage } from '../../src/domain/caps.ts';
import { cents } from '../../src/domain/money.ts';
import type { CapsSpec } from '../../src/domain/spec.ts';

/** Caps in dollars; what is not named is no cap. */
export function someCaps(
  dollars: Partial<Record<'perCharge' | 'day' | 'week' | 'month' | 'chargesPerDay', number>> = {},
): CapsSpec {
  const inCents = (amount: number | undefined) =>
    amount === undefined ? null : cents(Math.round(amount * 100));
  return {
    perChargeCents: inCents(dollars.perCharge),
    dayCents: inCents(dollars.day),
    weekCents: inCents(dollars.week),
    monthCents: inCents(dollars.month),
    chargesPerDay: dollars.chargesPerDay ?? null,
  };
}

export function aScope(caps: Parameters<typeof someCaps>[0], kind: CapScope['kind'] = 'account'): CapScope {
  return { kind, name: kind === 'fleet' ? 'fleet' : `some-${kind}`, caps: someCaps(caps) };
}

/** Dollars charged or reserved in each window, and how many charges today. */
export function someUsage(
  used: { day?: number; week?: number; month?: number; charges?: number } = {},
): CapUsage {
  const inCents = (amount: number) => cents(Math.round(amount * 100));
  return {
    dayCents: inCents(used.day ?? 0),
    weekCents: inCents(used.week ?? used.day ?? 0),
    monthCents: inCents(used.month ?? used.week ?? used.day ?? 0),
    chargesToday: used.charges ?? 0,
  };
}
