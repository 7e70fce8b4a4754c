import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cents, microUsd } from '../../src/domain/money.ts';
import type { TopUpSpec } from '../../src/domain/spec.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import { topUpCents } from '../../src/policy/top-up.ts';

const amount: TopUpSpec = { kind: 'amount', amountCents: cents(5_000) };
const to: TopUpSpec = { kind: 'to', targetCents: cents(10_000) };
const runway: TopUpSpec = { kind: 'runway', runwayMs: 48 * HOUR_MS, minimumCents: cents(1_500) };

function topUp(spec: TopUpSpec, now: { balance: number; burnPerHour?: number; perCharge?: number }): number {
  return topUpCents(spec, {
    balanceMicroUsd: microUsd(Math.round(now.balance * 1_000_000)),
    burnPerSecond: now.burnPerHour === undefined ? null : (now.burnPerHour * 1_000_000) / 3_600,
    perChargeCents: now.perCharge === undefined ? null : cents(now.perCharge * 100),
  });
}

test.each<[string, TopUpSpec, Parameters<typeof topUp>[1], number]>([
  ['a fixed amount is what is written', amount, { balance: 3.1 }, 5_000],
  ['a fixed amount is not made smaller to fit a cap', amount, { balance: 3.1, perCharge: 40 }, 5_000],
  ['to a target: what is missing', to, { balance: 5 }, 9_500],
  ['to a target: a fraction of a cent is rounded up, so that the target is reached', to, { balance: 3.104999 }, 9_690],
  ['to a target: at least the $10 that the provider takes', to, { balance: 99 }, 1_000],
  ['to a target: a debt is missing too', to, { balance: -25 }, 12_500],
  ['to a target: never over the per-charge cap', to, { balance: 5, perCharge: 40 }, 4_000],
  ['to a target: under a cap below $10 the provider still wants $10, and the cap refuses it', to, { balance: 5, perCharge: 8 }, 1_000],
  ['for a runway: 48 h at $2 an hour, less what is there', runway, { balance: 6, burnPerHour: 2 }, 9_000],
  ['for a runway: nothing is burnt, so the minimum', runway, { balance: 6, burnPerHour: 0 }, 1_500],
  ['for a runway: the burn is not known yet, so the minimum', runway, { balance: 6 }, 1_500],
  ['for a runway: at least the provider’s $10', { ...runway, minimumCents: cents(200) }, { balance: 6 }, 1_000],
  ['for a runway: never over the per-charge cap', runway, { balance: 6, burnPerHour: 2, perCharge: 60 }, 6_000],
  ['for a runway: a part of a cent per second counts', runway, { balance: 0, burnPerHour: 0.5000001 }, 2_401],
])('%s', (_sentence, spec, now, expected) => {
  expect(topUp(spec, now)).toBe(expected);
}); // biome-ignore format: a table

test('a balance that jumped makes a wild burn, and the amount stays within reason', () => {
  expect(topUp(runway, { balance: 0.00001, burnPerHour: 1e11 })).toBeLessThanOrEqual(100_000_100);
  expect(topUp(runway, { balance: 0.00001, burnPerHour: 1e11, perCharge: 100 })).toBe(10_000);
});

test('an amount that is worked out reaches its target, is worth charging, and keeps the per-charge cap', () => {
  const balance = fc.integer({ min: -1_000_000_000, max: 999_000_000_000 }).map((value) => microUsd(value));
  const cap = fc.option(fc.integer({ min: 0, max: 100_000_000 }).map((value) => cents(value)));
  const target = fc.integer({ min: 0, max: 100_000_000 });
  const burn = fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }));
  fc.assert(
    fc.property(fc.boolean(), target, balance, cap, burn, (isTarget, value, balanceMicroUsd, perChargeCents, burnPerSecond) => {
      const spec: TopUpSpec = isTarget
        ? { kind: 'to', targetCents: cents(value) }
        : { kind: 'runway', runwayMs: value * 100, minimumCents: cents(1_500) };
      const charged = topUpCents(spec, { balanceMicroUsd, burnPerSecond, perChargeCents });
      expect(Number.isSafeInteger(charged)).toBe(true);
      expect(charged).toBeGreaterThanOrEqual(1_000);
      if (perChargeCents !== null) expect(charged).toBeLessThanOrEqual(Math.max(1_000, perChargeCents));
      const after = balanceMicroUsd + charged * 10_000;
      const isCapped = perChargeCents !== null && charged >= perChargeCents;
      if (isTarget && !isCapped) expect(after).toBeGreaterThanOrEqual(value * 10_000);
      if (isTarget && charged > 1_000) expect(after).toBeLessThan((value + 1) * 10_000);
    }),
    { numRuns: 2_000 },
  );
}); // biome-ignore format: one check a line
