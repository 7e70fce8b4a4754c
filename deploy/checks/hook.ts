import { createServer, type Server } from 'node:http';
import { z } from 'zod';

const bodySchema = z.object({
  receiver: z.string(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
    }),
  ),
});

export type Told = z.output<typeof bodySchema>['alerts'][number] & {
  readonly path: string;
  readonly authorization: string | undefined;
};

/** A local receiver of Alertmanager's webhooks that keeps every alert it is told. */
export class Hook implements AsyncDisposable {
  readonly told: Told[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(port: number): Promise<Hook> {
    const server = createServer();
    const hook = new Hook(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { alerts } = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
        const { authorization } = request.headers;
        for (const alert of alerts) hook.told.push({ ...alert, path: request.url ?? '', authorization });
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return hook;
  }

  /** How often it was told of this alert of this account. */
  count(alert: string, account: string, status: 'firing' | 'resolved'): number {
    return this.told.filter(
      ({ labels, status: told }) =>
        labels['alertname'] === alert && labels['account'] === account && told === status,
    ).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
