import { assert } from '../domain/assert.ts';
import type { Secret } from '../domain/secret.ts';
import { guardUnless, HttpSender } from './http-sender.ts';
import type { Receiver } from './receiver.ts';
import { signedHeaders, webhookKey } from './standard-webhooks.ts';
import { webhookPayload } from './webhook-message.ts';

/** Posts signed messages (Standard Webhooks 1.0). Config has checked URL and secret. */
export function openWebhookReceiver(options: {
  url: string;
  secret: Secret;
  allowPrivate: boolean;
  runbooks: () => string;
  timeoutMs: number;
}): Receiver {
  const { url, secret, allowPrivate, runbooks, timeoutMs } = options;
  const key = webhookKey(secret);
  assert(key !== null, 'config let a webhook secret through that is not "whsec_" and base64');
  const post = new HttpSender({ url: new URL(url), guard: guardUnless(allowPrivate), timeoutMs });
  return {
    integration: 'webhook',
    deliver: (message, now) => {
      const body = JSON.stringify(webhookPayload(message, runbooks()));
      return post.send(body, signedHeaders({ key, id: message.id, at: now, body }), now);
    },
    close: () => post.close(),
  };
}
