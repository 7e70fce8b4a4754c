import type { LedgerLook } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs } from '../domain/time.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { AT_STAKE_MS } from './name-moves.ts';
import { isAcceptedByPerson, isAskedOverPayments } from './new-name.ts';

/**
 * Whether the ledger of an account that is new here shows what another one was charged, by another address: a PaymentIntent is
 * one account's alone, so it may be that one, whose name here and whose address at the provider have both changed. Where people
 * were asked about that, it stays so while there is no look.
 */
export async function isKnownByPayments(
  context: KeeperContext,
  { name }: AccountSpec,
  { identity, look }: { readonly identity: string; readonly look: LedgerLook | null },
): Promise<boolean> {
  const { journal, log, upkeep } = context;
  if (isAcceptedByPerson(upkeep, name, identity) || (await journal.memory(name)).scannedAt !== null)
    return false;
  if (look === null) return isAskedOverPayments(upkeep, name);
  const payments = look.credits.map(({ paymentIntentId }) => paymentIntentId).filter((one) => one !== null);
  const since = addMs(moneyNow(context), -AT_STAKE_MS);
  const was = await journal.chargedAs({ account: name, identity, payments, since });
  if (was !== null && !isAskedOverPayments(upkeep, name))
    log.warn('account.payment_of_another', { account: name, was });
  return was !== null;
}
