import { unreachable } from '../domain/assert.ts';
import {
  DELIVERY_WAIT_MAX_MS,
  type FailureReason,
  type IncidentState,
  type OutboxMessage,
} from '../domain/incident.ts';
import type { Clock, Log, Random } from '../domain/ports.ts';
import { addMs, type EpochMs, formatInstant, MINUTE_MS } from '../domain/time.ts';
import { type Chain, gatherBursts } from './burst.ts';
import { deliveryWaitMs, GIVE_UP_AFTER_MS, giveUpAfterTries } from './delivery-wait.ts';
import type { Delivery, Outbox } from './outbox.ts';
import { tryQuickly } from './quick-tries.ts';
import type { DeliveryFailure, DeliveryOutcome, Receiver } from './receiver.ts';

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
  /** What is not over. */
  readonly openIncidents: () => readonly IncidentState[];
  /** What has arrived (`arrivalOf`) and the outbox could not note yet (a full disk): it is not sent again. */
  readonly arrived: Set<string>;
  /** Who is to hear how an incident ends. */
  readonly hearersOf: (state: IncidentState) => Promise<readonly string[]>;
};

export function arrivalOf(receiver: string, { id }: OutboxMessage): string {
  return `${receiver} ${id}`;
}

const REFRESH_MS = MINUTE_MS;
const CONCURRENCY = 4;
/** How often what waits for a receiver that is off is put off again. */
const GONE_WAIT_MS = 5 * MINUTE_MS;
const GONE = { kind: 'gone', reason: 'gone', detail: '410', retryAfterMs: null } as const;

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
  /** On the monotonic clock. */
  #refreshAtMs = 0;

  constructor(name: string, receiver: Receiver, tools: LaneTools) {
    this.#name = name;
    this.#receiver = receiver;
    this.#tools = tools;
  }

  /** Whether the receiver wants to be told again what holds. */
  isRefreshDue(): boolean {
    return this.#receiver.refresh !== undefined && this.#tools.clock.monotonicMs() >= this.#refreshAtMs;
  }

  /** Before the deliveries, so that nothing that has just ended is said to hold. */
  async refresh(): Promise<void> {
    const { clock, hearersOf, openIncidents, onDelivery } = this.#tools;
    this.#refreshAtMs = clock.monotonicMs() + REFRESH_MS;
    if (this.#isGone || this.#openWait() !== null) return;
    const open: IncidentState[] = [];
    for (const state of openIncidents()) {
      if ((await hearersOf(state)).includes(this.#name)) open.push(state);
    }
    if (open.length === 0) return;
    const outcome = await this.#receiver.refresh?.(open, clock.now());
    if (outcome?.kind === 'delivered') {
      onDelivery({ receiver: this.#name, integration: this.#receiver.integration, ok: true });
    } else if (outcome !== undefined) await this.#recordFailure([], outcome);
  }

  /**
   * Delivers what it can, records every outcome, and says how many arrived. Starts nothing after an abort. Rejects, as the
   * outbox does, when nothing is on its way any more.
   */
  async deliverAll(deliveries: readonly Delivery[], signal: AbortSignal): Promise<number> {
    const chains = [...Map.groupBy(deliveries, (delivery) => delivery.message.fact.fingerprint).values()];
    const { bursts, alone } =
      this.#receiver.deliverBurst === undefined ? { bursts: [], alone: chains } : gatherBursts(chains);
    const work = [...bursts, ...alone.map((chain) => [chain])].values();
    const workers = Array.from({ length: CONCURRENCY }, async () => {
      let delivered = 0;
      for (const burst of work) delivered += await this.#deliverBurst(burst, signal);
      return delivered;
    });
    await Promise.allSettled(workers);
    const counts = await Promise.all(workers);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  close(): Promise<void> {
    return this.#receiver.close();
  }

  /** The first messages of the chains as one, then each chain by itself. */
  async #deliverBurst(burst: readonly Chain[], signal: AbortSignal): Promise<number> {
    const firsts = burst.flatMap(([first]) => (first === undefined ? [] : [first]));
    const isOne = firsts.length === 1 || this.#isGone || this.#openWait() !== null || signal.aborted;
    const outcome = isOne ? { kind: 'split' as const } : await this.#deliverTogether(firsts, signal);
    let delivered = outcome.kind === 'delivered' ? firsts.length : 0;
    for (const chain of burst) {
      const rest = outcome.kind === 'split' ? chain : chain.slice(1);
      delivered += await this.#deliverChain(rest, signal, outcome.kind === 'held' ? outcome.heldUntil : null);
    }
    return delivered;
  }

  async #deliverChain(chain: Chain, signal: AbortSignal, held: EpochMs | null): Promise<number> {
    let delivered = 0;
    let heldUntil = held;
    for (const delivery of chain) {
      if (signal.aborted) break;
      const waitsUntil: EpochMs | null = heldUntil ?? this.#openWait();
      if (this.#isGone) await this.#keep(delivery, GONE, this.#goneUntil());
      else if (waitsUntil !== null) await this.#postpone(delivery, waitsUntil, 'waits for the receiver');
      else {
        const outcome = await this.#deliverTogether([delivery], signal);
        if (outcome.kind === 'delivered') delivered += 1;
        if (outcome.kind === 'held') heldUntil = outcome.heldUntil;
      }
    }
    return delivered;
  }

  /** One delivery, or a burst as one; `split` where the burst is not taken as one. */
  async #deliverTogether(
    deliveries: readonly Delivery[],
    signal: AbortSignal,
  ): Promise<{ kind: 'delivered' | 'split' } | { kind: 'held'; heldUntil: EpochMs | null }> {
    const { clock, random, onDelivery, log } = this.#tools;
    const messages = deliveries.map(({ message }) => message);
    const attempt = () => this.#attempt(messages);
    // One that keeps failing gets one try: it has had its quick ones.
    const outcome =
      this.#failures > 0 ? await attempt() : await tryQuickly({ attempt, clock, random, signal });
    if (outcome.kind === 'delivered') {
      if (this.#failures > 0) log.info('alerts.receiver_recovered', { receiver: this.#name });
      this.#failures = 0;
      this.#waitsUntil = null;
      await this.#note(messages);
      onDelivery({ receiver: this.#name, integration: this.#receiver.integration, ok: true });
      return { kind: 'delivered' };
    }
    if (outcome.kind === 'rejected' && deliveries.length > 1) return { kind: 'split' };
    return { kind: 'held', heldUntil: await this.#recordFailure(deliveries, outcome) };
  }

  async #note(messages: readonly OutboxMessage[]): Promise<void> {
    const { outbox, clock, arrived } = this.#tools;
    for (const message of messages) arrived.add(arrivalOf(this.#name, message));
    for (const message of messages) {
      await outbox.delivered(message.id, this.#name, clock.now());
      arrived.delete(arrivalOf(this.#name, message));
    }
  }

  async #attempt(all: readonly OutboxMessage[]): Promise<DeliveryOutcome> {
    const messages = all.filter((message) => !this.#tools.arrived.has(arrivalOf(this.#name, message)));
    const [message] = messages;
    if (message === undefined) return { kind: 'delivered' };
    const now = this.#tools.clock.now();
    const together = messages.length > 1 ? this.#receiver.deliverBurst?.(messages, now) : undefined;
    return await (together ?? this.#receiver.deliver(message, now));
  }

  /** When the same messages, and those behind them in their chains, may be tried again. */
  async #recordFailure(deliveries: readonly Delivery[], failure: DeliveryFailure): Promise<EpochMs | null> {
    const { log } = this.#tools;
    this.#sampleFailure(failure.reason);
    const attempts = Math.max(0, ...deliveries.map((delivery) => delivery.attempts));
    const heldUntil = this.#holdAfter(attempts, failure);
    let waits: EpochMs | null = null;
    for (const delivery of deliveries) {
      if (await this.#keep(delivery, failure, heldUntil)) waits = heldUntil;
    }
    if (waits === null && deliveries.length > 0) return null;
    log.warn('alerts.delivery_failed', {
      receiver: this.#name,
      messageId: deliveries[0]?.message.id,
      messages: deliveries.length,
      reason: failure.reason,
      detail: failure.detail,
      nextTry: formatInstant(heldUntil),
    });
    return waits;
  }

  /** False where it is given up: a clock that jumped makes a message old at once, so only after as many tries as such an age brings. */
  async #keep(delivery: Delivery, failure: DeliveryFailure, until: EpochMs): Promise<boolean> {
    const isOld = this.#tools.clock.now() - delivery.message.at > GIVE_UP_AFTER_MS;
    const isKept = !isOld || delivery.attempts < giveUpAfterTries(failure);
    if (isKept) await this.#postpone(delivery, until, `${failure.reason} (${failure.detail})`);
    else await this.#giveUp(delivery);
    return isKept;
  }

  #holdAfter(attempts: number, failure: DeliveryFailure): EpochMs {
    const { clock, random, log } = this.#tools;
    const now = clock.now();
    switch (failure.kind) {
      case 'rejected': // This message's own fault: the receiver goes on for others.
        return addMs(now, deliveryWaitMs({ failure, failures: attempts, uniform: random.uniform() }));
      case 'gone':
        if (!this.#isGone) {
          const mend =
            'The receiver answered 410: it is off until the config is reloaded, and what it is to get waits. Mend or remove it.';
          log.error('alerts.receiver_gone', { receiver: this.#name, mend });
        }
        this.#isGone = true;
        return this.#goneUntil();
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

  /** Nothing is sent then either; whoever reloads the config by then has what waited sent. */
  #goneUntil(): EpochMs {
    return addMs(this.#tools.clock.now(), GONE_WAIT_MS);
  }

  #postpone(delivery: Delivery, until: EpochMs, reason: string): Promise<void> {
    return this.#tools.outbox.failed(delivery.message.id, this.#name, until, reason);
  }

  async #giveUp(delivery: Delivery): Promise<void> {
    const { message } = delivery;
    const reason = 'too_old';
    this.#tools.log.error('alerts.delivery_given_up', {
      receiver: this.#name,
      messageId: message.id,
      reason,
      headline: message.fact.headline,
    });
    this.#sampleFailure(reason);
    await this.#tools.outbox.failed(message.id, this.#name, null, reason);
  }

  #sampleFailure(reason: FailureReason): void {
    const { integration } = this.#receiver;
    this.#tools.onDelivery({ receiver: this.#name, integration, ok: false, reason });
  }
}
