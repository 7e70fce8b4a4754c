import type { Command } from 'commander';
import { BILLING_INFO_FIELDS, type BillingInfo } from '../../../contract/billing-info.ts';
import { getBillingOverview } from '../../../modelslab/billing.ts';
import { getBillingInfo, updateBillingInfo } from '../../../modelslab/billing-info.ts';
import type { CliIo } from '../../cli-io.ts';
import { type DirectOptions, directCommand, factLines, mustHave, talk } from '../../direct-command.ts';
import { usage } from '../../hand-command.ts';

type Done = (code: number) => void;

/** `purser billing overview`, `purser billing info show|set`. */
export function billingInfo(billing: Command, io: CliIo, done: Done): void {
  directCommand(billing, 'overview', 'balance, subscriptions and recent charges')
    .description('Shows what the provider says of the account as a whole.')
    .addHelpText('after', '\nExample:\n  purser billing overview render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const facts = mustHave(io, 'read the overview', await getBillingOverview(client, caller));
        return { text: factLines(facts), json: facts };
      });
      done(code);
    });
  const info = billing
    .command('info')
    .summary('name, address and tax id')
    .description('The billing information of an account.');
  directCommand(info, 'show', 'show it')
    .description('Shows name, address and tax id.')
    .addHelpText('after', '\nExample:\n  purser billing info show render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const facts = mustHave(io, 'read the billing information', await getBillingInfo(client, caller));
        return { text: factLines(facts), json: facts };
      });
      done(code);
    });
  const set = directCommand(info, 'set', 'change it')
    .description('Changes the fields that are given; the others stay.')
    .addHelpText(
      'after',
      '\nExample:\n  purser billing info set render-eu --tax-id EU123456789 --tax-id-type eu_vat',
    );
  for (const field of BILLING_INFO_FIELDS) set.option(`--${field.replaceAll('_', '-')} <text>`);
  set.action(async (name: string, options: DirectOptions & Record<string, unknown>) => {
    const given = readInfo(io, options);
    const code = await talk(io, name, options, async ({ client, caller }) => {
      mustHave(
        io,
        'change the billing information',
        await updateBillingInfo(client, caller, { info: given }),
      );
      const fields = Object.keys(given);
      return { text: `${name}: changed ${fields.join(', ')}`, json: { account: name, changed: fields } };
    });
    done(code);
  });
}

function readInfo(io: CliIo, options: Readonly<Record<string, unknown>>): BillingInfo {
  const given = BILLING_INFO_FIELDS.flatMap((field) => {
    const value = options[field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? [[field, value] as const] : [];
  });
  const info: BillingInfo = Object.fromEntries(given);
  if (given.length === 0) return usage(io, 'say what to change, such as --name "Acme Corp"');
  if (info.tax_id !== undefined && info.tax_id_type === undefined)
    return usage(io, '--tax-id needs --tax-id-type, such as eu_vat or us_ein');
  return info;
}
