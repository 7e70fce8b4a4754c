import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../domain/ports.ts';
import { addMs, MINUTE_MS } from '../domain/time.ts';
import { drawWeather, garble, type Weather } from './faults.ts';
import { hasBody, parseJson, type Responder, readBody } from './http-exchange.ts';
import type { Answer } from './provider/answer.ts';
import { admit, execute, release } from './provider/apply.ts';
import type { ProviderRequest } from './provider/call.ts';
import type { World } from './provider/world.ts';
import type { RequestEntry, RequestLog } from './request-log.ts';
import type { StateFile } from './state-file.ts';

export type ProviderFace = {
  readonly world: World;
  readonly clock: Clock;
  readonly log: RequestLog;
  readonly responder: Responder;
  readonly stateFile: StateFile | null;
  /** Aborts the latencies of requests that are under way when the sandbox closes. */
  readonly closing: AbortSignal;
};

/** Where a request is in the address: the path below the base URL, and the query without its "?". */
export type Target = { readonly path: string; readonly query: string };

/**
 * One request to the imitated provider, with what the weather does to it: lost before anything, refused, slow, failed
 * before or after its effect, answered with garbage, or never answered. Effects are on disk before an answer leaves.
 */
export async function serveProvider(
  face: ProviderFace,
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
): Promise<void> {
  const { world, clock, responder } = face;
  const bodyText = hasBody(request) ? await readBody(request) : '';
  if (bodyText === null) return responder.json(response, 413, { message: 'Payload Too Large' });
  const parsed = readRequest(request, target, bodyText);
  const { method, path, key } = parsed;
  const entry = face.log.open({ method, path, key, at: clock.now() });
  entry.account = parsed.token === null ? null : (world.tokens[parsed.token]?.account ?? null);
  const weather = drawWeather(world);
  if (weather.losesRequest) {
    request.socket.destroy();
    return;
  }
  const answer = await answerTo(face, parsed, { entry, weather });
  if (answer === null || weather.losesResponse) {
    request.socket.destroy();
    return;
  }
  respond(responder, response, { answer, entry, weather });
}

/** `null` where the sandbox closed before the request had its effect: the connection is cut, as by a crash. */
async function answerTo(
  face: ProviderFace,
  request: ProviderRequest,
  exchange: { readonly entry: RequestEntry; readonly weather: Weather },
): Promise<Answer | null> {
  const { world, clock, closing } = face;
  const { entry, weather } = exchange;
  if (weather.isUnauthorized) return plain(face, 401, 'Unauthenticated.');
  if (weather.isRateLimited) return { ...plain(face, 429, 'Too many requests'), ...spuriousWait(face) };
  if (weather.failsBefore) {
    await waitFor(face, weather.latencyBeforeMs);
    return plain(face, 503, 'Service Unavailable');
  }
  const admitted = admit(world, clock.now(), request);
  if (admitted.kind === 'answered') {
    entry.account = admitted.account;
    await persist(face);
    await waitFor(face, weather.latencyBeforeMs + weather.latencyAfterMs);
    return weather.failsAfter ? plain(face, 500, 'Server Error') : admitted.answer;
  }
  entry.account = admitted.account.name;
  try {
    await waitFor(face, weather.latencyBeforeMs);
    if (closing.aborted) return null;
    const answer = execute(world, clock.now(), admitted);
    await persist(face);
    await waitFor(face, weather.latencyAfterMs);
    return weather.failsAfter ? plain(face, 500, 'Server Error') : answer;
  } finally {
    release(admitted);
  }
}

async function waitFor(face: ProviderFace, durationMs: number): Promise<void> {
  if (durationMs > 0) await face.clock.sleep(durationMs, face.closing);
}

function respond(
  responder: Responder,
  response: ServerResponse,
  exchange: { readonly answer: Answer; readonly entry: RequestEntry; readonly weather: Weather },
): void {
  const { answer, entry, weather } = exchange;
  const text = JSON.stringify(answer.body);
  const isGarbled = weather.garbage !== null && answer.status < 300;
  entry.status = isGarbled ? 200 : answer.status;
  const body = {
    type: 'application/json',
    text: weather.garbage !== null && isGarbled ? garble(text, weather.garbage) : text,
  };
  responder.text(response, entry.status, body, answer.headers);
}

async function persist(face: ProviderFace): Promise<void> {
  if (face.stateFile?.isBehind() === true) await face.stateFile.save();
}

function readRequest(request: IncomingMessage, target: Target, bodyText: string): ProviderRequest {
  const { headers } = request;
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
  const key = headers['idempotency-key'];
  return {
    method: request.method ?? 'GET',
    path: target.path,
    query: target.query === '' ? {} : Object.fromEntries(new URLSearchParams(target.query)),
    token,
    key: typeof key === 'string' && key !== '' ? key : null,
    bodyText,
    body: bodyText === '' ? undefined : parseJson(bodyText),
  };
}

/** An answer that comes from in front of the application: bare, with a limiter nobody has touched. */
function plain(face: ProviderFace, status: number, message: string): Answer {
  const reset = Math.ceil(addMs(face.clock.now(), MINUTE_MS) / 1_000);
  const headers = { 'X-RateLimit-Remaining': '100', 'X-RateLimit-Reset': String(reset) };
  return { status, headers, body: { message } };
}

function spuriousWait(face: ProviderFace): Pick<Answer, 'headers'> {
  const reset = String(Math.ceil(face.clock.now() / 1_000) + 1);
  return { headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': reset, 'Retry-After': '1' } };
}
