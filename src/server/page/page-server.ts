import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EpochMs } from '../../domain/time.ts';
import { cleanTexts } from '../../telemetry/clean-texts.ts';
import { decodeName } from '../decode-name.ts';
import type { Hands } from '../hands.ts';
import type { Orders } from '../order-api.ts';
import { accountPage, chartRange, rangeBegin } from './account-page.ts';
import { alertsPage } from './alerts-page.ts';
import type { Assets } from './assets.ts';
import { fleetPage, fleetQuery } from './fleet-page.ts';
import { documentOf } from './layout.ts';
import type { PageReadings } from './page-readings.ts';
import type { Session, Sessions } from './sessions.ts';
import { type Content, messagePage, signInPage } from './sign-in-page.ts';

export type PageSources = {
  readonly page: PageReadings;
  /** Masks secrets: the provider may quote one in a name or a message. */
  readonly clean: (text: string) => string;
  readonly orders: Pick<Orders, 'apiToken'>;
  readonly hands: Hands;
  readonly sessions: Sessions;
  readonly assets: Assets;
};

const FLEET_ALERTS_MAX = 5;
const ALERTS_MAX = 200;
const YEAR_S = 31_536_000;

/** Answers a GET of what is for people; false where the path is none of theirs. */
export async function answerPage(
  sources: PageSources,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<boolean> {
  const asset = sources.assets.byPath.get(url.pathname);
  if (asset !== undefined) {
    response.setHeader('content-type', asset.type);
    response.setHeader('cache-control', `public, max-age=${YEAR_S}, immutable`);
    response.end(asset.bytes);
    return true;
  }
  const session = sources.sessions.of(request, sources.orders.apiToken());
  const content = await contentAt(sources, url, session);
  if (content !== null) return sendPage(sources, request, response, { ...content, status: 200 });
  if (accountNamed(url) === null) return false;
  const page = messagePage('No such account', 'The config has no account of that name.');
  return sendPage(sources, request, response, { ...page, status: 404 });
}

export function sendPage(
  sources: PageSources,
  request: IncomingMessage,
  response: ServerResponse,
  { status, ...content }: Content & { readonly status: number },
): true {
  const token = sources.orders.apiToken();
  const session = sources.sessions.of(request, token);
  // Whoever opened the window keeps no hold of it. A browser changes its process for that, which costs a first paint 40 ms.
  if (session !== null || request.url?.startsWith('/sign-in') === true)
    response.setHeader('cross-origin-opener-policy', 'same-origin');
  const text = documentOf({
    ...content,
    facts: sources.page.facts(),
    assets: sources.assets,
    canSignIn: token !== null,
    session,
  }).toString();
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  response.setHeader('cache-control', 'private, no-cache');
  if (status === 200) response.setHeader('etag', etag);
  if (status === 200 && request.headers['if-none-match'] === etag) {
    response.statusCode = 304;
    response.end();
    return true;
  }
  response.statusCode = status;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(text);
  return true;
}

async function contentAt(sources: PageSources, url: URL, session: Session | null): Promise<Content | null> {
  const { page } = sources;
  const now = page.now();
  const mayPay = session !== null || page.facts().isSandbox;
  switch (url.pathname) {
    case '/': {
      const query = fleetQuery(url.searchParams);
      const glance = cleaned(sources, page.glance(query));
      const firing = cleaned(sources, page.firing(null, FLEET_ALERTS_MAX));
      const waiting = glance.rows.filter(({ view }) =>
        view.open_intents.some(({ state }) => state === 'link_open'),
      );
      const payLinks = mayPay ? await page.payLinks(waiting.map(({ view }) => view.account)) : [];
      const shown = {
        facts: page.facts(),
        query,
        glance,
        firing,
        payLinks: cleaned(sources, payLinks),
        mayPay,
        now,
      };
      return { title: 'purser: fleet', main: fleetPage(shown) };
    }
    case '/alerts':
      return {
        title: 'purser: alerts',
        main: alertsPage(cleaned(sources, page.firing(null, ALERTS_MAX)), { now, session, mayPay }),
      };
    case '/sign-in':
      return sources.orders.apiToken() === null ? null : signInPage(null);
    default: {
      const name = accountNamed(url);
      return name === null
        ? null
        : await accountAt(sources, name, { query: url.searchParams, now, session, mayPay });
    }
  }
}

function accountNamed({ pathname }: URL): string | null {
  const name = /^\/accounts\/([^/]+)$/.exec(pathname)?.[1];
  return name === undefined ? null : decodeName(name);
}

async function accountAt(
  sources: PageSources,
  name: string,
  asked: {
    readonly query: URLSearchParams;
    readonly now: EpochMs;
    readonly session: Session | null;
    readonly mayPay: boolean;
  },
): Promise<Content | null> {
  const { query, ...seen } = asked;
  const { now } = seen;
  const range = chartRange(query);
  const found = await sources.page.account(name, rangeBegin(range, now));
  if (found === null) return null;
  const story = cleaned(sources, found);
  const firing = cleaned(sources, sources.page.firing(found.account, ALERTS_MAX));
  return { title: `purser: ${story.account}`, main: accountPage({ story, firing, range, ...seen }) };
}

function cleaned<T>({ clean }: PageSources, value: T): T {
  return cleanTexts(value, clean) as T; // texts stay texts, and nothing else is touched
}
