import type { HeartbeatSpec } from '../domain/spec.ts';
import { DAY_MS, SECOND_MS } from '../domain/time.ts';
import { heartbeatSchema } from './alerts-schema.ts';
import { checkUrl, isPrivate } from './check-url.ts';
import type { Loading } from './loading.ts';
import { parseSpot } from './parse-spot.ts';
import { readDuration } from './read-duration.ts';
import { readSecret } from './read-secret.ts';
import { type Spot, spotAt } from './spot.ts';

const RANGE = { minMs: 10 * SECOND_MS, maxMs: DAY_MS };

/** `alerts.heartbeat`; `null` after reporting. */
export function resolveHeartbeat(spot: Spot, loading: Loading): HeartbeatSpec | null {
  const { problems } = loading;
  const parsed = parseSpot(heartbeatSchema, spot, problems);
  if (parsed === null) return null;
  const { method, allow_private: allowPrivate } = parsed;
  const everyMs = readDuration(parsed.every, { spot: spotAt(spot, 'every'), ...RANGE }, problems);
  const here = spotAt(spot, 'url');
  const url = readSecret(parsed.url, here, loading);
  if (url === null) return null;
  const address = checkUrl(url.reveal(), { spot: here, mayHaveQuery: true }, problems);
  if (address !== null && !allowPrivate && isPrivate(new URL(address).hostname)) {
    problems.error(
      here,
      'this is an address of a private network',
      'add "allow_private: true" if it is meant',
    );
  }
  return address === null || everyMs === null ? null : { url, everyMs, method, allowPrivate };
}
