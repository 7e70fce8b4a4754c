import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

export const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const EXIT_TIMEOUT_MS = 20_000;
const WAIT_TIMEOUT_MS = 15_000;
const WAIT_STEP_MS = 10;

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type Surroundings = {
  readonly cwd: string;
  /** Every value is taken for a secret: the test fails where one of them is printed. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
};

/** A `purser` of its own process. Killed when the test ends. */
export class AProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #secrets: readonly string[];
  readonly #exit: Promise<number | null>;
  readonly #args: readonly string[];
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], { cwd, secrets = {}, env = {} }: Surroundings) {
    this.#args = args;
    this.#secrets = Object.values(secrets);
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, TZ: 'UTC', ...env, ...secrets },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#exit = new Promise((resolve) => this.#child.on('close', (code) => resolve(code)));
    onTestFinished(async () => {
      this.kill('SIGKILL');
      await this.#exit;
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As if whoever reads its stdout had died. */
  closeStdout(): void {
    this.#child.stdout.destroy();
  }

  async ended(): Promise<Ended> {
    const timer = setTimeout(() => this.kill('SIGKILL'), EXIT_TIMEOUT_MS);
    const code = await this.#exit;
    clearTimeout(timer);
    this.#expectNoSecret();
    return { code, stdout: this.stdout, stderr: this.stderr };
  }

  /** Waits, with a bound, until the condition holds; a process that ends before fails at once, with what it said. */
  async until(sentence: string, isReached: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = performance.now() + WAIT_TIMEOUT_MS;
    while (performance.now() < endMs) {
      if (await isReached()) return;
      if (this.#child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, WAIT_STEP_MS));
    }
    throw new Error(`purser ${this.#args.join(' ')}: ${sentence} never came\n${this.stdout}\n${this.stderr}`);
  }

  /** The log lines on stdout of that event. */
  logged(event: string): readonly Readonly<Record<string, unknown>>[] {
    const whole = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line)).filter((line) => line.event === event);
  }

  #expectNoSecret(): void {
    for (const secret of this.#secrets) {
      expect(this.stdout.includes(secret), 'a secret on stdout').toBe(false);
      expect(this.stderr.includes(secret), 'a secret on stderr').toBe(false);
    }
  }
}
