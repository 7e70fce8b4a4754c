import { z } from 'zod';
import type { PaymentMethodId } from '../domain/ids.ts';
import { type Cents, dollarsText, type MicroUsd } from '../domain/money.ts';
import type { EpochMs } from '../domain/time.ts';
import { type ConfirmedCheckout, confirmedCheckout } from './confirmed-checkout.ts';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { isRecord } from './rows.ts';
import {
  dollars,
  dollarsNotNegative,
  list,
  maybeText,
  maybeWhole,
  stamp,
  undocumented,
  usd,
} from './wire.ts';
import { write } from './writing.ts';

export type WalletBalance = { readonly balanceMicroUsd: MicroUsd };

export type WalletTransaction = {
  readonly id: string;
  /** `credit` or `debit`, in lower case; other words are passed on. */
  readonly type: string;
  readonly amountMicroUsd: MicroUsd;
  readonly createdAt: EpochMs;
  readonly isStampExact: boolean;
  readonly status: string;
  readonly source: string;
  readonly usecase: string;
  readonly transactionId: string | null;
};

export type WalletTransactions = {
  readonly rows: readonly WalletTransaction[];
  /** Rows of that filter in the whole ledger, where the provider says it. */
  readonly total: number | null;
  readonly balanceMicroUsd: MicroUsd | null;
  readonly totals: { readonly creditedMicroUsd: MicroUsd; readonly usedMicroUsd: MicroUsd } | null;
};

/** `{balance, currency}` or `{wallet: {balance, currency}}` (API sheet #14). Compiled: every pass decodes one. */
const balance = z.compile(
  z
    .preprocess(
      (value) => (isRecord(value) && isRecord(value['wallet']) ? value['wallet'] : value),
      z.object({ balance: dollars, currency: usd }),
    )
    .transform((wallet): WalletBalance => ({ balanceMicroUsd: wallet.balance })),
);

const transaction = z
  .object({
    id: z.union([z.string().min(1), z.number()]).transform(String),
    type: z.string().transform((type) => type.toLowerCase()),
    amount: dollarsNotNegative,
    currency: usd,
    created_at: stamp,
    status: maybeText,
    source: maybeText,
    usecase: maybeText,
    transaction_id: maybeText,
  })
  .transform(
    (row): WalletTransaction => ({
      id: row.id,
      type: row.type,
      amountMicroUsd: row.amount,
      createdAt: row.created_at.at,
      isStampExact: row.created_at.isExact,
      status: row.status ?? '',
      source: row.source ?? '',
      usecase: row.usecase ?? '',
      transactionId: row.transaction_id,
    }),
  );

const walletPart = z.object({
  balance: dollars,
  currency: usd,
  total_credited: dollarsNotNegative.nullish(),
  amount_used: dollarsNotNegative.nullish(),
});

/** API sheet #15. */
const transactions = z
  .object({ items: list(transaction), total: maybeWhole, wallet: walletPart.nullish() })
  .transform(({ items, total, wallet }): WalletTransactions => {
    const credited = wallet?.total_credited ?? null;
    const used = wallet?.amount_used ?? null;
    return {
      rows: items,
      total,
      balanceMicroUsd: wallet?.balance ?? null,
      totals: credited === null || used === null ? null : { creditedMicroUsd: credited, usedMicroUsd: used },
    };
  });

/** What a debit says of where money went; nothing is booked by it. */
export type WalletDebit = Pick<WalletTransaction, 'id' | 'type' | 'usecase' | 'transactionId'> & {
  /** `null` where its stamp is missing or cannot be read. */
  readonly createdAt: EpochMs | null;
  readonly isStampExact: boolean;
  /** Without its sign; `null` where it is missing or cannot be read. */
  readonly amountMicroUsd: number | null;
};

const debit = z
  .object({
    id: z.union([z.string().min(1), z.number()]).transform(String),
    type: maybeText,
    amount: dollars.nullish().catch(null),
    created_at: stamp.nullish().catch(null),
    usecase: maybeText,
    transaction_id: maybeText,
  })
  .transform(
    (row): WalletDebit => ({
      id: row.id,
      type: row.type?.toLowerCase() ?? '',
      usecase: row.usecase ?? '',
      transactionId: row.transaction_id,
      createdAt: row.created_at?.at ?? null,
      isStampExact: row.created_at?.isExact ?? false,
      amountMicroUsd: typeof row.amount === 'number' ? Math.abs(row.amount) : null,
    }),
  );

export type WalletDebits = {
  readonly rows: readonly WalletDebit[];
  readonly total: number | null;
  /** As the answer says them beside its rows; `null` where it does not, or oddly. */
  readonly totals: {
    readonly creditedMicroUsd: MicroUsd;
    readonly usedMicroUsd: MicroUsd | null;
    readonly balanceMicroUsd: MicroUsd | null;
  } | null;
};

