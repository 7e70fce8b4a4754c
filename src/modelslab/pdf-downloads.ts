import { Agent, type Dispatcher } from 'undici';
import type { Secret } from '../domain/secret.ts';
import { SECOND_MS } from '../domain/time.ts';
import { guardedConnector } from '../net/guarded-connector.ts';
import { createTargetGuard, isLoopbackUrl, type TargetGuard, TargetRefused } from '../net/target-guard.ts';

const TIMEOUT_MS = 30 * SECOND_MS;
const BYTES_MAX = 20_000_000;
const REDIRECTS_MAX = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const BEGINNING = '%PDF';

export type PdfReply =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  /** `reason` completes "its PDF …"; it never holds the address, which is a secret to whoever has it. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Fetches documents from addresses that an answer of the provider names (API sheet #13), and trusts none of them:
 * - https only; plain http, and this machine, only where the provider itself is at plain http on this machine;
 * - no socket to a private address, whatever a name resolves to; each redirect, of three at most, is checked anew;
 * - the token goes to the provider's own origin, and nowhere else;
 * - one deadline over everything, 20 MB, and the bytes must begin with %PDF.
 */
export class PdfDownloads {
  readonly #base: URL;
  readonly #guard: TargetGuard;
  readonly #timeoutMs: number;

  constructor(options: { baseUrl: string; guard?: TargetGuard; timeoutMs?: number }) {
    this.#base = new URL(options.baseUrl);
    const mayBeLoopback = isLoopbackUrl(this.#base);
    this.#guard = options.guard ?? createTargetGuard(undefined, { mayBeLoopback });
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  async read(
    address: string,
    { token, signal }: { readonly token: Secret; readonly signal?: AbortSignal | undefined },
  ): Promise<PdfReply> {
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const agent = this.#openAgent();
    try {
      const until = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
      return await this.#follow(agent, address, { token, signal: until });
    } catch (error) {
      return failed(signal?.aborted === true ? 'was not read: purser stops' : reasonOf(error));
    } finally {
      await agent.destroy();
    }
  }

  async #follow(
    agent: Agent,
    address: string,
    options: { readonly token: Secret; readonly signal: AbortSignal },
  ): Promise<PdfReply> {
    let url = URL.parse(address);
    for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
      const fault = url === null ? 'has no address' : this.#faultOf(url);
      if (url === null || fault !== null) return failed(fault ?? '');
      const { statusCode, headers, body } = await this.#get(agent, url, options);
      body.on('error', () => undefined); // of one that is thrown away, nobody listens otherwise
      const { location } = headers;
      if (!REDIRECTS.includes(statusCode) || typeof location !== 'string') {
        return statusCode === 200
          ? await bytesOf(body, headers)
          : failed(`was not given: ${url.hostname} answered ${statusCode}`);
      }
      body.destroy(); // the next address is all it had to say
      url = URL.parse(location, url);
    }
    return failed(`is behind more than ${REDIRECTS_MAX} redirects`);
  }

  #get(
    agent: Agent,
    url: URL,
    { token, signal }: { readonly token: Secret; readonly signal: AbortSignal },
  ): Promise<Dispatcher.ResponseData> {
    const isOurs = url.origin === this.#base.origin;
    return agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: {
        accept: 'application/pdf',
        'accept-encoding': 'identity',
        'user-agent': 'purser',
        ...(isOurs ? { authorization: `Bearer ${token.reveal()}` } : {}),
      },
      signal,
    });
  }

  #faultOf(url: URL): string | null {
    const isHttpFine = this.#base.protocol === 'http:' && isLoopbackUrl(this.#base) && isLoopbackUrl(url);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHttpFine)) return 'is not at https';
    return url.username + url.password === '' ? null : 'has an address with a user in it';
  }

  /** One for each document, so that no host that an answer names keeps a socket. */
  #openAgent(): Agent {
    return new Agent({
      connect: guardedConnector(this.#guard, this.#timeoutMs),
      connections: 1,
      pipelining: 1,
      headersTimeout: this.#timeoutMs,
      bodyTimeout: this.#timeoutMs,
    });
  }
}

async function bytesOf(
  body: Dispatcher.ResponseData['body'],
  headers: Dispatcher.ResponseData['headers'],
): Promise<PdfReply> {
  const tooLarge = failed(`is larger than ${BYTES_MAX / 1_000_000} MB`);
  if (Number(headers['content-length'] ?? 0) > BYTES_MAX) return tooLarge;
  const chunks: Buffer[] = [];
  let total = 0;
  let head = '';
  // undici's bodies are streams of bytes
  for await (const chunk of body as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > BYTES_MAX) return tooLarge;
    chunks.push(chunk);
    head = (head + chunk.toString('latin1', 0, BEGINNING.length)).slice(0, BEGINNING.length);
    // Looked at while it comes, so that a page without end is given up at its beginning.
    if (!BEGINNING.startsWith(head)) break;
  }
  if (head !== BEGINNING) return failed('is none: it does not begin with %PDF');
  return { kind: 'read', bytes: Buffer.concat(chunks, total) };
}

function failed(reason: string): PdfReply {
  return { kind: 'failed', reason };
}

/** By name and code: messages of network errors quote addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof TargetRefused) return 'is at an address that is not public';
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const isLate = error.name === 'TimeoutError' || code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT';
  return isLate ? 'did not come in time' : `could not be read (${code.slice(0, 60)})`;
}
