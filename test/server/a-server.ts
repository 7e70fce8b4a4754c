import { onTestFinished } from 'vitest';
import type { IntentStateName } from '../../src/charge/intent.ts';
import { pageHands } from '../../src/cli/page-hands.ts';
import { pageReadings } from '../../src/cli/page-readings.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { intentView } from '../../src/keeper/view.ts';
import { type HttpServer, startHttpServer } from '../../src/server/http-server.ts';
import type { AKeeper } from '../keeper/a-keeper.ts';

/** The HTTP face of a keeper, wired as `src/cli/serve.ts` wires it, on a free port. Closed when the test ends. */
export async function aServer(
  keeper: AKeeper,
  options: {
    readonly notReady?: readonly string[];
    readonly port?: number;
    readonly clean?: (text: string) => string;
    /** Of the keeper that is at work, where one is. */
    readonly hurry?: (account: AccountName) => void;
    readonly failed?: (error: unknown) => void;
  } = {},
): Promise<HttpServer> {
  const { store, context } = keeper;
  const { metrics, view } = context;
  const server = await startHttpServer(
    { host: '127.0.0.1', port: options.port ?? 0 },
    {
      metrics,
      clean: options.clean ?? ((text) => text),
      failed: options.failed ?? (() => undefined),
      beforeScrape: async () => metrics.daemon.queued(await store.outbox.queueLengths()),
      accounts: () => view.accounts(),
      intents: async ({ account, states, limit }) => {
        const found = await store.journal.intents({
          ...(account === null ? {} : { account: account as AccountName }), // a filter: any text will do
          ...(states === null ? {} : { states: states as IntentStateName[] }), // likewise
          limit,
        });
        return found.map(intentView);
      },
      alerts: () => store.firingIncidents(),
      notReady: () => options.notReady ?? [],
      orders: { apiToken: () => context.spec().server.apiToken, place: async () => null },
      hands: pageHands(
        { clock: context.clock },
        { context, store, keeper: { hurry: options.hurry ?? (() => undefined) } },
        { reload: async () => null, changed: [] },
      ),
      page: pageReadings({ clock: context.clock, version: '0' }, { context, store, view }),
      random: context.random,
    },
  );
  onTestFinished(() => server.close());
  return server;
}

/** Its answer to one path; the body parsed where it is JSON. */
export async function get(server: HttpServer, path: string, method = 'GET') {
  const response = await fetch(server.url + path, { method });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const body: unknown = type.startsWith('application/json') && text !== '' ? JSON.parse(text) : text;
  return { status: response.status, type, body, text, allow: response.headers.get('allow') };
}
