import { Agent, type Dispatcher } from 'undici';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { Transport, TransportReply, TransportRequest } from './transport.ts';

const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 10 * SECOND_MS;
const KEEP_ALIVE_MS = 15 * SECOND_MS;
const KEEP_ALIVE_MAX_MS = MINUTE_MS;
const BODY_BYTES_MAX = 1024 * 1024;
const TIMER_MAX_MS = 2 ** 31 - 1;
const TARGETS_MAX = 100;

type Target = { readonly origin: string; readonly path: string };

/**
 * The real wire.
 *
 * Why a POST goes out at most once, as read in undici 8.12.4:
 * - `Agent` and `Pool` follow no redirect and retry nothing: both are interceptors, and none is composed here.
 * - HTTP/1.1 only (`allowH2: false`), one request per socket at a time (`pipelining: 1`). When a socket closes under
 *   a running request, `onHttpSocketClose` (lib/dispatcher/client-h1.js) takes that request out of the queue and
 *   errors it, whatever its method; only requests that were never written move on to a new connection. The one
 *   exception, `UND_ERR_INFO`, rewinds the queue, but is raised under a running request only by that request's own
 *   abort, and an aborted request is dropped, not written.
 * - Before a used keep-alive socket is written to, undici waits one turn of the event loop for a pending FIN or RST
 *   (`scheduleIdleSocketValidation`), so most sockets closed by the server meanwhile cost nothing. The rest of that
 *   race ends as `lost`, as it must: nobody can tell whether the request was read.
 * `onRequestStart` runs on a connected (and TLS-verified) socket, just before the first byte: it is the line between
 * `not_sent` and `lost`. A second start of the same request would be a resend and is refused below.
 */
export class UndiciTransport implements Transport {
  readonly #agent: Agent;
  readonly #bodyBytesMax: number;
  /** One listener for all under a signal: it walks through its listeners whenever one comes or goes. */
  readonly #underSignal = new WeakMap<AbortSignal, Set<Attempt>>();

  /** Passes ask the same few addresses, and to take one apart costs as much as to read the answer. */
  readonly #targets = new Map<string, Target>();

  constructor(options: { connectionsMax?: number; connectTimeoutMs?: number; bodyBytesMax?: number } = {}) {
    this.#bodyBytesMax = options.bodyBytesMax ?? BODY_BYTES_MAX;
    this.#agent = new Agent({
      connections: options.connectionsMax ?? CONNECTIONS_MAX,
      pipelining: 1,
      allowH2: false,
      connect: { timeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS },
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
      // Each request has one deadline of its own over both.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  request(request: TransportRequest): Promise<TransportReply> {
    const { signal } = request;
    if (signal?.aborted === true) return Promise.resolve({ kind: 'not_sent', reason: 'aborted' });
    const fellows = signal === undefined ? null : this.#attemptsUnder(signal);
    return new Promise((resolve) => {
      const attempt = new Attempt({ request, fellows, bodyBytesMax: this.#bodyBytesMax, resolve });
      this.#agent.dispatch(
        {
          ...this.#targetOf(request.url),
          method: request.method,
          headers: request.headers,
          body: request.body ?? null,
        },
        attempt,
      );
    });
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  #targetOf(url: string): Target {
    const known = this.#targets.get(url);
    if (known !== undefined) return known;
    const { origin, pathname, search } = new URL(url);
    const target = { origin, path: pathname + search };
    if (this.#targets.size >= TARGETS_MAX) this.#targets.clear();
    this.#targets.set(url, target);
    return target;
  }

  #attemptsUnder(signal: AbortSignal): Set<Attempt> {
    const known = this.#underSignal.get(signal);
    if (known !== undefined) return known;
    const attempts = new Set<Attempt>();
    this.#underSignal.set(signal, attempts);
    signal.addEventListener(
      'abort',
      () => {
        for (const attempt of attempts) attempt.fail('aborted');
      },
      { once: true },
    );
    return attempts;
  }
}

/** One request on its way; settles exactly once. */
class Attempt implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: TransportReply) => void;
  /** Those under way under the same signal; `null` where it has none. */
  readonly #fellows: Set<Attempt> | null;
  readonly #bodyBytesMax: number;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #bodyBytes = 0;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  /** Set from the moment the first byte may be on the wire. */
  #controller: Dispatcher.DispatchController | null = null;
  #isSettled = false;

  constructor(options: {
    request: TransportRequest;
    fellows: Set<Attempt> | null;
    bodyBytesMax: number;
    resolve: (reply: TransportReply) => void;
  }) {
    this.#resolve = options.resolve;
    this.#fellows = options.fellows;
    this.#bodyBytesMax = options.bodyBytesMax;
    this.#timer = setTimeout(() => this.fail('timeout'), Math.min(options.request.timeoutMs, TIMER_MAX_MS));
    this.#fellows?.add(this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#controller !== null) this.fail('resend_refused');
    if (this.#isSettled) {
      // It waited in the queue past its deadline, or was given up: abort here and not a byte is written.
      controller.abort(new Error('request was given up before it was sent'));
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    // Runs for 1xx too; the final answer comes last and stays.
    this.#status = status;
    this.#headers = plainHeaders(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isSettled) return;
    this.#bodyBytes += chunk.length;
    if (this.#bodyBytes > this.#bodyBytesMax) this.fail('too_large');
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const bodyText = Buffer.concat(this.#chunks).toString('utf8');
    this.#settle({ kind: 'answered', status: this.#status, headers: this.#headers, bodyText });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(reasonOf(error));
  }

  fail(reason: string): void {
    const controller = this.#controller;
    this.#settle({ kind: controller === null ? 'not_sent' : 'lost', reason });
    controller?.abort(new Error(reason));
  }

  #settle(reply: TransportReply): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#fellows?.delete(this);
    this.#chunks.length = 0;
    this.#resolve(reply);
  }
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** undici gives the names in lower case. */
function plainHeaders(headers: RawHeaders): Readonly<Record<string, string>> {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return plain;
}

/** The error's code, never its message: a message may quote a header. */
function reasonOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'transport_error';
}
