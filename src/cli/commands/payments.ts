import { type PaymentIntentId, parseProviderId } from '../../domain/ids.ts';
import { formatCents, usdFromCents } from '../../domain/money.ts';
import { getPaymentStatus } from '../../modelslab/payments.ts';
import { type DirectOptions, directCommand, mustHave, talk } from '../direct-command.ts';
import { usage } from '../hand-command.ts';
import type { CommandFile } from './command.ts';

/** `purser payments status ACCOUNT PAYMENT`. */
export const payments: CommandFile = (program, io, done) => {
  const group = program
    .command('payments')
    .summary('payments by hand')
    .description('Single payments by hand.')
    .addHelpText('after', '\nExample:\n  purser payments status render-eu pi_1AbC');
  directCommand(group, 'status', 'what became of a payment')
    .argument('<payment>', 'its id (pi_…)')
    .description('Asks the provider what became of a payment.')
    .addHelpText('after', '\nExample:\n  purser payments status render-eu pi_1AbC')
    .action(async (name: string, id: string, options: DirectOptions) => {
      const known = /^pi_\w+$/.test(id) ? parseProviderId<PaymentIntentId>(id) : null;
      const paymentIntentId = known ?? usage(`${JSON.stringify(id)}: wanted the id of a payment, pi_…`);
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const reply = await getPaymentStatus(client, caller, { paymentIntentId });
        const { statusText, amountCents } = mustHave(`read ${id}`, reply);
        const amount = amountCents === null ? '' : `  ${formatCents(amountCents)}`;
        const amountUsd = amountCents === null ? null : usdFromCents(amountCents);
        return {
          text: `${id}  ${statusText}${amount}`,
          json: { payment: id, status: statusText, amount_usd: amountUsd },
        };
      });
      done(code);
    });
};
