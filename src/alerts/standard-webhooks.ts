import { createHmac } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';

const PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Key bytes of a Standard Webhooks 1.0 secret ("whsec_" + base64); `null` where it is none. */
export function webhookKey(secret: Secret): Buffer | null {
  const text = secret.reveal();
  const encoded = text.slice(PREFIX.length);
  return text.startsWith(PREFIX) && encoded !== '' && BASE64.test(encoded)
    ? Buffer.from(encoded, 'base64')
    : null;
}

/**
 * Headers of one attempt (Standard Webhooks 1.0). The id is the message's and never changes, so that a receiver can
 * drop what it has; the timestamp is the attempt's, so that a receiver can drop what was recorded and replayed.
 */
export function signedHeaders(options: {
  key: Buffer;
  id: string;
  at: EpochMs;
  body: string;
}): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const { key, id, at, body } = options;
  const timestamp = String(Math.floor(at / SECOND_MS));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
