import type { z } from 'zod';
import { ENDPOINTS, type EndpointName } from '../contract/endpoints.ts';
import { assert } from '../domain/assert.ts';
import type { Secret } from '../domain/secret.ts';
import type { ProviderClient } from './provider-client.ts';
import { type Caller, decode } from './reading.ts';
import type { Reply } from './reply.ts';

export type WriteRequest = {
  readonly endpoint: EndpointName;
  readonly pathId?: string | undefined;
  /** Sent as JSON; fields that are `undefined` are left out. */
  readonly body?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly idempotencyKey?: string | undefined;
};

/** POST, PUT and DELETE: one exchange, decoded, never repeated. */
export async function write<T>(
  client: ProviderClient,
  caller: Omit<Caller, 'token'> & { readonly token: Secret | null },
  request: WriteRequest,
  decoder: z.ZodType<T>,
  secrets: readonly Secret[] = [],
): Promise<Reply<T>> {
  assert(ENDPOINTS[request.endpoint].method !== 'GET', `${request.endpoint} is a read`);
  const answer = await client.exchange({
    ...caller,
    ...request,
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  });
  return decode(answer, decoder, caller.token === null ? secrets : [caller.token, ...secrets]);
}
