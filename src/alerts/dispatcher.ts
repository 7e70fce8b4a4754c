import type { AccountName, GroupName } from '../domain/ids.ts';
import type { OutboxMessage } from '../domain/incident.ts';
import type { AlertsSpec, ReceiverSpec } from '../domain/spec.ts';
import { SECOND_MS } from '../domain/time.ts';
import { burstKey } from './burst.ts';
import type { Delivery, Gathering } from './outbox.ts';
import type { Receiver } from './receiver.ts';
import { type LaneTools, ReceiverLane } from './receiver-lane.ts';
import { isAfterwards, receiversOf } from './routing.ts';

export type DispatcherOptions = Omit<LaneTools, 'arrived'> & {
  /** The spec of now: a reload gives another object, which opens all receivers anew and forgets their failures. */
  readonly alerts: () => AlertsSpec;
  readonly groupOf: (account: AccountName) => GroupName | null;
  readonly openReceiver: (spec: ReceiverSpec, name: string) => Receiver;
};

const ROUTE_MAX = 500;
const DUE_MAX = 500;
const IDLE_MS = 5 * SECOND_MS;

/**
 * Moves messages from the outbox to their receivers, at least once each. Every receiver has a lane of its own that
 * nobody waits for, so that a dead one delays no other; a lane in progress is left alone by later passes.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #lanes = new Map<string, ReceiverLane>();
  readonly #busy = new Map<string, Promise<number>>();
  readonly #arrived = new Set<string>();
  #spec: AlertsSpec | null = null;
  #lastPass: Promise<unknown> = Promise.resolve();
  #isWoken = false;
  #nap: AbortController | null = null;
  #broken: { readonly error: unknown } | null = null;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /**
   * One bounded pass of a command that ends: routes, delivers what is due, waits for it, and says how many arrived. Nothing
   * waits for the rest of a burst. Rejects as the outbox does.
   */
  async deliverDue(signal: AbortSignal): Promise<number> {
    const counts = await Promise.all(await this.#startPass(signal, 0));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Delivers until the abort, then waits for the answers in flight and closes. Rejects as the outbox does. */
  async run(signal: AbortSignal): Promise<void> {
    this.#mend(); // an earlier run's trouble may be over
    const stop = () => this.#nap?.abort();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        this.#isWoken = false;
        const { groupWaitMs } = this.#options.alerts();
        for (const lane of await this.#startPass(signal, groupWaitMs))
          lane.catch((error: unknown) => this.#break(error));
        await this.#rest(signal);
        if (this.#broken !== null) throw this.#broken.error;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      await this.close();
    }
  }

  /** A message was written: look now instead of in a few seconds. */
  wake(): void {
    this.#isWoken = true;
    this.#nap?.abort();
  }

  /** Waits for the answers in flight and closes every receiver. A later pass opens them again. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#busy.values());
    const lanes = [...this.#lanes.values()];
    this.#lanes.clear();
    this.#spec = null;
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  /** Starts lanes one pass at a time: two passes at once would read the same delivery as due and make it twice. */
  #startPass(signal: AbortSignal, groupWaitMs: number): Promise<readonly Promise<number>[]> {
    const pass = this.#lastPass.then(() => this.#startLanes(signal, groupWaitMs));
    this.#lastPass = pass.catch(() => undefined); // its own caller hears of it
    return pass;
  }

  async #startLanes(signal: AbortSignal, groupWaitMs: number): Promise<readonly Promise<number>[]> {
    const { outbox, clock } = this.#options;
    await this.#routeNew(groupWaitMs);
    // Taken before the question: a lane that ends while `due` answers has deliveries in that answer that are made.
    const busy = new Set(this.#busy.keys());
    const due = await outbox.due(clock.now(), DUE_MAX);
    this.#followSpec(); // last: what was routed while a reload came may be for a receiver that only the new spec has
    const started: Promise<number>[] = [];
    const byReceiver = Map.groupBy(due, (delivery) => delivery.receiver);
    for (const [name, lane] of this.#lanes)
      if (lane.isRefreshDue() && !byReceiver.has(name)) byReceiver.set(name, []);
    for (const [name, deliveries] of byReceiver) {
      if (busy.has(name) || signal.aborted) continue;
      const work = this.#deliverTo(name, deliveries, signal).finally(() => {
        this.#busy.delete(name);
        this.wake(); // there may be more than one pass reads
      });
      this.#busy.set(name, work);
      started.push(work);
    }
    return started;
  }

  async #deliverTo(name: string, deliveries: readonly Delivery[], signal: AbortSignal): Promise<number> {
    const lane = this.#lanes.get(name);
    if (lane !== undefined) {
      if (lane.isRefreshDue()) await lane.refresh();
      return await lane.deliverAll(deliveries, signal);
    }
    for (const { message } of deliveries) {
      this.#options.log.error('alerts.delivery_given_up', {
        receiver: name,
        messageId: message.id,
        reason: 'not_configured',
        headline: message.fact.headline,
      });
      await this.#options.outbox.failed(message.id, name, null, 'not_configured');
    }
    return 0;
  }

  async #routeNew(groupWaitMs: number): Promise<void> {
    const { outbox, clock, groupOf, alerts, log } = this.#options;
    const messages = await outbox.unrouted(ROUTE_MAX);
    for (const message of messages) {
      const told = isAfterwards(message) ? await outbox.toldBefore(message) : [];
      const receivers = receiversOf({ message, alerts: alerts(), groupOf, told });
      if (receivers.length === 0)
        log.debug('alerts.no_receiver', { messageId: message.id, type: message.fact.type });
      await outbox.route(
        message.id,
        receivers,
        clock.now(),
        this.#gathering(message, receivers, groupWaitMs),
      );
    }
    if (messages.length === ROUTE_MAX) this.wake();
  }

  #gathering(
    message: OutboxMessage,
    names: readonly string[],
    waitMs: number,
  ): ReadonlyMap<string, Gathering> {
    const { receivers } = this.#options.alerts();
    const gathering = new Map<string, Gathering>();
    for (const name of names) {
      const spec = receivers.get(name);
      const key = spec === undefined ? null : burstKey(message, spec);
      if (key !== null) gathering.set(name, { key, waitMs });
    }
    return gathering;
  }

  #followSpec(): void {
    const spec = this.#options.alerts();
    if (spec === this.#spec) return;
    const retired = [...this.#lanes];
    this.#lanes.clear();
    this.#spec = spec;
    const tools = { ...this.#options, arrived: this.#arrived };
    for (const [name, receiver] of spec.receivers)
      this.#lanes.set(name, new ReceiverLane(name, this.#options.openReceiver(receiver, name), tools));
    for (const [name, lane] of retired) {
      const idle = this.#busy.get(name) ?? Promise.resolve(0);
      // A lane in progress reports its own failure; closing waits for it either way.
      idle
        .catch(() => 0)
        .then(() => lane.close())
        .catch((error: unknown) => this.#break(error));
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    if (this.#isWoken || signal.aborted) return;
    this.#nap = new AbortController();
    await this.#options.clock.sleep(IDLE_MS, this.#nap.signal);
    this.#nap = null;
  }

  #mend(): void {
    this.#broken = null;
  }

  #break(error: unknown): void {
    this.#broken ??= { error };
    this.wake();
  }
}
