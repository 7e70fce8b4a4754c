import { ENDPOINTS, type Endpoint, type EndpointName } from '../contract/endpoints.ts';
import type { AccountName } from '../domain/ids.ts';
import type { Clock, Log, Random } from '../domain/ports.ts';
import type { ProviderAnswer } from '../domain/provider-answer.ts';
import { PurserError } from '../domain/purser-error.ts';
import { fitsHeader, type Secret } from '../domain/secret.ts';
import { SECOND_MS } from '../domain/time.ts';
import { answerOf, DateHeaders, rateHeadersOf } from './answer.ts';
import { type Patience, RateLimiter } from './rate-limiter.ts';
import { parseBaseUrl, type Query, requestUrl } from './request-url.ts';
import type { Transport, TransportReply } from './transport.ts';

const TIMEOUT_MS = 30 * SECOND_MS;
/** How long a call may stand in line for the rate limit. A money call was journalled as sent: it must not linger. */
const READ_QUEUE_MS = 10 * SECOND_MS;
const WRITE_QUEUE_MS = 2 * SECOND_MS;
const HOLD_DEFAULT_MS = 30 * SECOND_MS;

/** The call found no room under the provider's rate limit; nothing was sent. */
export const RATE_BUDGET_REASON = 'rate_budget';
/** The account's token cannot stand in a header; nothing was sent. */
export const TOKEN_MALFORMED_REASON = 'token_malformed';

/** One request, for metrics. `code` is the HTTP status, or `not_sent`, or `lost`. */
export type RequestSample = {
  readonly operation: EndpointName;
  readonly code: string;
  readonly durationMs: number;
  readonly rateLimited: boolean;
};

