import type { Log } from '../domain/ports.ts';
import { createLog } from '../telemetry/log.ts';
import type { CliIo } from './cli-io.ts';

/** For commands whose output is not a log: only what goes wrong, on stderr. */
export function quietLog(io: CliIo): Log {
  return createLog({
    level: 'error',
    destination: io.stderr,
    redactor: io.redactor,
    clock: io.clock,
    pretty: true,
  });
}
