import type { Wishes } from './plan.ts';

/** The wishes that allow most of either: what was decided under one may be carried out under the other. */
export function looser(one: Wishes, other: Wishes): Wishes {
  const most = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : Math.max(a, b);
  return {
    ...one,
    minCents: Math.max(one.minCents, other.minCents),
    dayCents: Math.max(one.dayCents, other.dayCents),
    weekCents: Math.max(one.weekCents, other.weekCents),
    monthCents: Math.max(one.monthCents, other.monthCents),
    chargesPerDay: most(one.chargesPerDay, other.chargesPerDay),
    groupDayCents: most(one.groupDayCents, other.groupDayCents),
    fleetDayCents: most(one.fleetDayCents, other.fleetDayCents),
  };
}
