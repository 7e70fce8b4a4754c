import { setImmediate } from 'node:timers/promises';
import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';
import type { ManualClock } from '../sandbox/manual-clock.ts';

/** So many turns of the event loop without a request: a keeper that has something to do has begun it by then. */
const QUIET_TURNS = 20;
const TURNS_MAX = 1_000_000;

/**
 * The real wire of a keeper that runs by itself. Once, behind the next answer to a path, something happens in the
 * middle of a pass; and time goes by only while nothing is on its way.
 */
export class InterruptedWire implements Transport {
  readonly #wire = new UndiciTransport();
  readonly #alter: (reply: TransportReply, request: TransportRequest) => TransportReply;
  #interruption: { readonly path: string; readonly act: () => Promise<void> } | null = null;
  #inFlight = 0;

  constructor(
    alter: (reply: TransportReply, request: TransportRequest) => TransportReply = (reply) => reply,
  ) {
    this.#alter = alter;
  }

  interruptAt(path: string, act: () => Promise<void>): void {
    this.#interruption = { path, act };
  }

  async request(request: TransportRequest): Promise<TransportReply> {
    this.#inFlight += 1;
    try {
      const reply = this.#alter(await this.#wire.request(request), request);
      const due = this.#interruption;
      if (due === null || !request.url.includes(due.path)) return reply;
      this.#interruption = null;
      await due.act();
      return reply;
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Lets so much time go by, step by step. */
  async pass(clock: ManualClock, durationMs: number, stepMs: number): Promise<void> {
    for (const endMs = clock.now() + durationMs; clock.now() < endMs; ) {
      clock.advance(stepMs);
      await this.#quiet();
    }
  }

  close(): Promise<void> {
    return this.#wire.close();
  }

  async #quiet(): Promise<void> {
    let quiet = 0;
    for (let turns = 0; turns < TURNS_MAX && quiet < QUIET_TURNS; turns += 1) {
      await setImmediate();
      quiet = this.#inFlight === 0 ? quiet + 1 : 0;
    }
  }
}
