import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';

export type AroundPost = (
  send: () => Promise<TransportReply>,
  /** How many came before it. */
  ordinal: number,
  request: TransportRequest,
) => Promise<TransportReply>;

export type AroundRead = (
  send: () => Promise<TransportReply>,
  request: TransportRequest,
) => Promise<TransportReply>;

/**
 * The real wire, with a word from the test around every request that is no GET: it can change the sandbox's weather
 * for just that one, or end the "process" before or behind it. GETs pass unless a word is given for them too.
 */
export class WatchedWire implements Transport {
  readonly #wire = new UndiciTransport();
  readonly #around: AroundPost;
  readonly #aroundRead: AroundRead;
  #posts = 0;

  constructor(around: AroundPost, aroundRead: AroundRead = (send) => send()) {
    this.#around = around;
    this.#aroundRead = aroundRead;
  }

  async request(request: TransportRequest): Promise<TransportReply> {
    const send = (): Promise<TransportReply> => this.#wire.request(request);
    if (request.method === 'GET') return await this.#aroundRead(send, request);
    const ordinal = this.#posts;
    this.#posts += 1;
    return await this.#around(send, ordinal, request);
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}

/** An answer that the provider might give. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): TransportReply {
  return { kind: 'answered', status, headers, bodyText: JSON.stringify(body) };
}

/** What a process that died waits for. */
export function never(): Promise<TransportReply> {
  return new Promise(() => undefined);
}
