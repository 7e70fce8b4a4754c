import type { ReceiverSpec } from '../domain/spec.ts';
import { POST_TIMEOUT_MS } from './http-post.ts';
import type { Receiver } from './receiver.ts';
import { openSlackReceiver } from './slack-receiver.ts';
import { openWebhookReceiver } from './webhook-receiver.ts';

/** The receiver of a spec. Opening connects nothing; the caller closes it. */
export function openReceiver(
  spec: ReceiverSpec,
  options: { revision: () => string | null; timeoutMs?: number },
): Receiver {
  const { revision, timeoutMs = POST_TIMEOUT_MS } = options;
  return spec.kind === 'slack'
    ? openSlackReceiver({ webhookUrl: spec.webhookUrl, revision, timeoutMs })
    : openWebhookReceiver({ url: spec.url, secret: spec.secret, allowPrivate: spec.allowPrivate, timeoutMs });
}
