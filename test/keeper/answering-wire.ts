import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';

/** The real wire, with the provider's answers to some paths put in its place. */
export class Answering implements Transport {
  readonly #wire = new UndiciTransport();
  readonly #answer: (path: string) => unknown;

  constructor(answer: (path: string) => unknown) {
    this.#answer = answer;
  }

  async request(request: TransportRequest): Promise<TransportReply> {
    const data = this.#answer(decodeURIComponent(new URL(request.url).pathname));
    if (data === undefined) return await this.#wire.request(request);
    return { kind: 'answered', status: 200, headers: {}, bodyText: JSON.stringify({ data }) };
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}

/** A provider whose one invoice has its PDF at this address. */
export function pdfAt(url: string): Transport {
  return new Answering((path) => {
    if (path.endsWith('/pdf')) return { url };
    if (path.endsWith('/billing/invoices')) return [{ id: 'in_1' }];
    return path.endsWith('/billing/invoices/in_1') ? { id: 'in_1' } : undefined;
  });
}
