import type { LedgerLook } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { KeeperContext } from './context.ts';
import { isNameAccepted, isNameAsked } from './new-name.ts';

/**
 * Whether the ledger of an account that is new here shows payments of one that is not: then they may be one account, whose name
 * here and whose e-mail address at the provider have both changed.
 */
export async function isKnownByPayments(
  { journal, log, upkeep }: KeeperContext,
  { name }: AccountSpec,
  { identity, look }: { readonly identity: string; readonly look: LedgerLook | null },
): Promise<boolean> {
  if (look === null || isNameAccepted(upkeep, name, identity)) return false;
  const payments = look.credits.map(({ paymentIntentId }) => paymentIntentId).filter((one) => one !== null);
  const known = await journal.otherWith(name, payments);
  if (known === null) return false;
  if (!isNameAsked(upkeep, name))
    log.warn('account.payment_of_another', {
      account: name,
      was: known.other,
      payment_intent: known.payment,
    });
  return true;
}
