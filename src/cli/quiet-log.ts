import type { Log } from '../domain/ports.ts';
import { createLog } from '../telemetry/log.ts';
import type { CliIo } from './cli-io.ts';

/** For commands whose output is not a log: only what goes wrong, on stderr, but for what they tell themselves. */
export function quietLog(io: CliIo, told: ReadonlySet<string> = new Set()): Log {
  const log = createLog({
    level: 'error',
    destination: io.stderr,
    redactor: io.redactor,
    clock: io.clock,
    pretty: true,
  });
  return {
    debug: (event, fields) => log.debug(event, fields),
    info: (event, fields) => log.info(event, fields),
    warn: (event, fields) => log.warn(event, fields),
    error: (event, fields) => (told.has(event) ? undefined : log.error(event, fields)),
  };
}
