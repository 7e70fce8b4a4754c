import { unreachable } from '../domain/assert.ts';
import type { IncidentState, OutboxMessage } from '../domain/incident.ts';
import type { ReceiverSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import { openAlertmanagerReceiver } from './alertmanager-receiver.ts';
import { POST_TIMEOUT_MS } from './http-sender.ts';
import { PagerdutyReceiver } from './pagerduty-receiver.ts';
import type { Receiver } from './receiver.ts';
import { SlackBotReceiver } from './slack-bot-receiver.ts';
import { openSlackReceiver } from './slack-receiver.ts';
import type { Threads } from './threads.ts';
import { openWebhookReceiver } from './webhook-receiver.ts';
import { withoutPay } from './without-pay.ts';

type Around = {
  /** Of the receiver, in the config. */
  readonly name: string;
  readonly threads: Threads;
  /** Both of the config as it is now: a reload changes them under an open receiver. */
  readonly revision: () => string | null;
  readonly runbooks: () => string;
};

/**
 * The receiver of a spec. Opening connects nothing; the caller closes it. One that did not ask for payment links gets
 * messages without their addresses.
 */
export function openReceiver(spec: ReceiverSpec, options: Around & { timeoutMs?: number }): Receiver {
  const receiver = open(spec, { timeoutMs: POST_TIMEOUT_MS, ...options });
  return spec.payLinks ? receiver : withoutPayLinks(receiver);
}

function withoutPayLinks(receiver: Receiver): Receiver {
  const deliverBurst = receiver.deliverBurst?.bind(receiver);
  const refresh = receiver.refresh?.bind(receiver);
  return {
    integration: receiver.integration,
    deliver: (message, now) => receiver.deliver(withoutPay(message), now),
    ...(deliverBurst && {
      deliverBurst: (messages: readonly OutboxMessage[], now: EpochMs) =>
        deliverBurst(messages.map(withoutPay), now),
    }),
    ...(refresh && {
      refresh: (open: readonly IncidentState[], now: EpochMs) => refresh(open.map(withoutPay), now),
    }),
    close: () => receiver.close(),
  };
}

function open(spec: ReceiverSpec, around: Around & { timeoutMs: number }): Receiver {
  switch (spec.kind) {
    case 'slack':
      return openSlackReceiver({ ...around, ...spec });
    case 'slack_bot':
      return new SlackBotReceiver({ ...around, ...spec });
    case 'webhook':
      return openWebhookReceiver({ ...around, ...spec });
    case 'pagerduty':
      return new PagerdutyReceiver({ ...around, ...spec });
    case 'alertmanager':
      return openAlertmanagerReceiver({ ...around, ...spec });
    default:
      return unreachable(spec);
  }
}
