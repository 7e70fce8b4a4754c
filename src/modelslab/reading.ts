import pRetry from 'p-retry';
import type { z } from 'zod';
import type { EndpointName } from '../contract/endpoints.ts';
import { ENDPOINTS } from '../contract/endpoints.ts';
import { assert } from '../domain/assert.ts';
import type { AccountName } from '../domain/ids.ts';
import type { ProviderAnswer } from '../domain/provider-answer.ts';
import type { Secret } from '../domain/secret.ts';
import { SECOND_MS } from '../domain/time.ts';
import { type Failure, type FailureReason, failureOf, malformed } from './failure.ts';
import type { ProviderClient } from './provider-client.ts';
import type { Reply } from './reply.ts';
import type { Query } from './request-url.ts';
import { isOnePage, isRecord } from './rows.ts';

const RETRIES = 2;
const BACK_OFF_MS = 250;
const RETRY_AFTER_HONOURED_MS = 5 * SECOND_MS;

const TRANSIENT: readonly FailureReason[] = ['unreachable', 'lost', 'server_error'];

/** On whose behalf a typed call is made. */
export type Caller = {
  readonly account: AccountName;
  readonly token: Secret;
  readonly signal?: AbortSignal | undefined;
};

export type ReadRequest = {
  readonly endpoint: EndpointName;
  readonly pathId?: string | undefined;
  readonly query?: Query | undefined;
};

/**
 * A GET, decoded. Repeated at most twice, after 250 ms and 500 ms (give or take half) or what `Retry-After` asks for,
 * where nothing came back, the provider failed (5xx), or it was too busy (429); a wait of more than 5 s is left to
 * the caller's next poll.
 */
export async function read<T>(
  client: ProviderClient,
  caller: Caller,
  request: ReadRequest,
  decoder: z.ZodType<T>,
): Promise<Reply<T>> {
  assert(ENDPOINTS[request.endpoint].method === 'GET', `${request.endpoint} is not a read`);
  const call = { ...caller, ...request };
  const secrets = [caller.token];
  const first = decode(await client.exchange(call), decoder, secrets);
  if (first.kind === 'ok' || !isWorthAnother(first.failure)) return first;
  const once = async (): Promise<Reply<T>> => decode(await client.exchange(call), decoder, secrets);
  return await readAgain(client, caller, { failure: first.failure, once });
}

/**
 * p-retry keeps the count; the waiting is the clock's, so that virtual time works. With `minTimeout: 0` p-retry sets no
 * timer of its own.
 */
async function readAgain<T>(
  client: ProviderClient,
  { signal }: Caller,
  start: { readonly failure: Failure; readonly once: () => Promise<Reply<T>> },
): Promise<Reply<T>> {
  let { failure } = start;
  const attempt = async (count: number): Promise<Reply<T>> => {
    const jitteredMs = BACK_OFF_MS * 2 ** (count - 1) * (0.5 + client.random.uniform());
    await client.clock.sleep(Math.max(jitteredMs, failure.retryAfterMs ?? 0), signal);
    if (signal?.aborted === true) return { kind: 'failed', failure };
    const reply = await start.once();
    if (reply.kind === 'ok' || !isWorthAnother(reply.failure)) return reply;
    failure = reply.failure;
    throw new Unfinished(failure.reason);
  };
  const shouldRetry = ({ error }: { readonly error: Error }): boolean => error instanceof Unfinished;
  try {
    return await pRetry(attempt, { retries: RETRIES - 1, minTimeout: 0, shouldRetry });
  } catch (error) {
    if (error instanceof Unfinished) return { kind: 'failed', failure };
    throw error;
  }
}

/** Gives an answer its value. 2xx bodies may be enveloped (`{data}`) or bare (API sheet 1). */
export function decode<T>(
  answer: ProviderAnswer,
  decoder: z.ZodType<T>,
  secrets: readonly Secret[],
): Reply<T> {
  const failure = failureOf(answer, secrets);
  if (failure !== null) return { kind: 'failed', failure };
  assert(answer.kind === 'answered', 'failureOf names every answer that is none');
  const { body, requestId } = answer;
  const data = isRecord(body) && Object.hasOwn(body, 'data') ? body['data'] : body;
  // What the envelope says of pages is the list's own word.
  const isPart = Array.isArray(data) && isOnePage(body);
  const decoded = decoder.safeParse(isPart ? { data, has_more: true } : data);
  if (decoded.success) return { kind: 'ok', value: decoded.data, requestId, replay: isReplay(body) };
  const issue = decoded.error.issues[0];
  // zod's messages name types and paths, never the values that were sent.
  const problem =
    body === undefined ? 'the answer is not JSON' : `${issue?.path.join('.') || 'data'}: ${issue?.message}`;
  return { kind: 'failed', failure: malformed(answer, problem) };
}

/** A try that another may better. Never leaves this file. */
class Unfinished extends Error {}

function isWorthAnother(failure: Failure): boolean {
  if ((failure.retryAfterMs ?? 0) > RETRY_AFTER_HONOURED_MS) return false;
  if (failure.reason === 'rate_limited') return failure.status === 429 && failure.retryAfterMs !== null;
  return TRANSIENT.includes(failure.reason);
}

/** Where the flag sits is not documented (API sheet, "Idempotency"): top level, `data` and `meta` are looked at. */
function isReplay(body: unknown): boolean {
  if (!isRecord(body)) return false;
  return [body, body['data'], body['meta']].some(
    (part) => isRecord(part) && part['idempotency_replay'] === true,
  );
}
