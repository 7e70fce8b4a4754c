import type { Command } from 'commander';
import { getInvoice, getInvoicePdf, listInvoices } from '../../../modelslab/invoices.ts';
import type { CliIo } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustHave, talk } from '../../direct-command.ts';
import { factLines } from '../../fact-lines.ts';
import { usage } from '../../hand-command.ts';
import { rowTable } from '../../row-table.ts';

/** What people look an invoice up by, under names that invoices have; the rest is in `--json`. */
const COLUMNS = ['id', 'number', 'created_at', 'amount', 'total', 'status'];

/** `purser billing invoices list|show|pdf`. */
export function billingInvoices(billing: Command, io: CliIo, done: (code: number) => void): void {
  const invoices = billing
    .command('invoices')
    .summary('invoices and their PDFs')
    .description('The invoices of an account.')
    .addHelpText('after', '\nExample:\n  purser billing invoices list render-eu');
  directCommand(invoices, 'list', 'list them')
    .description('Lists the invoices.')
    .addHelpText('after', '\nExample:\n  purser billing invoices list render-eu --json | jq .[].id')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const rows = mustHave('list the invoices', await listInvoices(client, caller));
        const text = rows.length === 0 ? 'no invoice' : rowTable(rows, COLUMNS, { color: io.color });
        return { text, json: rows };
      });
      done(code);
    });
  directCommand(invoices, 'show', 'show one')
    .argument('<invoice>', 'its id')
    .description('Shows one invoice.')
    .addHelpText('after', '\nExample:\n  purser billing invoices show render-eu in_1AbC')
    .action(async (name: string, id: string, options: DirectOptions) => {
      const args = { invoiceId: readId(id) };
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const facts = mustHave(`read invoice ${id}`, await getInvoice(client, caller, args));
        return { text: factLines(facts), json: facts };
      });
      done(code);
    });
  directCommand(invoices, 'pdf', 'where its PDF is')
    .argument('<invoice>', 'its id')
    .description('Prints the address of the PDF. Whoever has the address can read it.')
    .addHelpText(
      'after',
      '\nExample:\n  curl -o invoice.pdf "$(purser billing invoices pdf render-eu in_1AbC)"',
    )
    .action(async (name: string, id: string, options: DirectOptions) => {
      const args = { invoiceId: readId(id) };
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const { url } = mustHave(`read invoice ${id}`, await getInvoicePdf(client, caller, args));
        return { text: url, json: { invoice: id, url } };
      });
      done(code);
    });
}

function readId(id: string): string {
  return /^[\w.:-]{1,255}$/.test(id) ? id : usage(`${JSON.stringify(id)} is not an id of the provider's`);
}
