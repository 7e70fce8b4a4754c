import { buildConnector } from 'undici';
import type { TargetGuard } from './target-guard.ts';

/** Opens sockets for undici, HTTP/1.1 only, to addresses that the guard lets through; to any where it is `null`. */
export function guardedConnector(guard: TargetGuard | null, timeoutMs: number): buildConnector.connector {
  if (guard === null) return buildConnector({ timeout: timeoutMs, allowH2: false });
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, lookup: guard.lookup });
  return (options, callback) => {
    const refused = guard.check(options.hostname.replace(/^\[|\]$/g, ''));
    if (refused === null) connect(options, callback);
    else callback(refused, null);
  };
}
