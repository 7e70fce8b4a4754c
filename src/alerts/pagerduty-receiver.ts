import type { OutboxMessage } from '../domain/incident.ts';
import type { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import { isLoopbackUrl } from '../net/target-guard.ts';
import { guardUnless, HttpSender, unlessPage } from './http-sender.ts';
import {
  burstKeyOf,
  hasOutgrown,
  type PagerdutyEvent,
  pagerdutyBurst,
  pagerdutyEvent,
  pagerdutyKey,
} from './pagerduty-event.ts';
import type { DeliveryFailure, DeliveryOutcome, Receiver } from './receiver.ts';
import type { Thread, Threads } from './threads.ts';

const DELIVERED: DeliveryOutcome = { kind: 'delivered' };

/**
 * Sends events to PagerDuty's Events API v2. An incident is an alert, and a burst is one alert: nobody is paged a hundred
 * times. That one ends with the last of its incidents, and a person's word on one of them does not change it. An incident that
 * grows critical gets another alert: PagerDuty does not page again for one that is open.
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
    return alert === null ? await this.#keep([message], key, { outcome, now }) : outcome;
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
    return await this.#keep(fresh, key, { outcome, now });
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  /** Where the message belongs; `null` where it is to be an alert of its own, or one with others. */
  async #alertOf(message: OutboxMessage): Promise<Thread | null> {
    const alert = await this.#toldAs(message);
    return alert !== null && hasOutgrown(message, alert.ts) ? null : alert;
  }

  async #toldAs({ fact, startedAt, status }: OutboxMessage): Promise<Thread | null> {
    if (status === 'notice') return null;
    const alert = await this.#threads.read(this.#name, fact.fingerprint);
    return alert?.startedAt === startedAt ? alert : null;
  }

  #end({ fact }: OutboxMessage): Promise<number> {
    return this.#threads.end(this.#name, fact.fingerprint);
  }

  /**
   * Notes the alert that was sent, also where it only may have arrived: it is sent again as it was then, alone or with the
   * same others, or nothing would ever end it. One that they leave ends with the last of its incidents here too.
   */
  async #keep(
    messages: readonly OutboxMessage[],
    ts: string,
    { outcome, now }: { readonly outcome: DeliveryOutcome; readonly now: EpochMs },
  ): Promise<DeliveryOutcome> {
    const isShared = messages.length > 1;
    const isThere = outcome.kind === 'delivered';
    if (!isThere && !mayHaveArrived(outcome)) return outcome;
    const alerts = new Map<string, Thread>();
    for (const message of messages.filter(({ status }) => status === 'firing')) {
      const { fact, startedAt } = message;
      const left = await this.#toldAs(message);
      if (left === null || isThere) alerts.set(fact.fingerprint, { startedAt, channel: '', ts, isShared });
      if (left === null || !isThere || (await this.#end(message)) > 0) continue;
      const over = { ...message, status: 'resolved' } as const;
      const end = await this.#send(pagerdutyEvent(over, { runbooks: this.#runbooks(), key: left.ts }), now);
      if (end.kind !== 'delivered') return end;
    }
    if (alerts.size > 0) await this.#threads.write(this.#name, alerts);
    return outcome;
  }

  async #send({ path, body }: PagerdutyEvent, now: EpochMs): Promise<DeliveryOutcome> {
    const text = JSON.stringify({ routing_key: this.#routingKey.reveal(), ...body });
    return unlessPage(await this.#sender.exchange({ path, body: text, headers: {} }, now));
  }
}

/** No connection was made at all: the names are those of `node:net` and `node:dns`. */
const NOT_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

function mayHaveArrived({ kind, detail }: DeliveryFailure): boolean {
  return kind === 'brief' && !NOT_SENT.has(detail);
}
