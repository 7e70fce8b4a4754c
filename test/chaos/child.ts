import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const running = new Set<ChildProcess>();

// A script that is interrupted, or fails half-way, leaves none of its processes behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** `node src/main.ts …` as a process of its own. Everything it says goes to the files given, line by line to `onLine`. */
export class Child {
  readonly ended: Promise<Ended>;
  readonly startedMs = performance.now();
  readonly #process: ChildProcess;

  constructor(
    args: readonly string[],
    options: {
      readonly cwd: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly nodeFlags?: readonly string[];
      readonly onLine?: (line: string) => void;
      /** What it reads; nothing if left out. */
      readonly stdin?: string;
      readonly stdoutPath?: string;
      readonly stderrPath: string;
    },
  ) {
    const { cwd, env = {}, nodeFlags = [], onLine, stdin, stdoutPath, stderrPath } = options;
    const child = spawn(process.execPath, [...nodeFlags, MAIN, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => undefined); // it may end without having read
    child.stdin.end(stdin ?? '');
    this.#process = child;
    running.add(child);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (stdoutPath !== undefined) appendFileSync(stdoutPath, `${line}\n`);
      onLine?.(line);
    });
    child.stderr.on('data', (chunk: Buffer) => appendFileSync(stderrPath, chunk));
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        running.delete(child);
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0; // a process that could not be spawned has none, and ends at once
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Ends it by the signal and waits until it is gone. */
  async end(name: NodeJS.Signals): Promise<Ended> {
    this.signal(name);
    return await this.ended;
  }
}
