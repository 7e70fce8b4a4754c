import type { CliIo } from '../src/cli/cli-io.ts';
import { realClock } from '../src/cli/real-clock.ts';
import { realRandom } from '../src/cli/real-random.ts';
import { Redactor } from '../src/telemetry/redactor.ts';

/** The process as commands see it, with its output thrown away. */
export function benchIo(stop: AbortSignal): CliIo {
  const nowhere = { write: () => undefined };
  return {
    stdout: nowhere,
    stderr: nowhere,
    env: {},
    stdoutIsTerminal: false,
    stdoutColumns: null,
    stderrIsTerminal: false,
    color: false,
    clock: realClock,
    random: realRandom,
    stop,
    onHangup: () => undefined,
    ask: null,
    askHidden: null,
    readStdin: async () => '',
    progress: () => undefined,
    redactor: new Redactor(),
    version: 'bench',
    revision: 'bench',
  };
}
