import type { Clock, Log, Random } from '../domain/ports.ts';
import type { HeartbeatSpec } from '../domain/spec.ts';
import { SECOND_MS } from '../domain/time.ts';
import { guardUnless, HttpSender, POST_TIMEOUT_MS } from './http-sender.ts';
import { tryQuickly } from './quick-tries.ts';

const LOOK_EVERY_MS = 5 * SECOND_MS;

type HeartbeatOptions = {
  /** Of the config of now; another object is pinged at once. */
  readonly spec: () => HeartbeatSpec | null;
  readonly isWell: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

/** Pings a dead-man switch while purser is well. Whoever is pinged tells people when that ends, whatever ended it. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #spec: HeartbeatSpec | null = null;
  /** On the monotonic clock. */
  #nextMs = 0;
  #isFailing = false;
  /** In a row, while a ping is due. */
  #unwellLooks = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.beatIfDue(signal);
      await this.#options.clock.sleep(LOOK_EVERY_MS, signal);
    }
  }

  async beatIfDue(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const spec = this.#options.spec();
    const nowMs = clock.monotonicMs();
    if (spec !== this.#spec) this.#nextMs = nowMs;
    this.#spec = spec;
    if (spec === null || nowMs < this.#nextMs) return;
    if (!this.#options.isWell()) {
      this.#unwellLooks += 1;
      // The first look of a start comes before anything could be found well.
      if (this.#unwellLooks === 2) log.warn('heartbeat.held_back', { why: 'purser is not well' });
      return;
    }
    this.#unwellLooks = 0;
    this.#nextMs = nowMs + spec.everyMs;
    await this.#beat(spec, signal);
  }

  async #beat(spec: HeartbeatSpec, signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#options;
    const url = new URL(spec.url.reveal());
    const guard = guardUnless(spec.allowPrivate);
    const sender = new HttpSender({ url, guard, timeoutMs: POST_TIMEOUT_MS });
    const { method } = spec;
    const attempt = async () =>
      (await sender.exchange({ method, body: method === 'GET' ? null : '{}', headers: {} }, clock.now()))
        .outcome;
    try {
      const outcome = await tryQuickly({ attempt, clock, random, signal });
      const isFailing = outcome.kind !== 'delivered';
      if (isFailing && !this.#isFailing)
        log.warn('heartbeat.failed', { reason: outcome.reason, detail: outcome.detail });
      if (!isFailing && this.#isFailing) log.info('heartbeat.recovered', {});
      this.#isFailing = isFailing;
    } finally {
      await sender.close();
    }
  }
}
