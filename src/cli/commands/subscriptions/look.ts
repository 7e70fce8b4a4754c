import type { Command } from 'commander';
import { parseProviderId, type SubscriptionId } from '../../../domain/ids.ts';
import { formatCents, usdFromCents } from '../../../domain/money.ts';
import type { Subscription } from '../../../domain/observation.ts';
import { formatInstant } from '../../../domain/time.ts';
import type { PlanRow } from '../../../modelslab/subscription-rows.ts';
import { getSubscriptionStatus, listPlans, listSubscriptions } from '../../../modelslab/subscriptions.ts';
import type { CliIo } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustHave, talk } from '../../direct-command.ts';
import { usage } from '../../hand-command.ts';
import { table } from '../../table.ts';

/** `purser subscriptions list|status|plans`. */
export function subscriptionsLook(group: Command, io: CliIo, done: (code: number) => void): void {
  directCommand(group, 'list', 'the subscriptions')
    .description('Lists the subscriptions.')
    .addHelpText('after', '\nExample:\n  purser subscriptions list render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const found = mustHave('list the subscriptions', await listSubscriptions(client, caller));
        const text = found.length === 0 ? 'no subscription' : asTable(io, found);
        return { text, json: found.map(view) };
      });
      done(code);
    });
  directCommand(group, 'status', 'the status of one')
    .argument('<subscription>', 'its id')
    .description('Reads the status of one subscription.')
    .addHelpText('after', '\nExample:\n  purser subscriptions status render-eu 77')
    .action(async (name: string, id: string, options: DirectOptions) => {
      const subscriptionId =
        parseProviderId<SubscriptionId>(id) ?? usage(`${JSON.stringify(id)} is not an id of the provider's`);
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const reply = await getSubscriptionStatus(client, caller, { subscriptionId });
        const found = mustHave(`read subscription ${id}`, reply);
        return { text: asTable(io, [found]), json: view(found) };
      });
      done(code);
    });
  directCommand(group, 'plans', 'the plans that there are')
    .description("Lists the provider's plans.")
    .addHelpText('after', '\nExample:\n  purser subscriptions plans render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const plans = mustHave('list the plans', await listPlans(client, caller));
        const text = plans.length === 0 ? 'no plan' : planTable(io, plans);
        const json = plans.map(({ id, name: plan, priceCents, period, category }) => ({
          id,
          name: plan,
          price_usd: priceCents === null ? null : usdFromCents(priceCents),
          period,
          category,
        }));
        return { text, json };
      });
      done(code);
    });
}

function asTable(io: CliIo, found: readonly Subscription[]): string {
  const columns = [{ title: 'ID' }, { title: 'PLAN' }, { title: 'STATUS' }, { title: 'UNTIL' }];
  const rows = found.map(({ id, planName, planId, status, currentPeriodEnd }) => {
    const end = currentPeriodEnd === null ? '-' : formatInstant(currentPeriodEnd);
    return [id, planName ?? planId ?? 'unknown', status, end];
  });
  return table(columns, rows, { color: io.color });
}

function planTable(io: CliIo, plans: readonly PlanRow[]): string {
  const columns = [
    { title: 'ID' },
    { title: 'PLAN' },
    { title: 'PRICE', align: 'right' },
    { title: 'PER' },
    { title: 'CATEGORY' },
  ] as const;
  const rows = plans.map(({ id, name, priceCents, period, category }) => {
    const price = priceCents === null ? 'unknown' : formatCents(priceCents);
    return [id, name, price, period ?? '-', category ?? '-'];
  });
  return table(columns, rows, { color: io.color });
}

function view({ id, planId, planName, status, currentPeriodEnd }: Subscription) {
  const end = currentPeriodEnd === null ? null : formatInstant(currentPeriodEnd);
  return { id, plan_id: planId, plan: planName, status, current_period_end: end };
}
