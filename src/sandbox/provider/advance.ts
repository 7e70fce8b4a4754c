import { unreachable } from '../../domain/assert.ts';
import { microFromCents } from '../../domain/money.ts';
import { addMs, type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import type { Account, AutoFunding, Subscription } from './account.ts';
import { burnUntil, fallsBelowAt } from './burn.ts';
import { balanceOf, creditCardPayment } from './ledger.ts';
import { defaultCardOf, renew, scaledMs } from './period.ts';
import { executeCharge } from './processor.ts';
import type { World } from './world.ts';

/** What happens without a request. */
type Event =
  | { readonly kind: 'period_over'; readonly at: EpochMs; readonly subscription: Subscription }
  | { readonly kind: 'unpaid_too_long'; readonly at: EpochMs; readonly subscription: Subscription }
  | { readonly kind: 'auto_recharge'; readonly at: EpochMs; readonly autoFunding: AutoFunding };

/** One account that nobody looked at for years of virtual time catches up in at most so many steps per look. */
const EVENTS_MAX = 10_000;

/** Lets time pass for every account. */
export function advance(world: World, now: EpochMs): void {
  for (const account of Object.values(world.accounts)) advanceAccount(world, account, now);
}

/** Lets time pass for one account: events at the instants they fall due, burn in between. */
export function advanceAccount(world: World, account: Account, now: EpochMs): void {
  for (let step = 0; step < EVENTS_MAX; step += 1) {
    const event = nextEvent(world, account, now);
    if (event === null) break;
    burnUntil(world, account, event.at);
    happen(world, account, event);
  }
  burnUntil(world, account, now);
}

function nextEvent(world: World, account: Account, now: EpochMs): Event | null {
  let first: Event | null = null;
  const consider = (event: Event): void => {
    if (event.at <= now && (first === null || event.at < first.at)) first = event;
  };
  for (const subscription of account.subscriptions) {
    const { status, periodEnd, cancelAt } = subscription;
    if (status === 'active' || status === 'trialing')
      consider({ kind: 'period_over', at: periodEnd, subscription });
    if (status === 'past_due' && cancelAt !== null)
      consider({ kind: 'unpaid_too_long', at: cancelAt, subscription });
  }
  const { autoFunding } = account;
  if (autoFunding !== null) {
    const low = fallsBelowAt(world, account, microFromCents(autoFunding.thresholdCents));
    const at = low === null ? null : epochMs(Math.max(low, autoFunding.notBefore));
    if (at !== null) consider({ kind: 'auto_recharge', at, autoFunding });
  }
  return first;
}

function happen(world: World, account: Account, event: Event): void {
  switch (event.kind) {
    case 'period_over':
      renew(world, account, event.subscription, event.at);
      return;
    case 'unpaid_too_long':
      event.subscription.status = 'canceled';
      event.subscription.cancelAt = null;
      world.revision += 1;
      return;
    case 'auto_recharge':
      autoRecharge(world, account, event.autoFunding, event.at);
      return;
    default:
      unreachable(event);
  }
}

/** The provider's own recharge (seed, "Auto-Recharge"). A refused card is left alone for a virtual hour. */
function autoRecharge(world: World, account: Account, autoFunding: AutoFunding, at: EpochMs): void {
  if (balanceOf(account) >= microFromCents(autoFunding.thresholdCents)) return;
  const card = defaultCardOf(account);
  const result =
    card === null
      ? null
      : executeCharge(world, account, {
          card,
          amountCents: autoFunding.amountCents,
          kind: 'auto_recharge',
          key: null,
          at,
          description: 'Automatic wallet recharge',
          canWait: false,
        });
  if (result?.kind !== 'succeeded') {
    autoFunding.notBefore = addMs(at, Math.max(1, scaledMs(world, HOUR_MS)));
    return;
  }
  autoFunding.notBefore = addMs(at, Math.max(1, scaledMs(world, MINUTE_MS)));
  creditCardPayment(world, account, { intent: result.intent, usecase: 'auto_recharge', at });
}
