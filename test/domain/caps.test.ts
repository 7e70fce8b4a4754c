import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capScopes } from '../../src/domain/cap-scopes.ts';
import { CAP_WINDOWS_MS, capRefusal } from '../../src/domain/caps.ts';
import { type AccountName, type GroupName, parseName } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import type { AccountSpec, CapsSpec, FleetSpec } from '../../src/domain/spec.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { aScope, someCaps, someUsage } from './some-caps.ts';

type Caps = Parameters<typeof someCaps>[0];
type Used = Parameters<typeof someUsage>[0];

test.each<[string, Caps, Used, number]>([
  ['no cap is no limit', {}, { day: 9_999, charges: 99 }, 99_999],
  ['exactly the per-charge cap', { perCharge: 100 }, {}, 100],
  ['posted and reserved and new is exactly the day cap', { day: 200 }, { day: 150 }, 50],
  ['exactly the week cap', { week: 200 }, { week: 150 }, 50],
  ['exactly the month cap', { month: 1_500 }, { month: 1_450 }, 50],
  ['a full day does not fill the week', { week: 200 }, { day: 100, week: 100, month: 9_999 }, 100],
  ['the last charge of the day', { chargesPerDay: 5 }, { charges: 4 }, 50],
  ['a call that charges nothing is no charge', { chargesPerDay: 5 }, { charges: 5 }, 0],
  ['a pause, whatever is full', { perCharge: 0, day: 200, week: 200, month: 200, chargesPerDay: 0 }, { day: 300, week: 300, month: 300, charges: 9 }, 0],
])('fits: %s', (_sentence, caps, used, amount) => {
  expect(capRefusal(aScope(caps), someUsage(used), cents(amount * 100))).toBeNull();
}); // biome-ignore format: a table

test.each<[string, Caps, Used, number, string, string]>([
  ['a cent over the per-charge cap', { perCharge: 100 }, {}, 100.01, 'cap_per_charge', '$100.01 is over the per-charge cap $100.00'],
  ['a cent over the day cap', { day: 200 }, { day: 150.01 }, 50, 'cap_day', '$150.01 of the day cap $200.00 is committed; $50.00 more does not fit'],
  ['a cent over the week cap', { week: 200 }, { week: 150.01 }, 50, 'cap_week', '$150.01 of the week cap $200.00 is committed; $50.00 more does not fit'],
  ['a cent over the month cap', { month: 200 }, { month: 150 }, 50.01, 'cap_month', '$150.00 of the month cap $200.00 is committed; $50.01 more does not fit'],
  ['a cap of nothing', { day: 0 }, {}, 0.01, 'cap_day', '$0.00 of the day cap $0.00 is committed; $0.01 more does not fit'],
  ['one charge too many', { chargesPerDay: 5 }, { charges: 5 }, 50, 'cap_charges_per_day', '5 of 5 charges a day are made'],
  ['no charges at all', { chargesPerDay: 0 }, {}, 50, 'cap_charges_per_day', '0 of 0 charges a day are made'],
  ['the narrowest cap speaks first', { perCharge: 40, day: 40, chargesPerDay: 0 }, {}, 50, 'cap_per_charge', '$50.00 is over the per-charge cap $40.00'],
])('does not fit: %s', (_sentence, caps, used, amount, reason, sentence) => {
  const refusal = capRefusal(aScope(caps, 'group'), someUsage(used), cents(Math.round(amount * 100)));
  expect(refusal).toMatchObject({ reason, scope: 'group', name: 'some-group' });
  expect(refusal?.sentence).toBe(`group some-group: ${sentence}`);
}); // biome-ignore format: a table

test('a refusal by the fleet names it once', () => {
  const fleet = { ...aScope({ day: 40 }), kind: 'fleet', name: 'fleet' } as const;
  expect(capRefusal(fleet, someUsage({}), cents(5_000))?.sentence).toMatch(
    /^the fleet: \$0\.00 of the day cap/,
  );
});

