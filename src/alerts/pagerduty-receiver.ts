import type { OutboxMessage } from '../domain/incident.ts';
import type { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import { isLoopbackUrl } from '../net/target-guard.ts';
import { guardUnless, HttpSender } from './http-sender.ts';
import {
  burstKeyOf,
  hasOutgrown,
  type PagerdutyEvent,
  pagerdutyBurst,
  pagerdutyEvent,
  pagerdutyKey,
} from './pagerduty-event.ts';
import type { DeliveryOutcome, Receiver } from './receiver.ts';
import type { Thread, Threads } from './threads.ts';

const DELIVERED: DeliveryOutcome = { kind: 'delivered' };

/**
 * Sends events to PagerDuty's Events API v2. An incident is an alert, and a burst is one alert: nobody is paged a hundred
 * times. That one ends with the last of its incidents, and a person's word on one of them does not change it. One that grows
 * critical leaves it: PagerDuty does not page again for an alert that is open.
 */
export class PagerdutyReceiver implements Receiver {
  readonly integration = 'pagerduty';
  readonly #sender: HttpSender;
  readonly #name: string;
  readonly #routingKey: Secret;
  readonly #threads: Threads;
  readonly #runbooks: () => string;

  /** A loopback address stands for a local imitation and is let through. */
  constructor(options: {
    /** Of the receiver, which its alerts are kept by. */
    name: string;
    routingKey: Secret;
    url: string;
    threads: Threads;
    runbooks: () => string;
    timeoutMs: number;
  }) {
    const url = new URL(options.url);
    this.#sender = new HttpSender({
      url,
      guard: guardUnless(isLoopbackUrl(url)),
      timeoutMs: options.timeoutMs,
    });
    this.#name = options.name;
    this.#routingKey = options.routingKey;
    this.#threads = options.threads;
    this.#runbooks = options.runbooks;
  }

  async deliver(message: OutboxMessage, now: EpochMs): Promise<DeliveryOutcome> {
    const alert = await this.#alertOf(message);
    if (alert?.isShared === true) {
      if (message.status === 'acknowledged') return DELIVERED;
      const others = message.status === 'resolved' ? await this.#end(message) : 0;
      if (others > 0) return DELIVERED;
    }
    const key = alert?.ts ?? pagerdutyKey(message);
    const outcome = await this.#send(pagerdutyEvent(message, { runbooks: this.#runbooks(), key }), now);
    return outcome.kind === 'delivered' && alert === null ? await this.#keep([message], key, now) : outcome;
  }

  async deliverBurst(messages: readonly OutboxMessage[], now: EpochMs): Promise<DeliveryOutcome> {
    const fresh: OutboxMessage[] = [];
    const repeated = new Map<string, OutboxMessage[]>();
    for (const message of messages) {
      const alert = await this.#alertOf(message);
      if (alert === null && message.status !== 'resolved') fresh.push(message);
      else if (alert?.isShared === true && message.status === 'firing') {
        repeated.set(alert.ts, [...(repeated.get(alert.ts) ?? []), message]);
      } else {
        const outcome = await this.deliver(message, now);
        if (outcome.kind !== 'delivered') return outcome;
      }
    }
    const runbooks = this.#runbooks();
    for (const [key, members] of repeated) {
      const outcome = await this.#send(pagerdutyBurst(members, { runbooks, key }), now);
      if (outcome.kind !== 'delivered') return outcome;
    }
    if (fresh.length === 0) return DELIVERED;
    const key = burstKeyOf(fresh);
    const outcome = await this.#send(pagerdutyBurst(fresh, { runbooks, key }), now);
    return outcome.kind === 'delivered' ? await this.#keep(fresh, key, now) : outcome;
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  /** Where the message belongs; `null` where it is to be an alert of its own, or one with others. */
  async #alertOf(message: OutboxMessage): Promise<Thread | null> {
    const alert = await this.#toldAs(message);
    return alert?.isShared === true && hasOutgrown(message, alert.ts) ? null : alert;
  }

  async #toldAs({ fact, startedAt, status }: OutboxMessage): Promise<Thread | null> {
    if (status === 'notice') return null;
    const alert = await this.#threads.read(this.#name, fact.fingerprint);
    return alert?.startedAt === startedAt ? alert : null;
  }

  #end({ fact }: OutboxMessage): Promise<number> {
    return this.#threads.end(this.#name, fact.fingerprint);
  }

  /** Notes the alert that was sent. One that they leave ends with the last of its incidents here too. */
  async #keep(messages: readonly OutboxMessage[], ts: string, now: EpochMs): Promise<DeliveryOutcome> {
    const isShared = messages.length > 1;
    const firing = messages.filter(({ status }) => status === 'firing');
    for (const message of firing) {
      const left = await this.#toldAs(message);
      if (left === null || (await this.#end(message)) > 0) continue;
      const end = pagerdutyEvent(
        { ...message, status: 'resolved' },
        { runbooks: this.#runbooks(), key: left.ts },
      );
      const outcome = await this.#send(end, now);
      if (outcome.kind !== 'delivered') return outcome;
    }
    const alerts = firing.map(
      ({ fact, startedAt }) => [fact.fingerprint, { startedAt, channel: '', ts, isShared }] as const,
    );
    if (alerts.length > 0) await this.#threads.write(this.#name, new Map(alerts));
    return DELIVERED;
  }

  async #send({ path, body }: PagerdutyEvent, now: EpochMs): Promise<DeliveryOutcome> {
    const text = JSON.stringify({ routing_key: this.#routingKey.reveal(), ...body });
    return (await this.#sender.exchange({ path, body: text, headers: {} }, now)).outcome;
  }
}
