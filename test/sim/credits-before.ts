import type { Account } from '../../src/sandbox/provider/account.ts';
import type { OwnCharge, Told } from './own-charge.ts';

/** What an account held just before a charge, since the newest charge of our own before it. */
export type CreditsBefore = {
  readonly earlier: OwnCharge;
  readonly beforeMicro: number;
  /** Whether it would be as much without what others paid in since then. */
  readonly isOwn: boolean;
  /** Whether all that others paid in since then is in the books of who charges. */
  readonly areOthersInBooks: boolean;
};

/** `null` where no credit was our own. */
export function creditsBefore(
  account: Account,
  charge: { readonly amountCents: number; readonly minCents: number },
  by: Told,
  charges: readonly OwnCharge[],
): CreditsBefore | null {
  const beforeMicro = account.creditedMicroUsd - account.usedMicroUsd - charge.amountCents * 10_000;
  const credits = account.rows.filter((row) => row.type === 'credit' && row.transactionId !== by.payment);
  const ownOf = (payment: string | null) => charges.find((one) => one.payment === payment);
  const place = credits.findLastIndex(({ transactionId }) => ownOf(transactionId) !== undefined);
  const earlier = ownOf(credits[place]?.transactionId ?? null);
  if (earlier === undefined) return null;
  const others = credits.slice(place + 1);
  const othersMicro = others.reduce((sum, { amountMicroUsd }) => sum + amountMicroUsd, 0);
  return {
    earlier,
    beforeMicro,
    isOwn: beforeMicro - othersMicro >= charge.minCents * 10_000,
    areOthersInBooks: others.every(({ id }) => isInBooks(by, account.name, String(id))),
  };
}

function isInBooks({ machine }: Told, account: string, row: string): boolean {
  const taken = machine?.durable('SELECT 1 FROM credit WHERE account = ? AND id = ?', account, row);
  return taken !== undefined && taken.length > 0;
}
