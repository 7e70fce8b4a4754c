import type { AccountName } from '../domain/ids.ts';
import { usdFromCents } from '../domain/money.ts';
import { formatInstant } from '../domain/time.ts';
import type { Store } from '../store/store.ts';

/** Money that came from a card, and by whom. */
export type CreditRow = {
  /** Of the row in the provider's ledger. */
  readonly id: string;
  readonly amount_usd: number;
  readonly at: string;
  readonly made_by: 'purser' | 'others' | 'not_known_yet';
  readonly intent: string | null;
};

/** The last card credits of an account that were seen in the provider's ledger, newest first. */
export function creditRows(
  { seenCredits }: Pick<Store, 'seenCredits'>,
  account: AccountName,
  limit: number,
): readonly CreditRow[] {
  return seenCredits.latest(account, limit).map(({ id, amountCents, at, intent, isDecided }) => ({
    id,
    amount_usd: usdFromCents(amountCents),
    at: formatInstant(at),
    made_by: intent !== null ? 'purser' : isDecided ? 'others' : 'not_known_yet',
    intent,
  }));
}
