import { ENDPOINTS, type EndpointName } from '../../src/contract/endpoints.ts';
import type { TransportRequest } from '../../src/modelslab/transport.ts';
import type { ProviderRequest } from '../../src/sandbox/provider/call.ts';
import { findRoute } from '../../src/sandbox/provider/route.ts';
import type { World } from '../../src/sandbox/provider/world.ts';

/** A request as both sides see it: whose, to what, and whether it can move money. */
export type WireCall = ProviderRequest & {
  readonly endpoint: EndpointName;
  /** By its token or its login, valid or not; `nobody` where neither says. */
  readonly account: string;
  readonly movesMoney: boolean;
};

const BASE = '/api/agents/v1';

export function wireCall(world: World, request: TransportRequest): WireCall {
  const mark = request.url.indexOf('?');
  const address = mark === -1 ? request.url : request.url.slice(0, mark);
  const path = address.slice(address.indexOf(BASE) + BASE.length);
  const bodyText = request.body ?? '';
  const token = request.headers['authorization']?.slice('Bearer '.length) ?? null;
  const endpoint = findRoute(request.method, path)?.name;
  if (endpoint === undefined) throw new Error(`no such endpoint: ${request.method} ${path}`);
  const body: unknown = bodyText === '' ? undefined : JSON.parse(bodyText);
  return {
    method: request.method,
    path,
    query: mark === -1 ? {} : Object.fromEntries(new URLSearchParams(request.url.slice(mark + 1))),
    token,
    key: request.headers['idempotency-key'] ?? null,
    bodyText,
    body,
    endpoint,
    account: (token === null ? world.emails[emailOf(body)] : world.tokens[token]?.account) ?? 'nobody',
    movesMoney: ENDPOINTS[endpoint].movesMoney,
  };
}

function emailOf(body: unknown): string {
  const isLogin = typeof body === 'object' && body !== null && 'email' in body;
  return isLogin ? String(body.email).toLowerCase() : '';
}
