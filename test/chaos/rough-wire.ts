import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Seeded } from './seeded.ts';

/** Each a probability for one piece of data on its way, in either direction. */
export type Roughness = {
  /** It comes in slices of a few bytes, a few milliseconds apart. */
  readonly slice: number;
  /** It waits for up to a second. */
  readonly delay: number;
  /** It waits for longer than purser does, and comes all the same. */
  readonly stall: number;
  /** A part of it comes, then both ends are reset. */
  readonly cut: number;
};

export const SMOOTH: Roughness = { slice: 0, delay: 0, stall: 0, cut: 0 };

const SLICES_MAX = 12;
const SLICE_GAP_MS = 3;
const DELAY_MAX_MS = 1_000;
/** purser gives up after 30 s. */
const STALL_MS = 35_000;

/** Stands between purser and the sandbox as a bad network would: below HTTP, it knows of no requests. */
export class RoughWire implements AsyncDisposable {
  roughness: Roughness = SMOOTH;
  readonly counts = { slice: 0, delay: 0, stall: 0, cut: 0 };
  readonly #server: Server;
  readonly #target: URL;
  readonly #random: Seeded;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, target: URL, random: Seeded) {
    this.#server = server;
    this.#target = target;
    this.#random = random;
  }

  static async open(target: string, random: Seeded): Promise<RoughWire> {
    const server = createServer({ noDelay: true });
    const wire = new RoughWire(server, new URL(target), random);
    server.on('connection', (near) => wire.#join(near));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  /** The same address as the target's, at this port. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // listening on TCP since `open`
    return `http://127.0.0.1:${port}${this.#target.pathname}`;
  }

  #join(near: Socket): void {
    const far = createConnection({
      host: this.#target.hostname,
      port: Number(this.#target.port),
      noDelay: true,
    });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // `close` follows
      socket.once('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    void this.#carry(near, far);
    void this.#carry(far, near);
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const piece of from) await this.#pass(piece, to);
      to.end();
    } catch {
      to.destroy(); // the other end has gone
    }
  }

  async #pass(piece: Buffer, to: Socket): Promise<void> {
    if (this.#strikes('stall')) await sleep(STALL_MS);
    if (this.#strikes('delay')) await sleep(this.#random.between(0, DELAY_MAX_MS));
    if (this.#strikes('cut')) {
      to.write(piece.subarray(0, Math.floor(this.#random.uniform() * piece.length)));
      to.resetAndDestroy();
      return;
    }
    if (!this.#strikes('slice')) return void to.write(piece);
    const bytes = Math.ceil(piece.length / this.#random.between(1, SLICES_MAX));
    for (let at = 0; at < piece.length; at += bytes) {
      to.write(piece.subarray(at, at + bytes));
      await sleep(SLICE_GAP_MS);
    }
  }

  #strikes(kind: keyof Roughness): boolean {
    const isStruck = this.#random.uniform() < this.roughness[kind];
    if (isStruck) this.counts[kind] += 1;
    return isStruck;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
