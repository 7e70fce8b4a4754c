import { z } from 'zod';
import type { MicroUsd } from '../domain/money.ts';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, read } from './reading.ts';
import type { Reply } from './reply.ts';
import { dollars, list, maybeText, undocumentedRecord } from './wire.ts';

type Facts = Readonly<Record<string, unknown>>;

export type Me = {
  readonly name: string | null;
  readonly email: string | null;
  readonly walletBalanceMicroUsd: MicroUsd | null;
};

const me = z
  .object({ name: maybeText, email: maybeText, wallet_balance: dollars.nullish().catch(null) })
  .transform(
    (found): Me => ({
      name: found.name,
      email: found.email,
      walletBalanceMicroUsd: found.wallet_balance ?? null,
    }),
  );

/** Whose token it is (API sheet 1, "Tokens"). */
export function getMe(client: ProviderClient, caller: Caller): Promise<Reply<Me>> {
  return read(client, caller, { endpoint: 'getMe' }, me);
}

/** Usage, limits and wallet; shape not documented (API sheet 2, "Neighbours"). */
export function getUsageSummary(client: ProviderClient, caller: Caller): Promise<Reply<Facts>> {
  return read(client, caller, { endpoint: 'getUsageSummary' }, undocumentedRecord);
}

/** Limits of the plan and what remains, by product; shape not documented. */
export function getUsageProducts(client: ProviderClient, caller: Caller): Promise<Reply<unknown>> {
  return read(
    client,
    caller,
    { endpoint: 'getUsageProducts' },
    z.union([undocumentedRecord, list(undocumentedRecord)]),
  );
}

/** Calls that were made, `limit` 1 to 200: `created_at`, `endpoint`, `status`, sometimes `cost`. */
export function getUsageHistory(
  client: ProviderClient,
  caller: Caller,
  args: { readonly from?: string; readonly to?: string; readonly limit?: number } = {},
): Promise<Reply<readonly Facts[]>> {
  const decoder = list(undocumentedRecord, ['history', 'usage']);
  return read(client, caller, { endpoint: 'getUsageHistory', query: { ...args } }, decoder);
}
