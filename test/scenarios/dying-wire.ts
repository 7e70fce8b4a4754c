import type { Transport, TransportReply, TransportRequest } from '../../src/modelslab/transport.ts';
import { UndiciTransport } from '../../src/modelslab/undici-transport.ts';
import { never } from '../keeper/watched-wire.ts';

/** Where a process dies: at the first request that fits, before it left or when its answer was on the way. */
export type Death = {
  readonly moment: 'before' | 'after';
  readonly fits: (request: TransportRequest) => boolean;
};

/** The real wire of a process that dies at one request: whoever waits for that answer waits for ever. */
export class DyingWire implements Transport {
  readonly #wire = new UndiciTransport();
  readonly #death: Death;
  readonly #died = Promise.withResolvers<void>();
  #isArmed = false;
  #isDead = false;

  constructor(death: Death) {
    this.#death = death;
  }

  /** Resolves when the process is dead. */
  get died(): Promise<void> {
    return this.#died.promise;
  }

  /** From now on the next request that fits is the last. */
  arm(): void {
    this.#isArmed = true;
  }

  async request(request: TransportRequest): Promise<TransportReply> {
    if (this.#isDead) return await never();
    if (!this.#isArmed || !this.#death.fits(request)) return await this.#wire.request(request);
    this.#isDead = true;
    if (this.#death.moment === 'after') await this.#wire.request(request);
    this.#died.resolve();
    return await never();
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}
