import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
  readonly answered: number;
};
export type Answer = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

/** A real HTTP server on a loopback port that notes every request and answers as it is told. */
export class LocalReceiver implements AsyncDisposable {
  readonly received: Received[] = [];
  answer: (received: Omit<Received, 'answered'>) => Answer | Promise<Answer> = () => ({ status: 200 });
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<LocalReceiver> {
    const server = createServer();
    const receiver = new LocalReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        void receiver.#respond({ headers: request.headers, body, path: request.url ?? '' }, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // listening on TCP since `open`
  }

  url(path = '/hook'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  get accepted(): readonly Received[] {
    return this.received.filter(({ answered }) => answered < 300);
  }

  async #respond(seen: Omit<Received, 'answered'>, response: ServerResponse): Promise<void> {
    const answer = await this.answer(seen);
    this.received.push({ ...seen, answered: answer.status });
    response.writeHead(answer.status, answer.headers).end(answer.body ?? 'ok');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
