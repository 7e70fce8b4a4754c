import type { IncomingMessage } from 'node:http';
import type { Secret } from '../domain/secret.ts';
import { type Reply, refuseBearer } from './bearer.ts';
import { decodeName } from './decode-name.ts';
import { HANDLED_STATUS, type Handled, type Hands } from './hands.ts';
import { readJson } from './read-body.ts';

const BODY_BYTES_MAX = 4_096;
const REASON_MAX = 200;

/**
 * `POST /-/reload` and `POST /api/v1/accounts/NAME/{pause,resume}`, with the bearer token; a pause may say why:
 * `{"reason": "moving to another card"}`. `null` where the path is none of these.
 */
export async function answerHand(
  hands: Hands,
  token: Secret | null,
  request: IncomingMessage,
  path: string,
): Promise<Reply | null> {
  const [, name, kind] = /^\/api\/v1\/accounts\/([^/]+)\/(pause|resume)$/.exec(path) ?? [];
  if (path !== '/-/reload' && name === undefined) return null;
  const refusal = refuseBearer(token, request);
  if (refusal !== null) return refusal;
  if (name === undefined) return replyOf(await hands.reload());
  if (kind === 'resume') return replyOf(await hands.resume(decodeName(name)));
  const reason = (await readJson(request, BODY_BYTES_MAX))?.['reason'];
  const given = typeof reason === 'string' ? reason.trim().slice(0, REASON_MAX) : '';
  return replyOf(await hands.pause(decodeName(name), given === '' ? 'over the API' : given));
}

function replyOf({ outcome, text }: Handled): Reply {
  return { status: HANDLED_STATUS[outcome], body: outcome === 'done' ? { done: text } : { error: text } };
}
