import type { BillingInfo, BillingInfoField } from '../contract/billing-info.ts';
import { BILLING_INFO_FIELDS } from '../contract/billing-info.ts';
import { DAY_MS } from '../domain/time.ts';
import { fieldsOf, getBillingInfo, updateBillingInfo } from '../modelslab/billing-info.ts';
import type { KeeperContext } from './context.ts';
import type { UpkeepRun } from './upkeep.ts';

export const BILLING_INFO_TASK = 'billing_info';
/** What the provider did not take is offered again this late, unless the declaration changes before. */
const OFFER_AGAIN_MS = DAY_MS;

type Shown = ReadonlyMap<BillingInfoField, string>;

/**
 * Name, address and tax id as declared, field by field; what is not declared is left alone. What somebody changes is put
 * back. A tax id and an address are personal: the log and alerts name fields, never what is in them.
 */
export const keepBillingInfo: UpkeepRun = async (context, account, caller) => {
  const wanted = account.billingInfo;
  if (wanted === null) return null;
  const before = await getBillingInfo(context.client, caller);
  if (before.kind === 'failed') return `the billing information cannot be read: ${before.failure.message}`;
  const digest = digestOf(context, wanted);
  const known = context.upkeep.read(account.name, BILLING_INFO_TASK);
  const last = known?.digest === digest ? known : null;
  const now = context.clock.now();
  const note = (result: 'done' | 'refused', detail: string): Promise<void> =>
    context.upkeep.write(account.name, BILLING_INFO_TASK, { digest, result, detail, at: now });

  const wasKept = last?.result === 'done';
  const wrong = wrongIn(fieldsOf(before.value), wanted, { isUnseenWrong: !wasKept });
  if (wrong.length === 0) {
    if (!wasKept) await note('done', '');
    return null;
  }
  if (last?.result === 'refused' && now - last.at < OFFER_AGAIN_MS) return last.detail;

  const refuse = async (why: string, isForGood: boolean): Promise<string> => {
    const task = BILLING_INFO_TASK;
    context.log.warn('upkeep.failed', { account: account.name, task, fields: wrong.join(', ') });
    if (isForGood) await note('refused', why);
    return why;
  };
  const reply = await updateBillingInfo(context.client, caller, { info: toSend(wanted, wrong) });
  if (reply.kind === 'failed') {
    const { reason, message } = reply.failure;
    const why = `the provider does not take ${wrong.join(', ')}: ${withoutValues(message, wanted)}`;
    return await refuse(why, reason === 'refused');
  }
  const after = await getBillingInfo(context.client, caller);
  if (after.kind === 'failed') return await refuse('the billing information cannot be read back', false);
  const still = wrongIn(fieldsOf(after.value), wanted, { isUnseenWrong: false });
  if (still.length > 0)
    return await refuse(`the provider took the change and shows another ${still.join(', ')}`, true);
  await note('done', wrong.join(', '));
  const fields = { account: account.name, task: BILLING_INFO_TASK, fields: wrong.join(', ') };
  if (wasKept) context.log.warn('billing_info.put_back', fields);
  else context.log.info('upkeep.done', fields);
  return null;
};

/** Declared fields that are not as declared. Of those that an answer does not speak of, nobody knows. */
function wrongIn(
  shown: Shown,
  wanted: BillingInfo,
  { isUnseenWrong }: { readonly isUnseenWrong: boolean },
): readonly BillingInfoField[] {
  return BILLING_INFO_FIELDS.filter((field) => {
    const value = wanted[field];
    const found = shown.get(field);
    if (value === undefined) return false;
    // A type that a policy declares for accounts with a tax id, on one without.
    const isIdle = field === 'tax_id_type' && wanted.tax_id === undefined && !shown.get('tax_id');
    if (isIdle) return false;
    return found === undefined ? isUnseenWrong : plain(field, found) !== plain(field, value);
  });
}

/** Spellings that the provider may keep in its own way. */
function plain(field: BillingInfoField, value: string): string {
  const text = value.trim();
  if (field === 'tax_id') return text.replace(/[\s./-]/g, '').toUpperCase();
  const isCaseless = field === 'email' || field === 'tax_id_type' || field === 'address_country';
  return isCaseless ? text.toLowerCase() : text;
}

/** A tax id goes with its type (API sheet #10). */
function toSend(wanted: BillingInfo, wrong: readonly BillingInfoField[]): BillingInfo {
  const isTax = (field: BillingInfoField) => field === 'tax_id' || field === 'tax_id_type';
  const sent = BILLING_INFO_FIELDS.filter(
    (field) => wrong.includes(field) || (isTax(field) && wrong.some(isTax)),
  );
  return Object.fromEntries(sent.flatMap((field) => (field in wanted ? [[field, wanted[field]]] : [])));
}

/** The provider's word, in which it may repeat what it was sent. */
function withoutValues(message: string, wanted: BillingInfo): string {
  const values = Object.values(wanted).filter((value) => value.length > 2);
  return values
    .toSorted((one, other) => other.length - one.length)
    .reduce((text, value) => text.replaceAll(value, '[declared]'), message);
}

function digestOf(context: KeeperContext, wanted: BillingInfo): string {
  const pairs = BILLING_INFO_FIELDS.map((field) => wanted[field] ?? null);
  return context.sha256Hex(JSON.stringify(['billing_info', ...pairs])).slice(0, 32);
}
