import { formatDuration, SECOND_MS } from '../domain/time.ts';
import type { CliIo, Output } from './cli-io.ts';

const ERASE = '\r\u001b[K';

/**
 * Does the work of a command. On a terminal a line on stderr says from the first second on how long it has been at it and how
 * far it is; it gives way to whatever the command says or asks, and is gone at the end.
 */
export async function withProgress(
  io: CliIo,
  name: string,
  work: (io: CliIo) => Promise<number>,
): Promise<number> {
  if (!io.stderrIsTerminal) return await work(io);
  const line = new ProgressLine(io, name);
  const end = new AbortController();
  const shown = line.show(end.signal);
  try {
    return await work(line.around(io));
  } finally {
    end.abort();
    await shown;
  }
}

class ProgressLine {
  readonly #io: CliIo;
  readonly #name: string;
  /** When the work began, or a question was answered. */
  #sinceMs: number;
  #far = '';
  #isShown = false;
  #isAsking = false;

  constructor(io: CliIo, name: string) {
    this.#io = io;
    this.#name = name;
    this.#sinceMs = io.clock.monotonicMs();
  }

  async show(end: AbortSignal): Promise<void> {
    const { clock, stderr } = this.#io;
    await clock.sleep(SECOND_MS, end);
    while (!end.aborted) {
      if (!this.#isAsking) {
        stderr.write(
          `${ERASE}${this.#name}: ${formatDuration(clock.monotonicMs() - this.#sinceMs)}${this.#far}`,
        );
        this.#isShown = true;
      }
      await clock.sleep(SECOND_MS, end);
    }
    this.#erase();
  }

  /** The process for a command that may not write beside the line. */
  around(io: CliIo): CliIo {
    const { ask, askHidden } = io;
    return {
      ...io,
      stdout: this.#behind(io.stdout),
      stderr: this.#behind(io.stderr),
      ask: ask === null ? null : (question) => this.#asking(() => ask(question)),
      askHidden: askHidden === null ? null : (question) => this.#asking(() => askHidden(question)),
      progress: (done, total) => {
        this.#far = `, ${done} of ${total}`;
      },
    };
  }

  #behind(output: Output): Output {
    return {
      write: (text) => {
        this.#erase();
        return output.write(text);
      },
    };
  }

  async #asking(ask: () => Promise<string>): Promise<string> {
    this.#erase();
    this.#isAsking = true;
    try {
      return await ask();
    } finally {
      this.#isAsking = false;
      this.#sinceMs = this.#io.clock.monotonicMs();
    }
  }

  #erase(): void {
    if (this.#isShown) this.#io.stderr.write(ERASE);
    this.#isShown = false;
  }
}
