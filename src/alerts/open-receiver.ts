import type { OutboxMessage } from '../domain/incident.ts';
import type { ReceiverSpec } from '../domain/spec.ts';
import { POST_TIMEOUT_MS } from './http-post.ts';
import type { Receiver } from './receiver.ts';
import { openSlackReceiver } from './slack-receiver.ts';
import { openWebhookReceiver } from './webhook-receiver.ts';

/** Of the config as it is now: a reload changes them under an open receiver. */
type Around = { readonly revision: () => string | null; readonly runbooks: () => string };

/**
 * The receiver of a spec. Opening connects nothing; the caller closes it. One that did not ask for payment links gets
 * messages without their addresses.
 */
export function openReceiver(spec: ReceiverSpec, options: Around & { timeoutMs?: number }): Receiver {
  const receiver = open(spec, { timeoutMs: POST_TIMEOUT_MS, ...options });
  if (spec.payLinks) return receiver;
  return { ...receiver, deliver: (message, now) => receiver.deliver(withoutPay(message), now) };
}

function withoutPay(message: OutboxMessage): OutboxMessage {
  const { pay: _pay, ...fact } = message.fact;
  return { ...message, fact };
}

function open(
  spec: ReceiverSpec,
  { revision, runbooks, timeoutMs }: Around & { timeoutMs: number },
): Receiver {
  if (spec.kind === 'slack') return openSlackReceiver({ webhookUrl: spec.webhookUrl, revision, timeoutMs });
  const { url, secret, allowPrivate } = spec;
  return openWebhookReceiver({ url, secret, allowPrivate, runbooks, timeoutMs });
}
