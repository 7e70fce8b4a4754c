import type { Secret } from '../domain/secret.ts';
import type { ReceiverSpec, ReceiverTarget } from '../domain/spec.ts';
import { type ReceiverInput, receiverSchema } from './alerts-schema.ts';
import { checkUrl, isPrivate } from './check-url.ts';
import type { Loading } from './loading.ts';
import { parseSpot } from './parse-spot.ts';
import { readSecret } from './read-secret.ts';
import { resolveSlack } from './resolve-slack.ts';
import { type Spot, spotAt } from './spot.ts';

/** Standard Webhooks 1.0: `whsec_` and base64 of 24 to 64 bytes. */
const WEBHOOK_SECRET = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;
const WEBHOOK_SECRET_BYTES = { min: 24, max: 64 };
/** Events API v2: "Length of 'routing_key' is incorrect (should be 32 characters)". */
const ROUTING_KEY = /^[A-Za-z0-9]{32}$/;

/** One entry of `alerts.receivers`, or `null` after reporting. */
export function resolveReceiver(spot: Spot, loading: Loading): ReceiverSpec | null {
  const receiver = parseSpot(receiverSchema, spot, loading.problems);
  if (receiver === null) return null;
  const { pay_links: payLinks, ...kinds } = receiver;
  if (Object.values(kinds).filter((kind) => kind !== undefined).length !== 1) {
    loading.problems.error(
      spot,
      'wanted exactly one of slack, webhook, pagerduty and alertmanager',
      'give each receiver one; routes may name several',
    );
    return null;
  }
  const target = resolveTarget(kinds, spot, loading);
  return target === null ? null : { ...target, payLinks };
}

type Kinds = Omit<ReceiverInput, 'pay_links'>;

function resolveTarget(
  { slack, webhook, pagerduty, alertmanager }: Kinds,
  spot: Spot,
  loading: Loading,
): ReceiverTarget | null {
  if (slack !== undefined) return resolveSlack(slack, spotAt(spot, 'slack'), loading);
  if (webhook !== undefined) return resolveWebhook(webhook, spotAt(spot, 'webhook'), loading);
  if (pagerduty !== undefined) return resolvePagerduty(pagerduty, spotAt(spot, 'pagerduty'), loading);
  if (alertmanager !== undefined)
    return resolveAlertmanager(alertmanager, spotAt(spot, 'alertmanager'), loading);
  return null;
}

function resolveWebhook(
  webhook: NonNullable<Kinds['webhook']>,
  spot: Spot,
  loading: Loading,
): ReceiverTarget | null {
  const url = checkUrl(webhook.url, { spot: spotAt(spot, 'url') }, loading.problems);
  const secret = readSecret(webhook.secret, spotAt(spot, 'secret'), loading);
  if (url !== null) refusePrivate(url, webhook.allow_private, spot, loading);
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
    : { kind: 'webhook', url, secret, allowPrivate: webhook.allow_private };
}

function resolvePagerduty(
  pagerduty: NonNullable<Kinds['pagerduty']>,
  spot: Spot,
  loading: Loading,
): ReceiverTarget | null {
  const url = checkUrl(pagerduty.url, { spot: spotAt(spot, 'url') }, loading.problems);
  const here = spotAt(spot, 'routing_key');
  const routingKey = readSecret(pagerduty.routing_key, here, loading);
  if (routingKey !== null && !ROUTING_KEY.test(routingKey.reveal())) {
    const mend = 'take the integration key of an Events API v2 integration of the service';
    loading.problems.error(here, 'the routing key is not 32 letters and digits', mend);
  }
  return url === null || routingKey === null ? null : { kind: 'pagerduty', routingKey, url };
}

function resolveAlertmanager(
  alertmanager: NonNullable<Kinds['alertmanager']>,
  spot: Spot,
  loading: Loading,
): ReceiverTarget | null {
  const { allow_private: allowPrivate, token: source } = alertmanager;
  const mayBePlain = allowPrivate && source === undefined;
  const plainMend =
    'write https://…; within a private network http is accepted with allow_private and no token';
  const here = spotAt(spot, 'url');
  const url = checkUrl(alertmanager.url, { spot: here, mayBePlain, plainMend }, loading.problems);
  const token = source === undefined ? null : readSecret(source, spotAt(spot, 'token'), loading);
  if (url !== null) refusePrivate(url, allowPrivate, spot, loading);
  return url === null || (source !== undefined && token === null)
    ? null
    : { kind: 'alertmanager', url, token, allowPrivate };
}

function refusePrivate(url: string, allowPrivate: boolean, spot: Spot, { problems }: Loading): void {
  if (allowPrivate || !isPrivate(new URL(url).hostname)) return;
  problems.error(
    spotAt(spot, 'url'),
    'this is an address of a private network',
    'add "allow_private: true" if it is meant',
  );
}

function isWebhookSecret(secret: Secret): boolean {
  const base64 = WEBHOOK_SECRET.exec(secret.reveal())?.[1];
  if (base64 === undefined) return false;
  const { length } = Buffer.from(base64, 'base64');
  return length >= WEBHOOK_SECRET_BYTES.min && length <= WEBHOOK_SECRET_BYTES.max;
}
