import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './http-exchange.ts';
import { newId } from './provider/random.ts';
import { applyStripe } from './provider/stripe.ts';
import type { ProviderFace, Target } from './provider-face.ts';

/** Stripe's own address: form-encoded, HTTP basic with the publishable key as user. Never faulty, never logged whole. */
export async function serveStripe(
  face: ProviderFace,
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
): Promise<void> {
  const { world, clock, responder, stateFile } = face;
  const method = request.method ?? 'GET';
  const entry = face.log.open({ method, path: `/stripe${target.path}`, key: null, at: clock.now() });
  const body = await readBody(request);
  if (body === null) return responder.json(response, 413, { error: { type: 'invalid_request_error' } });
  const answer = applyStripe(world, clock.now(), {
    method,
    path: target.path,
    publishableKey: basicUser(request.headers.authorization),
    form: Object.fromEntries(new URLSearchParams(body)),
  });
  if (stateFile?.isBehind() === true) await stateFile.save();
  entry.status = answer.status;
  responder.json(response, answer.status, answer.body, { 'Request-Id': newId(world, 'req') });
}

/** The user of `Authorization: Basic`; Stripe takes its key as a bearer token too. */
function basicUser(header: string | undefined): string | null {
  const [, scheme = '', credentials = ''] = /^(Basic|Bearer) (\S+)$/i.exec(header ?? '') ?? [];
  if (scheme === '') return null;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  return text.split(':', 1)[0] ?? null;
}
