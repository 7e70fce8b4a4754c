import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { IncidentState } from '../domain/incident.ts';
import type { Random } from '../domain/ports.ts';
import { PurserError } from '../domain/purser-error.ts';
import { formatInstant } from '../domain/time.ts';
import type { AccountView, IntentView } from '../keeper/view.ts';
import { cleanTexts } from '../telemetry/clean-texts.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Reply } from './bearer.ts';
import { decodeName } from './decode-name.ts';
import { answerHand } from './hand-api.ts';
import type { Hands } from './hands.ts';
import { answerOrder, type Orders } from './order-api.ts';
import { type Assets, loadAssets } from './page/assets.ts';
import { answerForm } from './page/page-forms.ts';
import type { PageReadings } from './page/page-readings.ts';
import { answerPage, type PageSources } from './page/page-server.ts';
import { Sessions } from './page/sessions.ts';

/**
 * An import would read every name that the module exports, also `WebSocket`, for which Node loads a second undici of its
 * own: a tenth of a start.
 */
const { createServer } = createRequire(import.meta.url)('node:http') as typeof import('node:http'); // its own types

/** What the server may ask; only `orders` and `hands` change anything. */
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
  /** Told of what went wrong in an answer, which says 500 and no more. */
  readonly failed: (error: unknown) => void;
  /** Why purser is not ready; empty when it is. Readiness is store and config, never the provider. */
  readonly notReady: () => readonly string[];
  readonly orders: Orders;
  readonly hands: Hands;
  readonly page: PageReadings;
  /** For the sessions of those who sign in. */
  readonly random: Random;
};

export type HttpServer = { readonly url: string; close(): Promise<void> };

/** On every answer: nothing from elsewhere, nothing inline but the style sheet, in nobody's frame; forms go to this server only. */
const safetyHeaders = ({ styleSource }: Assets): Readonly<Record<string, string>> => ({
  'content-security-policy': `default-src 'none'; style-src ${styleSource}; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  // With no-referrer browsers would send no origin along with forms either.
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});
const INTENTS_DEFAULT = 200;
const INTENTS_MAX = 10_000;

/** The status page, `/metrics`, `/healthz`, `/readyz` and the API. Rejects with `listen_failed` where the address is taken. */
export async function startHttpServer(
  at: { readonly host: string; readonly port: number },
  readings: Readings,
): Promise<HttpServer> {
  const sessions = new Sessions(readings.random, readings.page.now);
  const assets = loadAssets();
  const sources = { ...readings, sessions, assets };
  const headers = Object.entries(safetyHeaders(assets));
  const server = createServer((request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    answer(sources, request, response).catch((error: unknown) => {
      if (request.socket.destroyed) return; // whoever asked went away, mostly in the middle of a body
      readings.failed(error);
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

type Sources = Readings & PageSources;

async function answer(readings: Sources, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://purser.invalid');
  if (url === null) return send(response, 400, { error: 'that is no address; GET / lists the pages' });
  const ensured = /^\/api\/v1\/accounts\/([^/]+)\/ensure$/.exec(url.pathname)?.[1];
  if (ensured !== undefined && request.method === 'POST') {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const reply = await answerOrder(readings.orders, request, decodeName(ensured), gone.signal);
    return sendReply(response, reply, readings.clean);
  }
  if (request.method === 'POST') {
    const reply = await answerHand(readings.hands, readings.orders.apiToken(), request, url.pathname);
    if (reply !== null) return sendReply(response, reply, readings.clean);
    if (await answerForm(readings, request, url, response)) return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', ensured === undefined ? 'GET, HEAD' : 'POST');
    return send(response, 405, { error: 'not with this method; GET / lists the pages' });
  }
  switch (url.pathname) {
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
      if (await answerPage(readings, request, url, response)) return;
      return sendAccount(readings, url.pathname, response);
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

function sendReply(response: ServerResponse, { status, body }: Reply, clean: (text: string) => string): void {
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  send(response, status, body, clean);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}

function listen(server: Server, at: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const code = 'code' in cause ? String(cause.code) : cause.message;
      const reason = code === 'EADDRINUSE' ? 'the port is taken' : code;
      reject(
        new PurserError({
          code: 'listen_failed',
          message: `cannot listen on ${at.host}:${at.port} (${reason})`,
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
