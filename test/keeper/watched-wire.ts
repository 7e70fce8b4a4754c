import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';

export type AroundPost = (
  send: () => Promise<TransportReply>,
  /** How many came before it. */
  ordinal: number,
  request: TransportRequest,
) => Promise<TransportReply>;

/**
 * The real wire, with a word from the test around every request that is no GET: it can change the sandbox's weather
 * for just that one, or end the "process" before or behind it.
 */
export class WatchedWire implements Transport {
  readonly #wire = new UndiciTransport();
  readonly #around: AroundPost;
  #posts = 0;

  constructor(around: AroundPost) {
    this.#around = around;
  }

  async request(request: TransportRequest): Promise<TransportReply> {
    if (request.method === 'GET') return await this.#wire.request(request);
    const ordinal = this.#posts;
    this.#posts += 1;
    return await this.#around(() => this.#wire.request(request), ordinal, request);
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}

/** What a process that died waits for. */
export function never(): Promise<TransportReply> {
  return new Promise(() => undefined);
}
