import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncidentState } from '../domain/incident.ts';
import { PurserError } from '../domain/purser-error.ts';
import { formatInstant } from '../domain/time.ts';
import type { AccountView, IntentView } from '../keeper/view.ts';
import { cleanTexts } from '../telemetry/clean-texts.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { answerOrder, type Orders } from './order-api.ts';

/** What the server may ask; only `orders` changes anything. */
export type Readings = {
  readonly metrics: Metrics;
  /** Called before a scrape, for what is counted only when asked. */
  readonly beforeScrape: () => Promise<void>;
  readonly accounts: () => readonly AccountView[];
  readonly intents: (filter: {
    account: string | null;
    states: readonly string[] | null;
    limit: number;
  }) => Promise<readonly IntentView[]>;
  readonly alerts: () => readonly IncidentState[];
  /** Masks secrets in whatever leaves. */
  readonly clean: (text: string) => string;
  /** Why purser is not ready; empty when it is. Readiness is store and config, never the provider. */
  readonly notReady: () => readonly string[];
  readonly orders: Orders;
};

export type HttpServer = { readonly url: string; close(): Promise<void> };

const INTENTS_DEFAULT = 200;
const INTENTS_MAX = 10_000;

/** `/metrics`, `/healthz`, `/readyz` and the read-only API. Rejects with `listen_failed` where the address is taken. */
export async function startHttpServer(
  at: { readonly host: string; readonly port: number },
  readings: Readings,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(readings, request, response).catch(() => {
      if (!response.headersSent) send(response, 500, { error: 'internal error; the log has it' });
      else response.destroy();
    });
  });
  const port = await listen(server, at);
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      server.closeIdleConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(readings: Readings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://purser.invalid');
  const ensured = /^\/api\/v1\/accounts\/([^/]+)\/ensure$/.exec(url.pathname)?.[1];
  if (ensured !== undefined && request.method === 'POST') {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { status, body } = await answerOrder(readings.orders, request, decodeName(ensured), gone.signal);
    if (status === 401) response.setHeader('www-authenticate', 'Bearer');
    return send(response, status, body, readings.clean);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', ensured === undefined ? 'GET, HEAD' : 'POST');
    return send(response, 405, { error: 'not with this method; GET / lists the pages' });
  }
  switch (url.pathname) {
    case '/':
      return sendText(
        response,
        200,
        'purser\n\n/metrics\n/healthz\n/readyz\n/api/v1/accounts\n/api/v1/intents\n/api/v1/plan\n/api/v1/alerts\nPOST /api/v1/accounts/NAME/ensure\n',
      );
    case '/healthz':
      return sendText(response, 200, 'ok\n');
    case '/readyz': {
      const reasons = readings.notReady();
      return sendText(
        response,
        reasons.length === 0 ? 200 : 503,
        reasons.length === 0 ? 'ready\n' : `${reasons.join('\n')}\n`,
      );
    }
    case '/metrics': {
      await readings.beforeScrape();
      response.setHeader('content-type', readings.metrics.contentType);
      response.end(await readings.metrics.text());
      return;
    }
    case '/api/v1/accounts':
      return send(response, 200, { accounts: readings.accounts() }, readings.clean);
    case '/api/v1/plan':
      return send(response, 200, { plan: readings.accounts().flatMap(planned) }, readings.clean);
    case '/api/v1/alerts':
      return send(response, 200, { alerts: readings.alerts().map(alertView) }, readings.clean);
    case '/api/v1/intents':
      return await sendIntents(readings, url.searchParams, response);
    default:
      return sendAccount(readings, url.pathname, response);
  }
}

/** A name that is no valid encoding is no account either. */
function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // decodeURIComponent throws for nothing but a broken escape
  }
}

async function sendIntents(
  readings: Readings,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const limit = Number(query.get('limit') ?? INTENTS_DEFAULT);
  if (!Number.isInteger(limit) || limit < 1 || limit > INTENTS_MAX) {
    return send(response, 400, { error: `limit is a whole number from 1 to ${INTENTS_MAX}` });
  }
  const states = query.get('state')?.split(',') ?? null;
  const intents = await readings.intents({ account: query.get('account'), states, limit });
  send(response, 200, { intents }, readings.clean);
}

function sendAccount(readings: Readings, path: string, response: ServerResponse): void {
  const name = /^\/api\/v1\/accounts\/([^/]+)$/.exec(path)?.[1];
  const account = name === undefined ? undefined : readings.accounts().find((view) => view.account === name);
  if (account === undefined) send(response, 404, { error: 'no such page or account; GET / lists the pages' });
  else send(response, 200, account, readings.clean);
}

/** What the last decisions want to do, or want a person to do. */
function planned(view: AccountView) {
  return (
    [
      ['wallet', view.wallet],
      ['subscription', view.subscription],
    ] as const
  ).flatMap(([subject, decision]) =>
    decision === null || decision.kind === 'hold' ? [] : [{ account: view.account, subject, ...decision }],
  );
}

function alertView(state: IncidentState) {
  const { fact } = state;
  return {
    type: fact.type,
    status: state.status,
    severity: fact.severity,
    fingerprint: state.fingerprint,
    account: fact.account,
    intent_id: fact.intentId,
    headline: fact.headline,
    detail: fact.detail,
    started_at: formatInstant(state.startedAt),
    note: state.acknowledgement?.note ?? null,
  };
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  clean?: (text: string) => string,
): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(`${JSON.stringify(clean === undefined ? body : cleanTexts(body, clean))}\n`);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}

function listen(server: Server, at: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new PurserError({
          code: 'listen_failed',
          message: `cannot listen on ${at.host}:${at.port} (${'code' in cause ? String(cause.code) : cause.message})`,
          mend: 'Free the port or change server.listen in the config.',
          cause,
        }),
      );
    });
    server.listen(at.port, at.host, () => {
      const { port } = server.address() as AddressInfo; // a TCP server that listens has such an address
      resolve(port);
    });
  });
}
