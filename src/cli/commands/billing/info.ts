import type { Command } from 'commander';
import { BILLING_INFO_FIELDS, type BillingInfo } from '../../../contract/billing-info.ts';
import { getBillingOverview } from '../../../modelslab/billing.ts';
import { getBillingInfo, updateBillingInfo } from '../../../modelslab/billing-info.ts';
import type { CliIo } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustBeDone, mustHave, talk } from '../../direct-command.ts';
import { factLines } from '../../fact-lines.ts';
import { usage } from '../../hand-command.ts';

type Done = (code: number) => void;

/** `purser billing overview`, `purser billing info show|set`. */
export function billingInfo(billing: Command, io: CliIo, done: Done): void {
  directCommand(billing, 'overview', 'balance, subscriptions and recent charges')
    .description('Shows what the provider says of the account as a whole.')
    .addHelpText('after', '\nExample:\n  purser billing overview render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const facts = mustHave('read the overview', await getBillingOverview(client, caller));
        return { text: factLines(facts), json: facts };
      });
      done(code);
    });
  const info = billing
    .command('info')
    .summary('name, address and tax id')
    .description('The billing information of an account.')
    .addHelpText('after', '\nExample:\n  purser billing info show render-eu');
  directCommand(info, 'show', 'show it')
    .description('Shows name, address and tax id.')
    .addHelpText('after', '\nExample:\n  purser billing info show render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const facts = mustHave('read the billing information', await getBillingInfo(client, caller));
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
  for (const field of BILLING_INFO_FIELDS) set.option(`--${optionOf(field)} <text>`, WORDS[field]);
  set.action(async (name: string, options: DirectOptions & Record<string, unknown>) => {
    const given = readInfo(options);
    const code = await talk(io, name, options, async ({ client, caller }) => {
      mustBeDone('change the billing information', await updateBillingInfo(client, caller, { info: given }));
      const fields = Object.keys(given);
      return { text: `${name}: changed ${fields.join(', ')}`, json: { account: name, changed: fields } };
    });
    done(code);
  });
}

const WORDS: Readonly<Record<keyof BillingInfo, string>> = {
  name: 'who pays: a person or a company',
  email: 'where invoices are sent',
  tax_id: 'such as EU123456789; wants --tax-id-type with it',
  tax_id_type: 'such as eu_vat or us_ein',
  address_line1: 'street and number',
  address_line2: 'the rest of it',
  address_city: 'city',
  address_state: 'state or province',
  address_postal_code: 'postal code',
  address_country: 'two letters, such as US',
};
/** What a field must look like, where more is known than that it is one line of text. */
const SHAPES: Partial<Record<keyof BillingInfo, RegExp>> = {
  email: /^[^\s@]+@[^\s@]+$/,
  tax_id_type: /^[a-z]{2}_[a-z0-9_]{1,20}$/,
  address_country: /^[A-Z]{2}$/,
};
const LINE = /^\P{Cc}{1,500}$/u;

function optionOf(field: keyof BillingInfo): string {
  return field.replaceAll('_', '-');
}

function readInfo(options: Readonly<Record<string, unknown>>): BillingInfo {
  const given = BILLING_INFO_FIELDS.flatMap((field) => {
    const value = options[field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? [[field, value] as const] : [];
  });
  const info: BillingInfo = Object.fromEntries(given);
  if (given.length === 0) return usage('say what to change, such as --name "Acme Corp"');
  for (const [field, value] of given) {
    if (!(SHAPES[field] ?? LINE).test(value))
      usage(`--${optionOf(field)} ${JSON.stringify(value)}: wanted ${WORDS[field]}, on one line`);
  }
  if (info.tax_id !== undefined && info.tax_id_type === undefined)
    return usage('--tax-id needs --tax-id-type, such as eu_vat or us_ein');
  return info;
}
