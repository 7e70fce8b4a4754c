import { onTestFinished } from 'vitest';
import { pageHands } from '../../src/cli/page-hands.ts';
import { pageReadings } from '../../src/cli/page-readings.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { answerView } from '../../src/keeper/answer-view.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { type HttpServer, startHttpServer } from '../../src/server/http-server.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { stepUntil } from '../keeper/clock-steps.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';

const API_TOKEN = 'api-token-of-a-scenario';
const STEP_MS = 250;

export type Served = {
  readonly parts: AKeeper;
  readonly keeper: Keeper;
  readonly server: HttpServer;
  /** Lets time go by until the promise is settled. */
  readonly wait: <T>(promise: Promise<T>) => Promise<T>;
};

/** The whole keeper at work behind its real HTTP server, wired as `src/cli/serve.ts` wires it. Stopped at the end. */
export async function aServedKeeper(client: SandboxClient, opening: Opening = {}): Promise<Served> {
  const parts = await AKeeper.open(client, { clock: client.clock, apiToken: API_TOKEN, ...opening });
  const { context, store } = parts;
  const keeper = new Keeper(context, {
    cron: { start: () => () => undefined },
    onToken: () => undefined,
  });
  const finished = keeper.run();
  const server = await startHttpServer(
    { host: '127.0.0.1', port: 0 },
    {
      metrics: context.metrics,
      clean: (text) => text,
      failed: (error) => context.log.error('http.failed', { error }),
      beforeScrape: async () => undefined,
      accounts: () => context.view.accounts(),
      intents: async () => [],
      alerts: () => store.firingIncidents(),
      notReady: () => [],
      orders: {
        apiToken: () => context.spec().server.apiToken,
        place: async (name, order, options) => {
          const account = context.spec().accounts.get(name as AccountName); // as in `serve.ts`
          if (account === undefined) return null;
          return answerView(account.name, await keeper.order(account.name, order, options));
        },
      },
      hands: pageHands({ clock: context.clock }, { context, store, keeper }, null),
      page: pageReadings({ clock: context.clock, version: '0' }, { context, store, view: context.view }),
      random: context.random,
    },
  );
  onTestFinished(async () => {
    parts.stop.abort();
    await finished;
    await server.close();
  });
  const wait = async <T>(promise: Promise<T>): Promise<T> => {
    let isSettled = false;
    void promise
      .catch(() => undefined)
      .then(() => {
        isSettled = true;
      });
    await stepUntil(client.clock, STEP_MS, 'it was answered', () => isSettled);
    return await promise;
  };
  return { parts, keeper, server, wait };
}

export type Ensured = {
  readonly status: number;
  readonly outcome: string;
  readonly reason: string;
  readonly sentence: string;
};

/** `POST /api/v1/accounts/NAME/ensure`, as an agent would send it before a large job. */
export async function ensure(
  { server }: Pick<Served, 'server'>,
  amount: number,
  options: { readonly wait?: string; readonly signal?: AbortSignal; readonly account?: string } = {},
): Promise<Ensured> {
  const { account = 'agent-0001', wait = '60s', signal } = options;
  const response = await fetch(`${server.url}/api/v1/accounts/${account}/ensure`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ amount, wait }),
    ...(signal === undefined ? {} : { signal }),
  });
  const body: unknown = await response.json();
  return { ...(body as Omit<Ensured, 'status'>), status: response.status }; // `answerView`, looked at by the tests
}
