import type { Secret } from '../domain/secret.ts';
import { isLoopbackUrl } from '../net/target-guard.ts';
import { guardUnless, HttpPost } from './http-post.ts';
import type { Receiver } from './receiver.ts';
import { slackPayload } from './slack-message.ts';

/** Posts to a Slack incoming webhook. A loopback address stands for a local imitation and is let through. */
export function openSlackReceiver(options: {
  webhookUrl: Secret;
  /** Of the config of now, for the context line. */
  revision: () => string | null;
  timeoutMs: number;
}): Receiver {
  const { webhookUrl, revision, timeoutMs } = options;
  const url = new URL(webhookUrl.reveal());
  const post = new HttpPost({ url, guard: guardUnless(isLoopbackUrl(url)), timeoutMs });
  return {
    integration: 'slack',
    deliver: (message, now) => post.send(JSON.stringify(slackPayload(message, revision())), {}, now),
    close: () => post.close(),
  };
}
