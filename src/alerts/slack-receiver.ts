import type { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import { isLoopbackUrl } from '../net/target-guard.ts';
import { guardUnless, HttpSender, unlessPage } from './http-sender.ts';
import type { DeliveryOutcome, Receiver } from './receiver.ts';
import { slackBurst } from './slack-burst.ts';
import { type SlackPayload, slackPayload } from './slack-message.ts';

/** Posts to a Slack incoming webhook. A loopback address stands for a local imitation and is let through. */
export function openSlackReceiver(options: {
  webhookUrl: Secret;
  /** Of the config of now, for the context line. */
  revision: () => string | null;
  timeoutMs: number;
}): Receiver {
  const { webhookUrl, revision, timeoutMs } = options;
  const url = new URL(webhookUrl.reveal());
  const post = new HttpSender({ url, guard: guardUnless(isLoopbackUrl(url)), timeoutMs });
  const send = async (payload: SlackPayload, now: EpochMs) => {
    const body = JSON.stringify(payload);
    return notGone(unlessPage(await post.exchange({ body, headers: {} }, now)));
  };
  return {
    integration: 'slack',
    deliver: (message, now) => send(slackPayload(message, revision()), now),
    deliverBurst: (messages, now) => send(slackBurst(messages, revision()), now),
    close: () => post.close(),
  };
}

/** Slack answers 410 for a channel that is archived, which a person can undo: what waits is kept. */
function notGone(outcome: DeliveryOutcome): DeliveryOutcome {
  return outcome.kind === 'gone' ? { ...outcome, kind: 'wrong', reason: 'client_error' } : outcome;
}
