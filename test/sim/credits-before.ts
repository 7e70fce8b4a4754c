import type { Account } from '../../src/sandbox/provider/account.ts';
import type { World } from '../../src/sandbox/provider/world.ts';
import type { OwnCharge, Told } from './own-charge.ts';
import type { WireCall } from './wire-call.ts';

/** What an account held just before a charge, since the newest charge of our own before it. */
export type CreditsBefore = {
  readonly earlier: OwnCharge;
  readonly beforeMicro: number;
  /** Whether it would be as much without what others paid in since then. */
  readonly isOwn: boolean;
  /** Whether it had been told of all that others paid in since then. */
  readonly isOthersKnown: boolean;
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
    isOthersKnown: others.every(({ transactionId }) => by.knew.has(String(transactionId))),
  };
}

/** Payments of the account that the ledger may name, whoever made them. */
export function paymentsShown(world: World, { account, endpoint }: WireCall): readonly string[] {
  if (endpoint !== 'listWalletTransactions') return [];
  const rows = world.accounts[account]?.rows ?? [];
  return rows.flatMap(({ type, transactionId }) =>
    type === 'credit' && transactionId !== null ? [transactionId] : [],
  );
}
