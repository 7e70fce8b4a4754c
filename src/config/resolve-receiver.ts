import type { Secret } from '../domain/secret.ts';
import type { ReceiverSpec } from '../domain/spec.ts';
import { type ReceiverInput, receiverSchema } from './alerts-schema.ts';
import { checkUrl, isPrivate } from './check-url.ts';
import type { Loading } from './loading.ts';
import { parseSpot } from './parse-spot.ts';
import { readSecret } from './read-secret.ts';
import { type Spot, spotAt } from './spot.ts';

/** Standard Webhooks 1.0: `whsec_` and base64 of 24 to 64 bytes. */
const WEBHOOK_SECRET = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;
const WEBHOOK_SECRET_BYTES = { min: 24, max: 64 };

/** One entry of `alerts.receivers`, or `null` after reporting. */
export function resolveReceiver(spot: Spot, loading: Loading): ReceiverSpec | null {
  const receiver = parseSpot(receiverSchema, spot, loading.problems);
  if (receiver === null) return null;
  const { slack, webhook } = receiver;
  if ((slack === undefined) === (webhook === undefined)) {
    loading.problems.error(
      spot,
      'wanted exactly one of slack and webhook',
      'give each receiver one; routes may name several',
    );
    return null;
  }
  const payLinks = receiver.pay_links;
  if (slack !== undefined) return resolveSlack({ ...slack, payLinks }, spotAt(spot, 'slack'), loading);
  if (webhook === undefined) return null;
  return resolveWebhook({ ...webhook, payLinks }, spotAt(spot, 'webhook'), loading);
}

type WithPayLinks<Input> = NonNullable<Input> & { readonly payLinks: boolean };

function resolveSlack(
  slack: WithPayLinks<ReceiverInput['slack']>,
  spot: Spot,
  loading: Loading,
): ReceiverSpec | null {
  const here = spotAt(spot, 'webhook_url');
  const webhookUrl = readSecret(slack.webhook_url, here, loading);
  if (webhookUrl === null) return null;
  const url = checkUrl(webhookUrl.reveal(), { spot: here, mayHaveQuery: true }, loading.problems);
  return url === null ? null : { kind: 'slack', webhookUrl, payLinks: slack.payLinks };
}

function resolveWebhook(
  webhook: WithPayLinks<ReceiverInput['webhook']>,
  spot: Spot,
  loading: Loading,
): ReceiverSpec | null {
  const url = checkUrl(webhook.url, { spot: spotAt(spot, 'url') }, loading.problems);
  const secret = readSecret(webhook.secret, spotAt(spot, 'secret'), loading);
  if (url !== null && !webhook.allow_private && isPrivate(new URL(url).hostname)) {
    loading.problems.error(
      spotAt(spot, 'url'),
      'this is an address of a private network',
      'add "allow_private: true" if it is meant',
    );
  }
  if (secret !== null && !isWebhookSecret(secret)) {
    const mend = 'make one: echo "whsec_$(openssl rand -base64 32)"';
    loading.problems.error(
      spotAt(spot, 'secret'),
      'the secret is not whsec_ and the base64 of 24 to 64 bytes',
      mend,
    );
  }
  return url === null || secret === null
    ? null
    : { kind: 'webhook', url, secret, allowPrivate: webhook.allow_private, payLinks: webhook.payLinks };
}

function isWebhookSecret(secret: Secret): boolean {
  const base64 = WEBHOOK_SECRET.exec(secret.reveal())?.[1];
  if (base64 === undefined) return false;
  const { length } = Buffer.from(base64, 'base64');
  return length >= WEBHOOK_SECRET_BYTES.min && length <= WEBHOOK_SECRET_BYTES.max;
}
