import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Seeded } from './seeded.ts';

/** Nothing that a provider should ever send: what it knows of us and of cards, in every place of an error. */
export const LEAKED_CARD = '4000056655665556';
export const LEAKED_CLIENT_SECRET = 'pi_3CanaryCanary0001_secret_CanaryClientSecret0001';

/**
 * Stands between purser and the sandbox. While `rate` is above zero it answers that share of the requests itself, with
 * an error that quotes the request's own token, its body, a card number and a client secret: a gateway in debug mode.
 */
export class EchoProxy implements AsyncDisposable {
  rate = 0;
  echoed = 0;
  readonly #server: Server;
  readonly #target: URL;
  readonly #random: Seeded;

  private constructor(server: Server, target: URL, random: Seeded) {
    this.#server = server;
    this.#target = target;
    this.#random = random;
  }

  static async open(target: string, random: Seeded): Promise<EchoProxy> {
    const server = createServer();
    const proxy = new EchoProxy(server, new URL(target), random);
    server.on('request', (request, response) => {
      proxy.#serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The same address as the target's, at this port. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // listening on TCP since `open`
    return `http://127.0.0.1:${port}${this.#target.pathname}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString();
    if (this.#random.uniform() < this.rate) {
      this.echoed += 1;
      return this.#echo(response, { authorization: request.headers.authorization ?? 'none', body });
    }
    const { host: _, connection: __, ...headers } = request.headers;
    const answer = await fetch(new URL(request.url ?? '/', this.#target.origin), {
      method: request.method ?? 'GET',
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(body === '' ? {} : { body }),
    });
    const passed = [...answer.headers].filter(
      ([name]) => !/^(transfer-encoding|connection|content-length)$/.test(name),
    );
    response.writeHead(answer.status, Object.fromEntries(passed)).end(await answer.text());
  }

  #echo(response: ServerResponse, seen: { readonly authorization: string; readonly body: string }): void {
    const token = seen.authorization.replace(/^(?:Bearer|Basic) /, '');
    const spaced = LEAKED_CARD.replace(/(\d{4})(?=\d)/g, '$1 ');
    const values = [...new URLSearchParams(seen.body).values()].join(' ');
    const message = `denied for ${seen.authorization} (${token}) sent ${seen.body} (${values}), card ${LEAKED_CARD} or ${spaced}, ${LEAKED_CLIENT_SECRET}`;
    const shapes = [
      [500, { message }],
      [502, `<html>${message}</html>`],
      [422, { error: { code: 'invalid', message, details: { token: [message], [token]: 'quoted' } } }],
      [400, { error: { code: `bad_token_${token}`, message } }],
      [
        402,
        { error: { code: 'payment_declined', message, details: { decline_code: LEAKED_CLIENT_SECRET } } },
      ],
      [200, { status: 'error', message }],
      [
        200,
        {
          data: { balance: message, subscriptions: [{ id: token, status: message }] },
          meta: { request_id: token },
        },
      ],
      [
        202,
        { data: { message, payment: { status: 'requires_action', client_secret: LEAKED_CLIENT_SECRET } } },
      ],
    ] as const;
    const [status, body] = shapes[Math.floor(this.#random.uniform() * shapes.length)] ?? shapes[0];
    const headers = { 'content-type': 'application/json', 'x-request-id': token };
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
