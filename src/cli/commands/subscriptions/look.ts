import type { Command } from 'commander';
import { parseProviderId, type SubscriptionId } from '../../../domain/ids.ts';
import { formatCents, usdFromCents } from '../../../domain/money.ts';
import type { Subscription } from '../../../domain/observation.ts';
import { formatInstant } from '../../../domain/time.ts';
import { getSubscriptionStatus, listPlans, listSubscriptions } from '../../../modelslab/subscriptions.ts';
import type { CliIo } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustHave, talk } from '../../direct-command.ts';
import { usage } from '../../hand-command.ts';

/** `purser subscriptions list|status|plans`. */
export function subscriptionsLook(group: Command, io: CliIo, done: (code: number) => void): void {
  directCommand(group, 'list', 'the subscriptions')
    .description('Lists the subscriptions.')
    .addHelpText('after', '\nExample:\n  purser subscriptions list render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const found = mustHave(io, 'list the subscriptions', await listSubscriptions(client, caller));
        const text = found.length === 0 ? 'no subscription' : found.map(line).join('\n');
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
        parseProviderId<SubscriptionId>(id) ??
        usage(io, `${JSON.stringify(id)} is not an id of the provider's`);
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const reply = await getSubscriptionStatus(client, caller, { subscriptionId });
        const found = mustHave(io, `read subscription ${id}`, reply);
        return { text: line(found), json: view(found) };
      });
      done(code);
    });
  directCommand(group, 'plans', 'the plans that there are')
    .description("Lists the provider's plans.")
    .addHelpText('after', '\nExample:\n  purser subscriptions plans render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const plans = mustHave(io, 'list the plans', await listPlans(client, caller));
        const lines = plans.map(({ id, name: plan, priceCents, period }) => {
          const price = priceCents === null ? 'price unknown' : formatCents(priceCents);
          return `${id}  ${plan}  ${price}${period === null ? '' : ` ${period}`}`;
        });
        const json = plans.map(({ id, name: plan, priceCents, period, category }) => ({
          id,
          name: plan,
          price_usd: priceCents === null ? null : usdFromCents(priceCents),
          period,
          category,
        }));
        return { text: lines.join('\n'), json };
      });
      done(code);
    });
}

function line({ id, planName, planId, status, currentPeriodEnd }: Subscription): string {
  const end = currentPeriodEnd === null ? '' : `  until ${formatInstant(currentPeriodEnd)}`;
  return `${id}  ${planName ?? planId ?? 'plan unknown'}  ${status}${end}`;
}

function view({ id, planId, planName, status, currentPeriodEnd }: Subscription) {
  const end = currentPeriodEnd === null ? null : formatInstant(currentPeriodEnd);
  return { id, plan_id: planId, plan: planName, status, current_period_end: end };
}
