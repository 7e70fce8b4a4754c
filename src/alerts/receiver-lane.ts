import { unreachable } from '../domain/assert.ts';
import { DELIVERY_WAIT_MAX_MS, type FailureReason } from '../domain/incident.ts';
import type { Clock, Log, Random } from '../domain/ports.ts';
import { addMs, type EpochMs, formatInstant } from '../domain/time.ts';
import { deliveryWaitMs, GIVE_UP_AFTER_MS, GIVE_UP_AFTER_TRIES } from './delivery-wait.ts';
import type { Delivery, Outbox } from './outbox.ts';
import { tryQuickly } from './quick-tries.ts';
import type { DeliveryFailure, Receiver } from './receiver.ts';

/** One delivery made or missed, for the metrics. A delivery that only waits for its receiver makes none. */
export type DeliverySample =
  | { readonly receiver: string; readonly integration: Receiver['integration']; readonly ok: true }
  | {
      readonly receiver: string;
      readonly integration: Receiver['integration'];
      readonly ok: false;
      readonly reason: FailureReason;
    };

export type LaneTools = {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onDelivery: (sample: DeliverySample) => void;
};

const CONCURRENCY = 4;

/**
 * The way to one receiver, and what is known of its health. Messages of one fingerprint go one after the other. A
 * receiver that fails is left alone until `#waitsUntil`, with everything that is due to it: trying each of a thousand
 * messages against a dead address helps nobody. All of them then come due at the same instant, which keeps their order.
 */
export class ReceiverLane {
  readonly #name: string;
  readonly #receiver: Receiver;
  readonly #tools: LaneTools;
  /** In a row; 0 when healthy. */
  #failures = 0;
  #waitsUntil: EpochMs | null = null;
  #isGone = false;

  constructor(name: string, receiver: Receiver, tools: LaneTools) {
    this.#name = name;
    this.#receiver = receiver;
    this.#tools = tools;
  }

