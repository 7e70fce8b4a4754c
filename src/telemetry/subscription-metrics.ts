import { SUBSCRIPTION_STATUSES } from '../contract/subscription-status.ts';
import type { AccountName } from '../domain/ids.ts';
import type { Subscription } from '../domain/observation.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { SeriesTable, SeriesTables } from './series-table.ts';

const STATUSES = [...SUBSCRIPTION_STATUSES, 'unknown'] as const;

/** Subscriptions as last seen, one per plan and account: an active one hides a canceled one of the same plan. */
export class SubscriptionMetrics {
  readonly #active: SeriesTable<'account' | 'plan'>;
  readonly #status: SeriesTable<'account' | 'plan' | 'status'>;
  readonly #renewsAt: SeriesTable<'account' | 'plan'>;
  /** What the rows show, by account: mostly it is what the last pass saw too. */
  readonly #shown = new Map<string, readonly Subscription[]>();

  readonly #isKnown: (account: AccountName) => boolean;

  constructor(tables: SeriesTables, isKnown: (account: AccountName) => boolean) {
    this.#isKnown = isKnown;
    this.#active = tables.create({
      type: 'gauge',
      name: 'purser_subscription_active',
      help: '1 where the subscription is active or in trial.',
      labels: ['account', 'plan'],
    });
    this.#status = tables.create({
      type: 'gauge',
      name: 'purser_subscription_status',
      help: '1 for the status the subscription is in, 0 for the others.',
      labels: ['account', 'plan', 'status'],
    });
    this.#renewsAt = tables.create({
      type: 'gauge',
      name: 'purser_subscription_renews_timestamp_seconds',
      help: 'End of the current period.',
      labels: ['account', 'plan'],
    });
  }

  seen(account: AccountName, subscriptions: readonly Subscription[]): void {
    if (!this.#isKnown(account)) return;
    const shown = this.#shown.get(account);
    if (shown !== undefined && areAlike(shown, subscriptions)) return;
    this.#shown.set(account, subscriptions);
    const byPlan = new Map<string, Subscription>();
    for (const subscription of subscriptions) {
      const plan = planOf(subscription);
      const other = byPlan.get(plan);
      if (other === undefined || isActive(subscription)) byPlan.set(plan, subscription);
    }
    const rows = [...byPlan];
    this.#active.replace(
      account,
      rows.map(([plan, subscription]) => [{ account, plan }, isActive(subscription) ? 1 : 0] as const),
    );
    this.#status.replace(
      account,
      rows.flatMap(([plan, subscription]) =>
        STATUSES.map(
          (status) => [{ account, plan, status }, subscription.status === status ? 1 : 0] as const,
        ),
      ),
    );
    this.#renewsAt.replace(
      account,
      rows.flatMap(([plan, { currentPeriodEnd }]) =>
        currentPeriodEnd === null ? [] : [[{ account, plan }, currentPeriodEnd / SECOND_MS] as const],
      ),
    );
  }

  /** The tables drop their own rows. */
  forget(accounts: ReadonlySet<string>): void {
    for (const account of accounts) this.#shown.delete(account);
  }
}

function areAlike(some: readonly Subscription[], others: readonly Subscription[]): boolean {
  return some.length === others.length && some.every((one, at) => isAlike(one, others[at]));
}

function isAlike(one: Subscription, other: Subscription | undefined): boolean {
  return (
    other !== undefined &&
    planOf(one) === planOf(other) &&
    one.status === other.status &&
    one.currentPeriodEnd === other.currentPeriodEnd
  );
}

function planOf({ planName, planId }: Subscription): string {
  return planName ?? planId ?? 'unknown';
}

function isActive(subscription: Subscription): boolean {
  return subscription.status === 'active' || subscription.status === 'trialing';
}
