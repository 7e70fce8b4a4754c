import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSame } from '../bearer.ts';
import { decodeName } from '../decode-name.ts';
import type { Handled } from '../hands.ts';
import { HANDLED_STATUS, LIFTABLES, type SeenHold } from '../hands.ts';
import { readBody } from '../read-body.ts';
import { accountUrl } from './account-url.ts';
import { type PageSources, sendPage } from './page-server.ts';
import { cookieHeader } from './sessions.ts';
import { messagePage, signInPage } from './sign-in-page.ts';

const BODY_BYTES_MAX = 4_096;
const TEXT_MAX = 200;

/**
 * Answers the forms of the pages. A form counts only from one of our own pages: the browser says that it comes from here,
 * the session cookie is never sent along from elsewhere, and the form carries what only its page knows.
 * False where the path is none of theirs.
 */
export async function answerForm(
  sources: PageSources,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<boolean> {
  const work = workAt(url.pathname);
  if (work === null) return false;
  const token = sources.orders.apiToken();
  const fields = new URLSearchParams((await readBody(request, BODY_BYTES_MAX)) ?? '');
  const refuse = (status: number, text: string): true =>
    sendPage(sources, request, response, { ...messagePage('Not done', text), status });
  if (token === null) return refuse(403, 'This purser has no server.api_token in its config.');
  if (!isFromHere(request))
    return refuse(
      403,
      'The form does not come from this page. Behind a proxy, let it pass the Host header on.',
    );
  if (work.kind === 'sign_in') {
    if (!isSame(fields.get('token') ?? '', token.reveal()))
      return sendPage(sources, request, response, { ...signInPage('That is not the token.'), status: 403 });
    return redirect(response, '/', cookieHeader(sources.sessions.open(token), request));
  }
  const session = sources.sessions.of(request, token);
  if (session === null) return refuse(401, 'You are not signed in, or not any more.');
  if (!isSame(fields.get('form') ?? '', session.formToken))
    return refuse(403, 'The form is not from this page.');
  if (work.kind === 'sign_out') {
    sources.sessions.close(session);
    return redirect(response, '/', cookieHeader(null, request));
  }
  const handled = await handle(sources, work, fields);
  if (work.kind !== 'reload' && handled.outcome === 'done')
    return redirect(response, work.kind === 'acknowledge' ? '/alerts' : accountUrl(work.account), null);
  const title = handled.outcome === 'done' ? 'Done' : 'Not done';
  return sendPage(sources, request, response, {
    ...messagePage(title, sources.clean(handled.text)),
    status: HANDLED_STATUS[handled.outcome],
  });
}

type Work = HandWork | { readonly kind: 'sign_in' } | { readonly kind: 'sign_out' };
type HandWork =
  | { readonly kind: 'reload' }
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'check'; readonly account: string }
  | { readonly kind: 'pause'; readonly account: string }
  | { readonly kind: 'resume'; readonly account: string };

function workAt(path: string): Work | null {
  if (path === '/sign-in') return { kind: 'sign_in' };
  if (path === '/sign-out') return { kind: 'sign_out' };
  if (path === '/reload') return { kind: 'reload' };
  if (path === '/acknowledge') return { kind: 'acknowledge' };
  const [, name, kind] = /^\/accounts\/([^/]+)\/(check|pause|resume)$/.exec(path) ?? [];
  if (name === undefined) return null;
  const account = decodeName(name);
  return kind === 'check' || kind === 'pause' ? { kind, account } : { kind: 'resume', account };
}

function handle({ hands }: PageSources, work: HandWork, fields: URLSearchParams): Promise<Handled> {
  switch (work.kind) {
    case 'pause': {
      return hands.pause(work.account, textOf(fields.get('reason')) ?? 'on the status page');
    }
    case 'check':
      return hands.check(work.account);
    case 'resume':
      return hands.resume(work.account, seenHold(fields.get('held')));
    case 'acknowledge':
      return hands.acknowledge(fields.get('id') ?? '', textOf(fields.get('note')));
    case 'reload':
      return hands.reload();
  }
}

/** As `accountForms` writes it. */
function seenHold(field: string | null): SeenHold | null {
  const [word, since] = (field ?? '').split('/');
  const kind = LIFTABLES.find((one) => one === word);
  return kind === undefined ? null : { kind, since: since === undefined ? null : Number(since) };
}

function textOf(field: string | null): string | null {
  const text = (field ?? '').trim().slice(0, TEXT_MAX);
  return text === '' ? null : text;
}

/** Browsers say where a form comes from; the newer header they send over https and on this machine only. */
function isFromHere(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = request.headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

function redirect(response: ServerResponse, to: string, cookie: string | null): true {
  if (cookie !== null) response.setHeader('set-cookie', cookie);
  response.statusCode = 303;
  response.setHeader('location', to);
  response.end();
  return true;
}
