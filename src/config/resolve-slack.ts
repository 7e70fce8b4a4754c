import type { ReceiverTarget } from '../domain/spec.ts';
import type { ReceiverInput } from './alerts-schema.ts';
import { checkUrl } from './check-url.ts';
import type { Loading } from './loading.ts';
import { readSecret } from './read-secret.ts';
import { type Spot, spotAt } from './spot.ts';

const API_URL = 'https://slack.com/api';

/** A webhook, or a bot with its channel; `null` after reporting. */
export function resolveSlack(
  slack: NonNullable<ReceiverInput['slack']>,
  spot: Spot,
  loading: Loading,
): ReceiverTarget | null {
  const { webhook_url: webhookSource, bot_token: tokenSource, channel, api_url: apiText } = slack;
  if ((webhookSource === undefined) === (tokenSource === undefined)) {
    const mend = 'write { webhook_url: { env: … } } or { bot_token: { env: … }, channel: C0123456789 }';
    loading.problems.error(spot, 'wanted exactly one of webhook_url and bot_token', mend);
    return null;
  }
  if (tokenSource !== undefined) {
    const token = readSecret(tokenSource, spotAt(spot, 'bot_token'), loading);
    const apiUrl = checkUrl(apiText ?? API_URL, { spot: spotAt(spot, 'api_url') }, loading.problems);
    if (channel === undefined)
      loading.problems.error(spot, 'missing key "channel"', 'add "channel: C0123456789"');
    if (token === null || apiUrl === null || channel === undefined) return null;
    return { kind: 'slack_bot', token, channel, apiUrl };
  }
  if (channel !== undefined || apiText !== undefined) {
    const here = spotAt(spot, channel === undefined ? 'api_url' : 'channel');
    loading.problems.error(here, 'this is a bot’s, and here is a webhook, which has its own', 'take it out');
  }
  if (webhookSource === undefined) return null;
  const here = spotAt(spot, 'webhook_url');
  const webhookUrl = readSecret(webhookSource, here, loading);
  if (webhookUrl === null) return null;
  const url = checkUrl(webhookUrl.reveal(), { spot: here, mayHaveQuery: true }, loading.problems);
  return url === null ? null : { kind: 'slack', webhookUrl };
}
