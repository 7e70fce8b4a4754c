import type { World } from '../../src/sandbox/provider/world.ts';
import type { Copies } from './copies.ts';
import type { LookBook } from './look-book.ts';
import type { FirstPost, OwnCharge } from './own-charge.ts';
import type { Wishes } from './plan.ts';

const DAY_MS = 86_400_000;

type Place = 'account' | 'group' | 'fleet';

export type CapBreach = { readonly sentence: string; readonly isHonest: boolean };

/** A decision may have been made on answers of so long ago. */
const SEEN_MS = 5 * 60_000;

/** Whether a charge stood in the journal of `own`, or in the ledger, when that one was decided. */
export function couldKnow(
  world: World,
  own: OwnCharge,
  {
    first,
    pollMs,
    copies,
    looks,
  }: {
    readonly first: FirstPost;
    readonly pollMs: number;
    readonly copies: Copies;
    readonly looks: LookBook;
  },
): (one: OwnCharge, place: Place) => boolean {
  // An old copy that was put back does not know that it is one: what it counts of others is of when it was made.
  const isUnread = (account: string): boolean =>
    copies.isCopy(own.lineage) && looks.lastAtMs(own.lineage, account) === 0;
  return (one, place) => {
    if (one.lineage === own.lineage && !one.isHonest) return true;
    if (first.away.has(one.account) || isUnread(one.account)) return false; // nobody reads its ledger
    const rows = world.accounts[one.account]?.rows ?? [];
    const row = rows.find(({ transactionId }) => transactionId === one.payment);
    const slackMs = place === 'account' ? SEEN_MS : SEEN_MS + pollMs;
    if (row === undefined) return false;
    const span = { fromMs: Math.max(one.atMs, row.visibleAt), untilMs: first.decidedAtMs };
    if (looks.areAllCut(own.lineage, one.account, span)) return false;
    return span.fromMs < span.untilMs - slackMs;
  };
}

/**
 * I2: the caps that a charge breaks, by the wishes under which it was armed. What its own journal or the ledger could
 * not have shown by then breaks a cap honestly: two pursers, each with a journal of its own, keep it each for itself.
 */
export function capBreaches(
  own: OwnCharge,
  charges: readonly OwnCharge[],
  wishes: Wishes,
  couldKnow: (one: OwnCharge, place: Place) => boolean,
): readonly CapBreach[] {
  const found: CapBreach[] = [];
  const judge = (
    place: Place,
    windowMs: number,
    breachOf: (counted: readonly OwnCharge[]) => string | null,
  ): void => {
    const within = charges.filter(
      (one) =>
        (!one.isHonest || one === own || couldKnow(one, place)) &&
        one.atMs > own.atMs - windowMs &&
        (place === 'fleet' || one.account === own.account || (place === 'group' && one.isInGroup)),
    );
    const known = breachOf(within.filter((one) => couldKnow(one, place)));
    const sentence = known ?? breachOf(within);
    if (sentence !== null) found.push({ sentence, isHonest: known === null });
  };
  const caps = [
    ['day', 'account', DAY_MS, wishes.dayCents],
    ['week', 'account', 7 * DAY_MS, wishes.weekCents],
    ['month', 'account', 30 * DAY_MS, wishes.monthCents],
    ['fleet day', 'fleet', DAY_MS, wishes.fleetDayCents],
    ['group day', 'group', DAY_MS, own.isInGroup ? wishes.groupDayCents : null],
  ] as const;
  for (const [name, place, windowMs, capCents] of caps) {
    if (capCents === null) continue;
    judge(place, windowMs, (counted) => {
      const total = counted.reduce((sum, { cents }) => sum + cents, 0);
      return total > capCents ? `${total} cents charged within a ${name}, the cap is ${capCents}` : null;
    });
  }
  const { chargesPerDay } = wishes;
  if (chargesPerDay !== null)
    judge('account', DAY_MS, ({ length }) =>
      length > chargesPerDay ? `${length} charges within a day, the cap is ${chargesPerDay}` : null,
    );
  return found;
}
