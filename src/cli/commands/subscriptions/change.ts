import type { Command } from 'commander';
import { CHARGE_AMOUNT_MAX_CENTS, CHARGE_AMOUNT_MIN_CENTS } from '../../../contract/limits.ts';
import { parseProviderId, type SubscriptionId } from '../../../domain/ids.ts';
import { formatCents } from '../../../domain/money.ts';
import type { CliIo } from '../../cli-io.ts';
import {
  carryOut,
  confirmByName,
  type HandOptions,
  handCommand,
  readCard,
  readDollars,
  readPlan,
  usage,
} from '../../hand-command.ts';

type Done = (code: number) => void;
type OneOptions = HandOptions & { id?: string };

/** `purser subscriptions create ACCOUNT PLAN`. */
export function subscriptionsCreate(group: Command, io: CliIo, done: Done): void {
  handCommand(group, 'create', 'subscribe to a plan')
    .argument('<plan>', 'its id or name')
    .description('Subscribes to a plan and charges its price; caps and card ceilings hold.')
    .option('--card <id>', 'pay with this saved card (pm_…)')
    .addHelpText('after', '\nExample:\n  purser subscriptions create render-eu Standard')
    .action(async (name: string, plan: string, options: HandOptions & { card?: string }) => {
      const card = readCard(options.card);
      done(await carryOut(io, name, options, () => ({ kind: 'subscribe', plan: readPlan(plan), card })));
    });
}

/** `purser subscriptions update ACCOUNT PLAN`. */
export function subscriptionsUpdate(group: Command, io: CliIo, done: Done): void {
  withId(handCommand(group, 'update', 'change the plan'))
    .argument('<plan>', 'its id or name')
    .description(
      'Changes the plan; an upgrade may be charged to the default card. Its price must fit the caps.',
    )
    .option('--addon', 'change to it though it is an addon, which is no plan by itself', false)
    .addHelpText('after', '\nExample:\n  purser subscriptions update render-eu Premium')
    .action(async (name: string, plan: string, options: OneOptions & { addon: boolean }) => {
      const target = { subscription: readId(options), plan: readPlan(plan), isAddonMeant: options.addon };
      const order = { kind: 'change_plan', ...target } as const;
      done(await carryOut(io, name, options, () => order));
    });
}

const ACTIONS = [
  ['pause', 'pause', 'pause a subscription', 'Pauses the subscription. Nothing is charged.'],
  [
    'resume',
    'resume',
    'resume a paused subscription',
    'Resumes a paused subscription, which may charge a period.',
  ],
  [
    'reset-cycle',
    'reset_cycle',
    'begin a new billing period now',
    'Begins a new billing period now, which charges one.',
  ],
  [
    'fix-payment',
    'fix_payment',
    'pay a failed renewal',
    'Has the provider charge a failed renewal to the default card again.',
  ],
] as const;

/** `purser subscriptions pause|resume|reset-cycle|fix-payment ACCOUNT`. */
export function subscriptionsActions(group: Command, io: CliIo, done: Done): void {
  for (const [verb, kind, summary, description] of ACTIONS) {
    const command = withId(handCommand(group, verb, summary)).description(description);
    if (kind === 'reset_cycle') command.option('--yes', 'do not ask', false);
    command
      .addHelpText('after', `\nExample:\n  purser subscriptions ${verb} render-eu`)
      .action(async (name: string, options: OneOptions & { yes?: boolean }) => {
        const subscription = readId(options);
        const code = await carryOut(io, name, options, async ({ account }) => {
          if (kind === 'reset_cycle') {
            const question = `A new billing period of ${account.name} is charged now.`;
            await confirmByName(io, { question, name: account.name, isSure: options.yes === true });
          }
          return { kind, subscription };
        });
        done(code);
      });
  }
}

/** `purser subscriptions charge-amount ACCOUNT AMOUNT`. */
export function subscriptionsChargeAmount(group: Command, io: CliIo, done: Done): void {
  handCommand(group, 'charge-amount', 'charge a custom amount')
    .argument('<amount>', 'dollars, 5 to 10000')
    .description('Charges a custom amount to the default card. It must fit the caps.')
    .option('--yes', 'do not ask', false)
    .addHelpText('after', '\nExample:\n  purser subscriptions charge-amount render-eu 25')
    .action(async (name: string, amount: string, options: HandOptions & { yes: boolean }) => {
      const amountCents = readDollars('the amount', amount, {
        leastCents: CHARGE_AMOUNT_MIN_CENTS,
        mostCents: CHARGE_AMOUNT_MAX_CENTS,
      });
      const code = await carryOut(io, name, options, async ({ account }) => {
        const question = `The default card of ${account.name} is charged ${formatCents(amountCents)}.`;
        await confirmByName(io, { question, name: account.name, isSure: options.yes });
        return { kind: 'charge_amount', amountCents };
      });
      done(code);
    });
}

function withId(command: Command): Command {
  return command.option('--id <subscription>', 'which subscription, where there are several');
}

function readId({ id }: OneOptions): SubscriptionId | null {
  if (id === undefined) return null;
  return parseProviderId<SubscriptionId>(id) ?? usage(`--id "${id}" is not an id of the provider's`);
}
