import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';

/** The real wire, but what is asked below one path is answered by a broken server. */
export class DeafWire implements Transport {
  isDeaf = true;
  readonly #wire = new UndiciTransport();
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  request(request: TransportRequest): Promise<TransportReply> {
    if (!this.isDeaf || !request.url.includes(this.#path)) return this.#wire.request(request);
    return Promise.resolve({ kind: 'answered', status: 500, headers: {}, bodyText: '{}' });
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}
