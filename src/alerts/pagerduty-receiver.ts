import type { Secret } from '../domain/secret.ts';
import { isLoopbackUrl } from '../net/target-guard.ts';
import { guardUnless, HttpSender } from './http-sender.ts';
import { pagerdutyEvent } from './pagerduty-event.ts';
import type { Receiver } from './receiver.ts';

/** Sends events to PagerDuty's Events API v2. A loopback address stands for a local imitation and is let through. */
export function openPagerdutyReceiver(options: {
  routingKey: Secret;
  url: string;
  runbooks: () => string;
  timeoutMs: number;
}): Receiver {
  const { routingKey, runbooks, timeoutMs } = options;
  const url = new URL(options.url);
  const sender = new HttpSender({ url, guard: guardUnless(isLoopbackUrl(url)), timeoutMs });
  return {
    integration: 'pagerduty',
    deliver: async (message, now) => {
      const { path, body } = pagerdutyEvent(message, runbooks());
      const text = JSON.stringify({ routing_key: routingKey.reveal(), ...body });
      return (await sender.exchange({ path, body: text, headers: {} }, now)).outcome;
    },
    close: () => sender.close(),
  };
}
