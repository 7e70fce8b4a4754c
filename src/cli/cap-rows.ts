import type { CapScope, CapUsage } from '../domain/caps.ts';

export type CapRow = {
  readonly scope: CapScope['kind'];
  readonly name: string;
  readonly window: 'day' | 'week' | 'month';
  readonly used_usd: number;
  readonly limit_usd: number;
};

/** The windows of a scope that have a cap. */
export function capRows(scope: CapScope, used: CapUsage): readonly CapRow[] {
  const windows = [
    ['day', scope.caps.dayCents, used.dayCents],
    ['week', scope.caps.weekCents, used.weekCents],
    ['month', scope.caps.monthCents, used.monthCents],
  ] as const;
  return windows.flatMap(([window, limitCents, usedCents]) =>
    limitCents === null
      ? []
      : [
          {
            scope: scope.kind,
            name: scope.name,
            window,
            used_usd: usedCents / 100,
            limit_usd: limitCents / 100,
          },
        ],
  );
}
