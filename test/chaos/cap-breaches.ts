import type { Charge } from './sandbox-process.ts';
import type { Caps } from './write-config.ts';

const HOUR_MS = 3_600_000;
const WINDOWS = { day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS } as const;

export type Scope = { readonly name: string; readonly caps: Caps; readonly accounts: ReadonlySet<string> };

/** Rolling windows over the processor's own record, worked out without the journal: where any cap was passed (I2). */
export function capBreaches(charges: readonly Charge[], scopes: readonly Scope[]): readonly string[] {
  return scopes.flatMap(({ name, caps, accounts }) => {
    const own = charges
      .filter(({ account, key }) => key !== null && accounts.has(account))
      .toSorted((a, b) => a.at - b.at);
    const perCharge = own
      .filter(({ amount_cents }) => caps.per_charge !== undefined && amount_cents > caps.per_charge * 100)
      .map(({ amount_cents }) => `${name}: a charge of ${amount_cents} cents, cap $${caps.per_charge}`);
    const windows = (['day', 'week', 'month'] as const).flatMap((window) => {
      const cap = caps[window];
      const most = mostWithin(own, WINDOWS[window], ({ amount_cents }) => amount_cents);
      return cap === undefined || most <= cap * 100
        ? []
        : [`${name}: ${most} cents in a ${window}, cap $${cap}`];
    });
    const count = mostWithin(own, WINDOWS.day, () => 1);
    const { charges_per_day: countMax } = caps;
    const counts =
      countMax === undefined || count <= countMax ? [] : [`${name}: ${count} charges, cap ${countMax}`];
    return [...perCharge, ...windows, ...counts];
  });
}

function mostWithin(
  charges: readonly Charge[],
  windowMs: number,
  weight: (charge: Charge) => number,
): number {
  let first = 0;
  let sum = 0;
  let most = 0;
  for (const charge of charges) {
    sum += weight(charge);
    for (
      let oldest = charges[first];
      oldest !== undefined && oldest.at <= charge.at - windowMs;
      oldest = charges[first]
    ) {
      sum -= weight(oldest);
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}
