import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { waitUntil } from '../../test/chaos/wait-until.ts';

const READY_MS = 30_000;

/** Prometheus or Alertmanager, as Debian packages them, on a port of its own. */
export class ServerProcess implements AsyncDisposable {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
    this.#ended = new Promise((resolve) => {
      process.once('close', () => resolve());
      process.once('error', () => resolve()); // not installed: the wait for /-/ready says so
    });
  }

  static async start(
    program: string,
    options: { readonly port: number; readonly args: readonly string[]; readonly logPath: string },
  ): Promise<ServerProcess> {
    const { port, args, logPath } = options;
    const listen = `127.0.0.1:${port}`;
    const child = spawn(program, [...args, `--web.listen-address=${listen}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    process.once('exit', () => child.kill('SIGKILL')); // an interrupted script leaves nothing behind
    const log = createWriteStream(logPath);
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const server = new ServerProcess(`http://${listen}`, child);
    const isReady = await waitUntil(() => answers(`${server.url}/-/ready`), { timeoutMs: READY_MS });
    if (isReady) return server;
    await server[Symbol.asyncDispose]();
    throw new Error(`${program} is not ready: see ${logPath}; Debian has it as a package of that name`);
  }

  /** The `data` of an answer of its HTTP API. */
  async get(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const query = new URLSearchParams(parameters).toString();
    const response = await fetch(`${this.url}${path}?${query}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} ${query} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#ended;
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP port is a number');
  return address.port;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false; // not yet
  }
}
