import type { CliIo } from '../../src/cli/cli-io.ts';
import { realClock } from '../../src/cli/real-clock.ts';
import { realRandom } from '../../src/cli/real-random.ts';
import { Redactor } from '../../src/telemetry/redactor.ts';

/** The process as a command sees it, without one: no terminal, nothing on stdin, and what is said is kept. */
export function anIo(over: Partial<CliIo> = {}) {
  const said = { stdout: '', stderr: '' };
  const to = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  const io: CliIo = {
    stdout: to('stdout'),
    stderr: to('stderr'),
    env: {},
    stdoutIsTerminal: false,
    stdoutColumns: null,
    stderrIsTerminal: false,
    color: false,
    clock: realClock,
    random: realRandom,
    stop: new AbortController().signal,
    onHangup: () => undefined,
    ask: null,
    askHidden: null,
    readStdin: async () => '',
    progress: () => undefined,
    redactor: new Redactor(),
    version: '0.0.0',
    revision: 'test',
    ...over,
  };
  return { io, said };
}
