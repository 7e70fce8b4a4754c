import { type Cents, formatCents } from '../domain/money.ts';
import type { CapsSpec } from '../domain/spec.ts';
import { capsSchema } from './caps-schema.ts';
import type { Problems } from './config-problem.ts';
import { parseKeys } from './parse-spot.ts';
import { readAmount } from './read-amount.ts';
import { placeOf } from './source-file.ts';
import { type Spot, spotAt } from './spot.ts';

export const NO_CAPS: CapsSpec = {
  perChargeCents: null,
  dayCents: null,
  weekCents: null,
  monthCents: null,
  chargesPerDay: null,
};

/** From the narrowest to the widest; each must hold the one before it. */
export const CAP_WINDOWS = ['per_charge', 'day', 'week', 'month'] as const;
export type CapWindow = (typeof CAP_WINDOWS)[number];

const schema = capsSchema('');

/** `caps:` at a spot, `NO_CAPS` where there are none, `null` after reporting. */
export function resolveCaps(spot: Spot, problems: Problems): CapsSpec | null {
  if (spot.node === null) return NO_CAPS;
  const parsed = parseKeys(schema, spot, problems);
  if (parsed === null) return null;
  const caps: CapsSpec = {
    perChargeCents: readAmount(spot, 'per_charge', problems),
    dayCents: readAmount(spot, 'day', problems),
    weekCents: readAmount(spot, 'week', problems),
    monthCents: readAmount(spot, 'month', problems),
    chargesPerDay: parsed.charges_per_day ?? null,
  };
  reportContradictions(spot, caps, problems);
  return caps;
}

export function capOf(caps: CapsSpec, window: CapWindow): Cents | null {
  switch (window) {
    case 'per_charge':
      return caps.perChargeCents;
    case 'day':
      return caps.dayCents;
    case 'week':
      return caps.weekCents;
    case 'month':
      return caps.monthCents;
  }
}

/** A cap that a wider one never lets be reached is a slip: one of the two amounts is not what was meant. */
function reportContradictions(spot: Spot, caps: CapsSpec, problems: Problems): void {
  let narrower: CapWindow | null = null;
  for (const window of CAP_WINDOWS) {
    const wide = capOf(caps, window);
    if (wide === null) continue;
    const narrow = narrower === null ? null : capOf(caps, narrower);
    if (narrower !== null && narrow !== null && narrow > wide) {
      const { file, line, column } = placeOf(spotAt(spot, window).anchor);
      const message = `${narrower} ${formatCents(narrow)} is above ${window} ${formatCents(wide)} (${file}:${line}:${column})`;
      problems.error(spotAt(spot, narrower), message, 'contradictory amounts: change one of them');
    }
    narrower = window;
  }
}
