import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const messageSchema = z.object({
  type: z.string(),
  data: z.object({ fingerprint: z.string(), account: z.string().nullable() }),
});

/** A local receiver of alerts that keeps every request as it came. */
export class AlertReceiver implements AsyncDisposable {
  readonly secret = `whsec_${randomBytes(32).toString('base64')}`;
  /** Headers and bodies, as text. */
  readonly received: string[] = [];
  readonly messages: { readonly fingerprint: string; readonly account: string | null }[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<AlertReceiver> {
    const server = createServer();
    const receiver = new AlertReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        receiver.received.push(`${JSON.stringify(request.headers)}\n${body}`);
        const parsed = messageSchema.safeParse(JSON.parse(body));
        if (parsed.success) receiver.messages.push(parsed.data.data);
        response.writeHead(200).end('ok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // listening on TCP since `open`
    return `http://127.0.0.1:${port}/hook`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
