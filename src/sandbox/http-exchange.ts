import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../domain/ports.ts';

/** Longer bodies than this are refused; nothing that the sandbox knows needs more. */
const BODY_BYTES_MAX = 256 * 1_024;

/** The whole body as text; `null` where it is too long. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer; // No encoding is set on the stream, so it yields buffers.
    length += bytes.length;
    if (length > BODY_BYTES_MAX) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller tells its client that this is not JSON.
  }
}

/** Writes answers; the `Date` header is the sandbox's own clock, made once a second. */
export class Responder {
  readonly #clock: Clock;
  #second = Number.NaN;
  #date = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  json(
    response: ServerResponse,
    status: number,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): void {
    this.text(response, status, { type: 'application/json', text: JSON.stringify(body) }, headers);
  }

  text(
    response: ServerResponse,
    status: number,
    body: { readonly type: string; readonly text: string | Uint8Array },
    headers: Readonly<Record<string, string>> = {},
  ): void {
    if (response.destroyed) return;
    const { type, text } = body;
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': typeof text === 'string' ? Buffer.byteLength(text) : text.length,
      Date: this.#today(),
      ...headers,
    });
    response.end(text);
  }

  #today(): string {
    const second = Math.floor(this.#clock.now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = new Date(second * 1_000).toUTCString();
    }
    return this.#date;
  }
}
