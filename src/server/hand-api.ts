import type { IncomingMessage } from 'node:http';
import type { Secret } from '../domain/secret.ts';
import { type Reply, refuseBearer } from './bearer.ts';
import { decodeName } from './decode-name.ts';
import { HANDLED_STATUS, type Handled, type Hands, LIFTABLES } from './hands.ts';
import { readJson } from './read-body.ts';

const BODY_BYTES_MAX = 4_096;
const TEXT_MAX = 200;

/**
 * `POST /-/reload`, `POST /api/v1/accounts/NAME/{check,pause,resume}` and `POST /api/v1/alerts/ack`, with the bearer
 * token. A pause may say why: `{"reason": "moving to another card"}`, and a resume what it lifts: `{"hold": "freeze"}`; what is acknowledged is named by its fingerprint:
 * `{"id": "…", "note": "Ann calls the bank"}`. `null` where the path is none of these.
 */
export async function answerHand(
  hands: Hands,
  token: Secret | null,
  request: IncomingMessage,
  path: string,
): Promise<Reply | null> {
  const [, name, kind] = /^\/api\/v1\/accounts\/([^/]+)\/(check|pause|resume)$/.exec(path) ?? [];
  const isAcknowledgement = path === '/api/v1/alerts/ack';
  if (path !== '/-/reload' && !isAcknowledgement && name === undefined) return null;
  const refusal = refuseBearer(token, request);
  if (refusal !== null) return refusal;
  if (isAcknowledgement) {
    const body = await readJson(request, BODY_BYTES_MAX);
    if (body === null) return bad('{"id": "…", "note": "Ann calls the bank"}');
    return replyOf(await hands.acknowledge(textOf(body['id']) ?? '', textOf(body['note'])));
  }
  if (name === undefined) return replyOf(await hands.reload());
  if (kind === 'check') return replyOf(await hands.check(decodeName(name)));
  const body = await readJson(request, BODY_BYTES_MAX, {});
  if (kind === 'resume') {
    const asked = LIFTABLES.find((one) => one === body?.['hold']) ?? null;
    if (body === null || (asked === null && 'hold' in body)) return bad('{"hold": "freeze"}, or nothing');
    return replyOf(await hands.resume(decodeName(name), asked && { kind: asked, since: null }));
  }
  if (body === null) return bad('{"reason": "moving to another card"}, or nothing');
  return replyOf(await hands.pause(decodeName(name), textOf(body['reason']) ?? 'over the API'));
}

function bad(wanted: string): Reply {
  return { status: 400, body: { error: `the body is JSON such as ${wanted}, 4 KiB at most` } };
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim().slice(0, TEXT_MAX) : '';
  return text === '' ? null : text;
}

function replyOf({ outcome, text }: Handled): Reply {
  return { status: HANDLED_STATUS[outcome], body: outcome === 'done' ? { done: text } : { error: text } };
}
