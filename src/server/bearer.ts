import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Secret } from '../domain/secret.ts';

export type Reply = { readonly status: number; readonly body: unknown };

/** Why a request may change nothing; `null` where it carries the token of `server.api_token`. */
export function refuseBearer(token: Secret | null, request: IncomingMessage): Reply | null {
  if (token === null)
    return {
      status: 403,
      body: { error: 'POST needs server.api_token in the config, and it has none' },
    };
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return isSame(given, token.reveal())
    ? null
    : { status: 401, body: { error: 'send Authorization: Bearer with the token of server.api_token' } };
}

/** Takes as long whatever was given, and wherever it differs. */
export function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
