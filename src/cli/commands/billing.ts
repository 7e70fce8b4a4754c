import { billingCards } from './billing/cards.ts';
import { billingInfo } from './billing/info.ts';
import { billingInvoices } from './billing/invoices.ts';
import type { CommandFile } from './command.ts';

/** `purser billing …`: cards, invoices and billing information by hand. */
export const billing: CommandFile = (program, io, done) => {
  const group = program
    .command('billing')
    .summary('cards, invoices and billing information by hand')
    .description('Cards, invoices and billing information of an account by hand.')
    .addHelpText('after', '\nExample:\n  purser billing overview render-eu');
  for (const add of [billingCards, billingInfo, billingInvoices]) add(group, io, done);
};