const debits = z
  .object({
    items: list(debit),
    total: maybeWhole,
    wallet: z
      .object({
        total_credited: dollarsNotNegative,
        amount_used: dollarsNotNegative.nullish().catch(null),
        balance: dollars.nullish().catch(null),
      })
      .nullish()
      .catch(null),
  })
  .transform(
    ({ items, total, wallet }): WalletDebits => ({
      rows: items,
      total,
      totals: wallet
        ? {
            creditedMicroUsd: wallet.total_credited,
            usedMicroUsd: wallet.amount_used ?? null,
            balanceMicroUsd: wallet.balance ?? null,
          }
        : null,
    }),
  );

/** The cheap poll (API sheet #14). */
export function getWalletBalance(client: ProviderClient, caller: Caller): Promise<Reply<WalletBalance>> {
  return read(client, caller, { endpoint: 'getWalletBalance' }, balance);
}

/** One page of the ledger (API sheet #15). `limit` 1 to 200, provider's default 50; the order is not documented. */
export function listWalletTransactions(
  client: ProviderClient,
  caller: Caller,
  args: { readonly type?: 'credit' | 'debit'; readonly limit?: number; readonly offset?: number } = {},
): Promise<Reply<WalletTransactions>> {
  return read(client, caller, { endpoint: 'listWalletTransactions', query: { ...args } }, transactions);
}

/** One page of the debits, as above; their amounts may be as odd as they like. */
export function listWalletDebits(
  client: ProviderClient,
  caller: Caller,
  args: { readonly limit: number; readonly offset: number },
): Promise<Reply<WalletDebits>> {
  const query = { type: 'debit', ...args };
  return read(client, caller, { endpoint: 'listWalletTransactions', query }, debits);
}

/** Charges a card (API sheet #16); at least $10.00. Without a card the provider answers with a checkout URL. */
export function fundWallet(
  client: ProviderClient,
  caller: Caller,
  args: {
    readonly amountCents: Cents;
    readonly paymentMethodId?: PaymentMethodId | undefined;
    readonly idempotencyKey?: string | undefined;
  },
): Promise<Reply<unknown>> {
  const body = { amount: wireDollars(args.amountCents), payment_method_id: args.paymentMethodId };
  return write(
    client,
    caller,
    { endpoint: 'fundWallet', body, idempotencyKey: args.idempotencyKey },
    undocumented,
  );
}

/**
 * After a person has paid on the Stripe page; an error until then (API sheet #17, its code is not documented). Without
 * an idempotency key: "not yet" must not be answered from memory.
 */
export function confirmWalletCheckout(
  client: ProviderClient,
  caller: Caller,
  args: { readonly sessionId: string },
): Promise<Reply<ConfirmedCheckout>> {
  const body = { session_id: args.sessionId };
  return write(client, caller, { endpoint: 'confirmWalletCheckout', body }, confirmedCheckout);
}

/** The provider's own recharge (API sheet #18): amount at least $5.00, threshold at least $1.00. */
export function enableAutoFunding(
  client: ProviderClient,
  caller: Caller,
  args: {
    readonly amountCents: Cents;
    readonly thresholdCents: Cents;
    readonly idempotencyKey?: string | undefined;
  },
): Promise<Reply<unknown>> {
  const body = {
    auto_charge_amount: wireDollars(args.amountCents),
    charge_threshold: wireDollars(args.thresholdCents),
  };
  const request = { endpoint: 'enableAutoFunding', body, idempotencyKey: args.idempotencyKey } as const;
  return write(client, caller, request, undocumented);
}

/** API sheet #19. */
export function disableAutoFunding(
  client: ProviderClient,
  caller: Caller,
  args: { readonly idempotencyKey?: string | undefined } = {},
): Promise<Reply<unknown>> {
  return write(client, caller, { endpoint: 'disableAutoFunding', ...args }, undocumented);
}

/** Pays the balance out; for resellers only (API sheet #20). */
export function withdraw(
  client: ProviderClient,
  caller: Caller,
  args: { readonly amountCents: Cents; readonly idempotencyKey?: string | undefined },
): Promise<Reply<unknown>> {
  const body = { amount: wireDollars(args.amountCents) };
  return write(
    client,
    caller,
    { endpoint: 'withdraw', body, idempotencyKey: args.idempotencyKey },
    undocumented,
  );
}

/** JSON dollars. The number prints as the shortest decimal text, which is the amount to the cent. */
export function wireDollars(amountCents: Cents): number {
  return Number(dollarsText(amountCents));
}
