import type { AccountName, GroupName } from '../domain/ids.ts';
import type { IncidentState, OutboxMessage } from '../domain/incident.ts';
import type { AlertsSpec, ReceiverSpec } from '../domain/spec.ts';
import { SECOND_MS } from '../domain/time.ts';
import { burstKey } from './burst.ts';
import type { Delivery, Gathering } from './outbox.ts';
import type { Receiver } from './receiver.ts';
import { arrivalOf, type LaneTools, ReceiverLane } from './receiver-lane.ts';
import { isAfterwards, receiversOf } from './routing.ts';

export type DispatcherOptions = Omit<LaneTools, 'arrived' | 'hearersOf'> & {
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
  readonly #busy = new Map<string, { readonly work: Promise<number>; readonly stop: AbortController }>();
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
    await this.#idle([...this.#busy.keys()]);
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
    const { outbox, clock, alerts } = this.#options;
    const messages = await outbox.unrouted(ROUTE_MAX);
    // One for the whole pass: by another, the end of an incident could be routed past its beginning, which is stranded.
    const spec = alerts();
    await this.#follow(spec);
    if (await this.#moveStranded(spec)) await this.#routeNew(messages, spec, groupWaitMs);
    // Taken before the question: a lane that ends while `due` answers has deliveries in that answer that are made.
    const busy = new Set(this.#busy.keys());
    const due = await outbox.due(clock.now(), DUE_MAX);
    const started: Promise<number>[] = [];
    const byReceiver = Map.groupBy(due, (delivery) => delivery.receiver);
    for (const [name, lane] of this.#lanes) {
      const deliveries = byReceiver.get(name) ?? [];
      if (deliveries.length === 0 && !lane.isRefreshDue()) continue;
      if (busy.has(name) || signal.aborted) continue;
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const work = this.#deliverTo(lane, deliveries, either).finally(() => {
        this.#busy.delete(name);
        this.wake(); // there may be more than one pass reads
      });
      this.#busy.set(name, { work, stop });
      started.push(work);
    }
    return started;
  }

  async #deliverTo(
    lane: ReceiverLane,
    deliveries: readonly Delivery[],
    signal: AbortSignal,
  ): Promise<number> {
    if (lane.isRefreshDue()) await lane.refresh();
    return await lane.deliverAll(deliveries, signal);
  }

  /**
   * What waits for a receiver that is not in the config any more goes to those that the routes name now; before anything
   * new is routed, which keeps the order. False while there is more of it.
   */
  async #moveStranded(spec: AlertsSpec): Promise<boolean> {
    const { outbox, clock, log } = this.#options;
    const stranded = await outbox.stranded([...spec.receivers.keys()], ROUTE_MAX);
    for (const one of stranded) {
      const { message, receiver } = one;
      const arrival = arrivalOf(receiver, message);
      if (this.#arrived.has(arrival)) {
        await outbox.delivered(message.id, receiver, clock.now());
        this.#arrived.delete(arrival);
        continue;
      }
      const named = await this.#receiversOf(message, spec);
      const to = await outbox.move(
        one,
        named,
        clock.now(),
        this.#gathering(message, { named, spec, waitMs: 0 }),
      );
      const fields = { receiver, messageId: message.id, headline: message.fact.headline };
      if (named.length > 0) log.info('alerts.delivery_moved', { ...fields, to: to.join(', ') });
      else log.error('alerts.delivery_given_up', { ...fields, reason: 'not_configured' });
    }
    if (stranded.length < ROUTE_MAX) return true;
    this.wake();
    return false;
  }

  async #routeNew(messages: readonly OutboxMessage[], spec: AlertsSpec, waitMs: number): Promise<void> {
    const { outbox, clock, log } = this.#options;
    for (const message of messages) {
      const named = await this.#receiversOf(message, spec);
      if (named.length === 0)
        log.debug('alerts.no_receiver', { messageId: message.id, type: message.fact.type });
      await outbox.route(message.id, named, clock.now(), this.#gathering(message, { named, spec, waitMs }));
    }
    if (messages.length === ROUTE_MAX) this.wake();
  }

  async #receiversOf(
    message: Pick<OutboxMessage, 'status' | 'fact' | 'startedAt'>,
    alerts: AlertsSpec,
  ): Promise<readonly string[]> {
    const told = isAfterwards(message) ? await this.#options.outbox.toldBefore(message) : [];
    return receiversOf({ message, alerts, groupOf: this.#options.groupOf, told });
  }

  #gathering(
    message: OutboxMessage,
    { named, spec, waitMs }: { named: readonly string[]; spec: AlertsSpec; waitMs: number },
  ): ReadonlyMap<string, Gathering> {
    const gathering = new Map<string, Gathering>();
    for (const name of named) {
      const receiver = spec.receivers.get(name);
      const key = receiver === undefined ? null : burstKey(message, receiver);
      if (key !== null) gathering.set(name, { key, waitMs });
    }
    return gathering;
  }

  /** Opens the receivers of a new spec. Of one that it does not have only the answer in flight is waited for. */
  async #follow(spec: AlertsSpec): Promise<void> {
    if (spec === this.#spec) return;
    const retired = [...this.#lanes];
    this.#lanes.clear();
    this.#spec = spec;
    const hearersOf = (state: IncidentState) => this.#receiversOf({ ...state, status: 'resolved' }, spec);
    const tools = { ...this.#options, arrived: this.#arrived, hearersOf };
    for (const [name, receiver] of spec.receivers)
      this.#lanes.set(name, new ReceiverLane(name, this.#options.openReceiver(receiver, name), tools));
    for (const [name, lane] of retired) {
      // A lane in progress reports its own failure; closing waits for it either way.
      this.#idle([name])
        .then(() => lane.close())
        .catch((error: unknown) => this.#break(error));
    }
    const gone = [...this.#busy.keys()].filter((name) => !spec.receivers.has(name));
    for (const name of gone) this.#busy.get(name)?.stop.abort();
    await this.#idle(gone);
  }

  async #idle(names: readonly string[]): Promise<void> {
    await Promise.allSettled(names.map(async (name) => await this.#busy.get(name)?.work));
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
