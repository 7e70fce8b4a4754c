import type { OutboxMessage } from '../domain/incident.ts';
import type { ReceiverSpec } from '../domain/spec.ts';
import { POST_TIMEOUT_MS } from './http-post.ts';
import type { Receiver } from './receiver.ts';
import { openSlackReceiver } from './slack-receiver.ts';
import { openWebhookReceiver } from './webhook-receiver.ts';

/**
 * The receiver of a spec. Opening connects nothing; the caller closes it. One that did not ask for payment links gets
 * messages without their addresses.
 */
export function openReceiver(
  spec: ReceiverSpec,
  options: { revision: () => string | null; timeoutMs?: number },
): Receiver {
  const { revision, timeoutMs = POST_TIMEOUT_MS } = options;
  const receiver = open(spec, revision, timeoutMs);
  if (spec.payLinks) return receiver;
  return { ...receiver, deliver: (message, now) => receiver.deliver(withoutPay(message), now) };
}

function withoutPay(message: OutboxMessage): OutboxMessage {
  const { pay: _pay, ...fact } = message.fact;
  return { ...message, fact };
}

function open(spec: ReceiverSpec, revision: () => string | null, timeoutMs: number): Receiver {
  return spec.kind === 'slack'
    ? openSlackReceiver({ webhookUrl: spec.webhookUrl, revision, timeoutMs })
    : openWebhookReceiver({ url: spec.url, secret: spec.secret, allowPrivate: spec.allowPrivate, timeoutMs });
}
