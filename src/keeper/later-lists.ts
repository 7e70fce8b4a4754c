import { isWatched, mayBeFree, onLaterList, priceKeptUntil } from '../charge/late-list.ts';
import type { AccountName } from '../domain/ids.ts';
import { cents } from '../domain/money.ts';
import type { Subscription } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import { earliest } from './act.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/** Whether a price counts of which the next list that can be read will say whether it was charged. */
export async function isListWanted({ journal }: KeeperContext, name: AccountName): Promise<boolean> {
  return (await journal.lastRenewals(name)).some((intent) => priceKeptUntil(intent) !== null);
}

/** Whether that is waited for, though the account is not in the config any more. */
export async function isListAwaited(context: KeeperContext, name: AccountName): Promise<boolean> {
  const now = moneyNow(context);
  const renewals = await context.journal.lastRenewals(name);
  return renewals.some((intent) => mayBeFree(intent, now));
}

/**
 * What a list, `null` where none could be read, tells of the calls that were settled by one that may have been late, before
 * anything is decided on the caps. Gives when the next such price can be let go.
 */
export async function noteLaterList(
  context: KeeperContext,
  { name }: AccountSpec,
  subscriptions: readonly Subscription[] | null,
): Promise<EpochMs | null> {
  if (subscriptions === null) return null; // the next list tells
  const now = moneyNow(context);
  const ends: (EpochMs | null)[] = [];
  for (const before of await context.journal.lastRenewals(name)) {
    if (!isWatched(before, now)) continue;
    const shown = subscriptions.find(({ id }) => id === before.subscription)?.currentPeriodEnd ?? null;
    const after = onLaterList(before, shown, now);
    ends.push(priceKeptUntil(after));
    if (after === before || after.state.kind !== 'settled' || before.state.kind !== 'settled') continue;
    await context.journal.amend(before, after);
    const { kind, id, key } = after;
    const moreCents = cents(after.state.amountCents - before.state.amountCents);
    if (moreCents === 0) continue;
    context.metrics.charges.amended(name, kind, moreCents);
    context.log.info('charge.amended', {
      account: name,
      kind,
      intent: id,
      key,
      settled_cents: after.state.amountCents,
    });
  }
  // Past its time, which comes where no list can be read, it waits for the next poll.
  return earliest(ends.filter((end) => end !== null && end > now));
}