  /** Delivers what it can, records every outcome, and says how many arrived. Starts nothing after an abort. */
  async deliverAll(deliveries: readonly Delivery[], signal: AbortSignal): Promise<number> {
    const chains = Map.groupBy(deliveries, (delivery) => delivery.message.fact.fingerprint).values();
    const workers = Array.from({ length: CONCURRENCY }, async () => {
      let delivered = 0;
      for (const chain of chains) delivered += await this.#deliverChain(chain, signal);
      return delivered;
    });
    const counts = await Promise.all(workers);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  close(): Promise<void> {
    return this.#receiver.close();
  }

  async #deliverChain(chain: readonly Delivery[], signal: AbortSignal): Promise<number> {
    let delivered = 0;
    let heldUntil: EpochMs | null = null;
    for (const delivery of chain) {
      if (signal.aborted) break;
      const waitsUntil: EpochMs | null = heldUntil ?? this.#openWait();
      if (this.#isGone) await this.#giveUp(delivery, 'gone');
      else if (waitsUntil !== null) await this.#postpone(delivery, waitsUntil, 'waits for the receiver');
      else {
        const outcome = await this.#deliverOne(delivery, signal);
        if (outcome.kind === 'delivered') delivered += 1;
        else heldUntil = outcome.heldUntil;
      }
    }
    return delivered;
  }

  async #deliverOne(
    delivery: Delivery,
    signal: AbortSignal,
  ): Promise<{ kind: 'delivered' } | { kind: 'held'; heldUntil: EpochMs | null }> {
    const { outbox, clock, random, onDelivery, log } = this.#tools;
    const { message } = delivery;
    const attempt = () => this.#receiver.deliver(message, clock.now());
    // One that keeps failing gets one try: it has had its quick ones.
    const outcome =
      this.#failures > 0 ? await attempt() : await tryQuickly({ attempt, clock, random, signal });
    if (outcome.kind === 'delivered') {
      if (this.#failures > 0) log.info('alerts.receiver_recovered', { receiver: this.#name });
      this.#failures = 0;
      this.#waitsUntil = null;
      await outbox.delivered(message.id, this.#name, clock.now());
      onDelivery({ receiver: this.#name, integration: this.#receiver.integration, ok: true });
      return outcome;
    }
    return { kind: 'held', heldUntil: await this.#recordFailure(delivery, outcome) };
  }

  /** When the same message, and those behind it in its chain, may be tried again. */
  async #recordFailure(delivery: Delivery, failure: DeliveryFailure): Promise<EpochMs | null> {
    const { clock, log } = this.#tools;
    this.#sampleFailure(failure.reason);
    const heldUntil = this.#holdAfter(delivery, failure);
    if (failure.kind === 'gone') {
      await this.#giveUp(delivery, 'gone');
      return null;
    }
    // A clock that jumped makes a message old at once: it is given up after as many tries as such an age brings.
    const isOld = clock.now() - delivery.message.at > GIVE_UP_AFTER_MS;
    if (isOld && delivery.attempts >= GIVE_UP_AFTER_TRIES) {
      await this.#giveUp(delivery, 'too_old');
      return null;
    }
    log.warn('alerts.delivery_failed', {
      receiver: this.#name,
      messageId: delivery.message.id,
      reason: failure.reason,
      detail: failure.detail,
      nextTry: formatInstant(heldUntil),
    });
    await this.#postpone(delivery, heldUntil, `${failure.reason} (${failure.detail})`);
    return heldUntil;
  }

  #holdAfter(delivery: Delivery, failure: DeliveryFailure): EpochMs {
    const { clock, random, log } = this.#tools;
    const now = clock.now();
    switch (failure.kind) {
      case 'rejected': // This message's own fault: the receiver goes on for others.
        return addMs(
          now,
          deliveryWaitMs({ failure, failures: delivery.attempts, uniform: random.uniform() }),
        );
      case 'gone':
        if (!this.#isGone) {
          const mend =
            'The receiver answered 410: it is off until the config is reloaded. Mend or remove it.';
          log.error('alerts.receiver_gone', { receiver: this.#name, mend });
        }
        this.#isGone = true;
        return now;
      case 'brief':
      case 'busy':
      case 'wrong': {
        // A neighbour of the same instant may have failed first: one wait for all, counted once.
        const open = this.#openWait();
        const wait = deliveryWaitMs({ failure, failures: this.#failures, uniform: random.uniform() });
        const until = addMs(now, wait);
        if (open === null) this.#failures += 1;
        this.#waitsUntil = open !== null && open > until ? open : until;
        return this.#waitsUntil;
      }
      default:
        return unreachable(failure.kind);
    }
  }

  /** One further off than any wait was made by a clock that has been put back since: it is over, as for `Outbox.due`. */
  #openWait(): EpochMs | null {
    const until = this.#waitsUntil;
    const now = this.#tools.clock.now();
    return until !== null && until > now && until <= addMs(now, DELIVERY_WAIT_MAX_MS) ? until : null;
  }

  #postpone(delivery: Delivery, until: EpochMs, reason: string): Promise<void> {
    return this.#tools.outbox.failed(delivery.message.id, this.#name, until, reason);
  }

  async #giveUp(delivery: Delivery, reason: 'gone' | 'too_old'): Promise<void> {
    const { message } = delivery;
    this.#tools.log.error('alerts.delivery_given_up', {
      receiver: this.#name,
      messageId: message.id,
      reason,
      headline: message.fact.headline,
    });
    if (reason === 'too_old') this.#sampleFailure(reason);
    await this.#tools.outbox.failed(message.id, this.#name, null, reason);
  }

  #sampleFailure(reason: FailureReason): void {
    const { integration } = this.#receiver;
    this.#tools.onDelivery({ receiver: this.#name, integration, ok: false, reason });
  }
}