export type ProviderCall = {
  readonly account: AccountName;
  /** `null` for `login` only, which has none yet. */
  readonly token: Secret | null;
  readonly endpoint: EndpointName;
  readonly pathId?: string | undefined;
  readonly query?: Query | undefined;
  /** The exact JSON text to send. */
  readonly body?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ProviderClientOptions = {
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly guard: 'read_only' | 'read_write';
  /**
   * Lets `login` through a `read_only` guard. A login changes nothing that costs money, and without it accounts that
   * are known by e-mail and password could not be read in `plan` and `observe` at all. Refreshing a token stays
   * refused: it revokes the old one.
   */
  readonly allowLogin?: boolean;
  readonly onRequest?: (sample: RequestSample) => void;
  readonly timeoutMs?: number;
};

/**
 * The provider as one account sees it. `exchange` is exactly one HTTP request, never repeated; everything that gives
 * answers a meaning or repeats a read is built on it. The safety modes (`plan`, `observe`) live here: under the
 * `read_only` guard anything but GET throws before a byte is sent.
 */
export class ProviderClient {
  readonly clock: Clock;
  readonly random: Random;
  readonly #baseUrl: string;
  readonly #transport: Transport;
  readonly #log: Log;
  readonly #guard: 'read_only' | 'read_write';
  readonly #allowLogin: boolean;
  readonly #onRequest: (sample: RequestSample) => void;
  readonly #timeoutMs: number;
  readonly #limiter: RateLimiter;
  readonly #dates = new DateHeaders();
  #dateMaxMs: number | null = null;
  #lastSkewMs: number | null = null;

  constructor(options: ProviderClientOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.#baseUrl = parseBaseUrl(options.baseUrl);
    this.#transport = options.transport;
    this.#log = options.log;
    this.#guard = options.guard;
    this.#allowLogin = options.allowLogin ?? false;
    this.#onRequest = options.onRequest ?? (() => undefined);
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#limiter = new RateLimiter(options.clock);
  }

  /**
   * One request, at most once on the wire. Rejects with a `PurserError` (`read_only`, `bad_path_id`) before anything
   * is sent; everything that happens on the wire is an answer.
   */
  async exchange(call: ProviderCall): Promise<ProviderAnswer> {
    const endpoint: Endpoint = ENDPOINTS[call.endpoint];
    this.#check(call.endpoint, endpoint);
    const url = requestUrl({ baseUrl: this.#baseUrl, endpoint, pathId: call.pathId, query: call.query });
    const headers = headersOf(call);
    if (headers === null) return { kind: 'not_sent', reason: TOKEN_MALFORMED_REASON };
    const queueMs = endpoint.method === 'GET' ? READ_QUEUE_MS : WRITE_QUEUE_MS;
    const hasRoom = await this.#limiter.acquire(call.account, endpoint, {
      timeoutMs: queueMs,
      signal: call.signal,
    });
    if (!hasRoom) {
      return { kind: 'not_sent', reason: call.signal?.aborted === true ? 'aborted' : RATE_BUDGET_REASON };
    }
    const takenMs = this.clock.monotonicMs();
    const reply = await this.#transport.request({
      method: endpoint.method,
      url,
      headers,
      body: call.body,
      timeoutMs: this.#timeoutMs,
      signal: call.signal,
    });
    return this.#note({ call, endpoint, reply, takenMs });
  }

  /**
   * Waits until the rate limit has room for such a call, and takes nothing: to be awaited before a money call is
   * journalled. False where there is none within the patience.
   */
  ready(account: AccountName, endpoint: EndpointName, patience: Patience): Promise<boolean> {
    return this.#limiter.ready(account, ENDPOINTS[endpoint], patience);
  }

  /**
   * The largest `Date` the provider ever sent to this client, and how far its clock was ahead of ours (negative:
   * behind) in the newest answer; good to a second or so. `null` before the first answer.
   */
  providerDate(): { readonly maxMs: number | null; readonly lastSkewMs: number | null } {
    return { maxMs: this.#dateMaxMs, lastSkewMs: this.#lastSkewMs };
  }

  #check(name: EndpointName, endpoint: Endpoint): void {
    if (this.#guard === 'read_write' || endpoint.method === 'GET') return;
    if (name === 'login' && this.#allowLogin) return;
    throw new PurserError({
      code: 'read_only',
      message: `${name} (${endpoint.method} ${endpoint.path}) is refused: this run only reads`,
      mend: 'Set mode: enforce in the config; `purser plan` and `purser check` never do more than read.',
    });
  }

  #note(sent: {
    call: ProviderCall;
    endpoint: Endpoint;
    reply: TransportReply;
    takenMs: number;
  }): ProviderAnswer {
    const { call, endpoint, reply, takenMs } = sent;
    const durationMs = this.clock.monotonicMs() - takenMs;
    const now = this.clock.now();
    const answer = answerOf(reply, now, this.#dates);
    const rateLimited = answer.kind === 'answered' && answer.status === 429;
    if (answer.kind === 'answered') {
      const { remaining, resetInMs } = rateHeadersOf(reply, answer.dateMs ?? now);
      const holdMs = rateLimited ? (answer.retryAfterMs ?? HOLD_DEFAULT_MS) : null;
      this.#limiter.learn(call.account, endpoint, { takenMs, remaining, resetInMs, holdMs });
      this.#noteDate(answer.dateMs, now - durationMs / 2);
    }
    const code = answer.kind === 'answered' ? String(answer.status) : answer.kind;
    this.#onRequest({ operation: call.endpoint, code, durationMs, rateLimited });
    this.#log.debug('provider.exchange', {
      account: call.account,
      operation: call.endpoint,
      code,
      reason: answer.kind === 'answered' ? undefined : answer.reason,
      duration_ms: Math.round(durationMs),
      request_id: answer.kind === 'answered' ? answer.requestId : undefined,
    });
    return answer;
  }

  #noteDate(dateMs: number | null, middleMs: number): void {
    if (dateMs === null) return;
    this.#dateMaxMs = Math.max(this.#dateMaxMs ?? dateMs, dateMs);
    // The header is cut to the second: half of one is the best guess.
    this.#lastSkewMs = Math.round(dateMs + SECOND_MS / 2 - middleMs);
  }
}

/** `null` where the token cannot stand in a header; said as an answer, so that one bad token stops one account. */
function headersOf(call: ProviderCall): Readonly<Record<string, string>> | null {
  const { token } = call;
  if (token !== null && !fitsHeader(token)) return null;
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'purser',
  };
  if (token !== null) headers['authorization'] = `Bearer ${token.reveal()}`;
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
  return headers;
}