test('a refusal names the cap that was reached', () => {
  const limit = (caps: Caps) => capRefusal(aScope(caps), someUsage({ charges: 1 }), cents(9_000))?.limitCents;
  expect(limit({ day: 80 })).toBe(8_000);
  expect(limit({ perCharge: 70 })).toBe(7_000);
  expect(limit({ chargesPerDay: 1 })).toBeNull();
});

/** Charges at random instants over sixty days, each asked of the caps with what was admitted before it. */
const wishes = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 60 * DAY_MS }),
    amountCents: fc.integer({ min: 1, max: 12_000 }),
  }),
  { minLength: 1, maxLength: 60 },
);
const dollars = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });
const anyCaps = fc
  .record({ perCharge: dollars, day: dollars, week: dollars, month: dollars, chargesPerDay: fc.option(fc.nat(4), { nil: undefined }) })
  .map((caps): CapsSpec => someCaps(JSON.parse(JSON.stringify(caps)))); // biome-ignore format: one record

test('whatever is asked, no window ever holds more than its cap, and nothing that fits is refused', () => {
  fc.assert(
    fc.property(wishes, anyCaps, (asked, caps) => {
      type Charge = { readonly at: number; readonly amountCents: number };
      const sum = (charges: readonly Charge[]) =>
        charges.reduce((total, { amountCents }) => total + amountCents, 0);
      const within = (charges: readonly Charge[], end: number, windowMs: number) =>
        charges.filter(({ at }) => at <= end && at > end - windowMs);
      const keepsCaps = (charges: readonly Charge[], end: number) =>
        (caps.dayCents === null || sum(within(charges, end, DAY_MS)) <= caps.dayCents) &&
        (caps.weekCents === null || sum(within(charges, end, 7 * DAY_MS)) <= caps.weekCents) &&
        (caps.monthCents === null || sum(within(charges, end, 30 * DAY_MS)) <= caps.monthCents) &&
        (caps.chargesPerDay === null || within(charges, end, DAY_MS).length <= caps.chargesPerDay) &&
        charges.every(
          ({ amountCents }) => caps.perChargeCents === null || amountCents <= caps.perChargeCents,
        );
      const admitted: Charge[] = [];
      for (const wish of asked.toSorted((a, b) => a.at - b.at)) {
        const used = (windowMs: number) => cents(sum(within(admitted, wish.at, windowMs)));
        const usage = {
          dayCents: used(CAP_WINDOWS_MS.day),
          weekCents: used(CAP_WINDOWS_MS.week),
          monthCents: used(CAP_WINDOWS_MS.month),
          chargesToday: within(admitted, wish.at, DAY_MS).length,
        };
        const refusal = capRefusal({ kind: 'account', name: 'a', caps }, usage, cents(wish.amountCents));
        expect(refusal === null).toBe(keepsCaps([...admitted, wish], wish.at));
        if (refusal === null) admitted.push(wish);
      }
      for (const { at } of admitted) expect(keepsCaps(admitted, at)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a charge must fit the caps of its account, of its group and of the fleet', () => {
  const name = parseName<AccountName>('render-eu') as AccountName; // a literal with that pattern
  const group = parseName<GroupName>('eu') as GroupName; // a literal with that pattern
  const [own, ofGroup, ofFleet] = [someCaps({ day: 1 }), someCaps({ day: 2 }), someCaps({ day: 3 })];
  // Only what the scopes are read from.
  const account = { name, group, policy: { caps: own } } as unknown as AccountSpec;
  const fleet = { caps: ofFleet, groups: new Map([[group, ofGroup]]) } as unknown as FleetSpec;
  expect(capScopes(fleet, account)).toEqual([
    { kind: 'account', name: 'render-eu', caps: own },
    { kind: 'group', name: 'eu', caps: ofGroup },
    { kind: 'fleet', name: 'fleet', caps: ofFleet },
  ]);
  const kinds = (of: AccountSpec, from: FleetSpec) => capScopes(from, of).map(({ kind }) => kind);
  expect(kinds({ ...account, group: null }, fleet)).toEqual(['account', 'fleet']);
  expect(kinds(account, { ...fleet, caps: someCaps() })).toEqual(['account', 'group']);
  expect(kinds(account, { ...fleet, groups: new Map() })).toEqual(['account', 'fleet']);
});
