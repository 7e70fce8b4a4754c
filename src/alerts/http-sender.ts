import { Agent } from 'undici';
import { guardedConnector } from '../net/guarded-connector.ts';
import { createTargetGuard, type TargetGuard, TargetRefused } from '../net/target-guard.ts';
import type { DeliveryOutcome } from './receiver.ts';

export const POST_TIMEOUT_MS = 10_000;
/** How much of an answer's body is read; more is cut off. */
const BODY_MAX_BYTES = 16_384;

export type HttpRequest = {
  readonly method?: 'GET' | 'POST';
  /** Below the URL, such as "/v2/enqueue". */
  readonly path?: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
};

export type HttpReply = { readonly outcome: DeliveryOutcome; readonly text: string };

/** Makes requests to one URL, and to paths below it: no redirect, no retry, an answer within the timeout or none. */
export class HttpSender {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #timeoutMs: number;

  constructor(options: { url: URL; guard: TargetGuard | null; timeoutMs: number }) {
    const { url, guard, timeoutMs } = options;
    this.#url = url;
    this.#timeoutMs = timeoutMs;
    this.#agent = new Agent({
      connect: guardedConnector(guard, timeoutMs),
      connections: 4,
      pipelining: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: 4_000,
    });
  }

  /** A POST of which only the status counts. */
  async send(
    body: string,
    headers: Readonly<Record<string, string>>,
    nowMs: number,
  ): Promise<DeliveryOutcome> {
    const { outcome } = await this.exchange({ body, headers }, nowMs);
    return outcome;
  }

  async exchange(request: HttpRequest, nowMs: number): Promise<HttpReply> {
    const { method = 'POST', path = '', body, headers } = request;
    const type = body === null ? {} : { 'content-type': 'application/json; charset=utf-8' };
    try {
      const answer = await this.#agent.request({
        origin: this.#url.origin,
        path:
          (path === '' ? this.#url.pathname : this.#url.pathname.replace(/\/+$/, '') + path) +
          this.#url.search,
        method,
        headers: { ...type, 'user-agent': 'purser', ...headers },
        body,
        // Covers a host that drips bytes, which no timeout between bytes catches.
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      const retryAfter = answer.headers['retry-after'];
      const text = await readText(answer.body);
      return { outcome: outcomeOf(answer.statusCode, retryAfterMs(retryAfter, nowMs)), text };
    } catch (error) {
      return { outcome: failureOf(error), text: '' };
    }
  }

  close(): Promise<void> {
    return this.#agent.close();
  }
}

/**
 * Of a service whose good answer is never a web page: one comes from what stands in between (a proxy, a portal that asks
 * for a sign-in), and nobody was told.
 */
export function unlessPage({ outcome, text }: HttpReply): DeliveryOutcome {
  if (outcome.kind !== 'delivered' || !text.trimStart().startsWith('<')) return outcome;
  return { kind: 'brief', reason: 'server_error', detail: 'a web page', retryAfterMs: null };
}

/** What came of the body. The status is the answer: a body that breaks off, or is longer, changes nothing about it. */
async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      size += part.length;
      if (size > BODY_MAX_BYTES) break; // leaves the connection, which is closed with it
    }
  } catch {
    return ''; // the answer broke off
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The guard that a receiver needs: none where the config allows private addresses. */
export function guardUnless(isPrivateAllowed: boolean): TargetGuard | null {
  return isPrivateAllowed ? null : createTargetGuard();
}

function outcomeOf(status: number, retryAfter: number | null): DeliveryOutcome {
  const detail = String(status);
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone', reason: 'gone', detail, retryAfterMs: null };
  if (status === 429) return { kind: 'busy', reason: 'rate_limited', detail, retryAfterMs: retryAfter };
  if (status < 400) return { kind: 'wrong', reason: 'redirect', detail, retryAfterMs: null };
  if (status >= 500) return { kind: 'brief', reason: 'server_error', detail, retryAfterMs: retryAfter };
  const isBrief = status === 408 || status === 409 || status === 425;
  const isMessage = status === 400 || status === 413 || status === 415 || status === 422;
  const kind = isBrief ? 'brief' : isMessage ? 'rejected' : 'wrong';
  return { kind, reason: 'client_error', detail, retryAfterMs: retryAfter };
}

/** Only the code is kept: messages of network errors carry addresses, and an URL here is a secret. */
function failureOf(error: unknown): DeliveryOutcome {
  if (error instanceof TargetRefused) {
    return { kind: 'wrong', reason: 'target_refused', detail: 'not a public address', retryAfterMs: null };
  }
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const isTimeout = error.name === 'TimeoutError' || code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT';
  return { kind: 'brief', reason: isTimeout ? 'timeout' : 'connect', detail: code, retryAfterMs: null };
}

/** Seconds or an HTTP date; `null` where it is neither. */
function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim()) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
