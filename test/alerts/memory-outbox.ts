import type { Delivery, Gathering, Outbox, Stranded } from '../../src/alerts/outbox.ts';
import type { OutboxMessage } from '../../src/domain/incident.ts';
import type { EpochMs } from '../../src/domain/time.ts';

type Entry = {
  readonly message: OutboxMessage;
  readonly receiver: string;
  readonly burst: string | null;
  attempts: number;
  nextAt: number;
  state: 'open' | 'delivered' | 'given_up';
  reason: string | null;
};

/** The port as the store keeps it, in memory. */
export class MemoryOutbox implements Outbox {
  readonly entries: Entry[] = [];
  readonly #unrouted: OutboxMessage[] = [];

  write(...messages: OutboxMessage[]): void {
    this.#unrouted.push(...messages);
  }

  async unrouted(limit: number): Promise<readonly OutboxMessage[]> {
    return this.#unrouted.slice(0, limit);
  }

  async toldBefore({
    fact,
    startedAt,
  }: Pick<OutboxMessage, 'fact' | 'startedAt'>): Promise<readonly string[]> {
    const same = this.entries.filter(
      ({ message }) => message.fact.fingerprint === fact.fingerprint && message.startedAt === startedAt,
    );
    return [...new Set(same.map(({ receiver }) => receiver))];
  }

  async route(
    messageId: string,
    receivers: readonly string[],
    now: EpochMs,
    gathering: ReadonlyMap<string, Gathering> = new Map(),
  ): Promise<void> {
    const at = this.#unrouted.findIndex(({ id }) => id === messageId);
    const [message] = this.#unrouted.splice(at, 1);
    if (message === undefined) throw new Error(`routed twice: ${messageId}`);
    for (const receiver of receivers) {
      const { key, waitMs } = gathering.get(receiver) ?? { key: null, waitMs: 0 };
      const like = this.entries.filter(
        (one) => one.state === 'open' && one.receiver === receiver && one.burst === key && one.attempts === 0,
      );
      const soon = like
        .map(({ nextAt }) => nextAt)
        .filter((nextAt) => nextAt > now && nextAt <= now + waitMs);
      const nextAt = Math.min(now + waitMs, ...soon);
      this.entries.push({ message, receiver, attempts: 0, burst: key, nextAt, state: 'open', reason: null });
    }
  }

  async due(now: EpochMs, limit: number): Promise<readonly Delivery[]> {
    const counts = new Map<string, number>();
    const blocked = new Set<string>();
    return this.entries.filter(({ state, receiver, message, nextAt }) => {
      if (state !== 'open') return false;
      const chain = `${receiver} ${message.fact.fingerprint}`;
      if (blocked.has(chain) || nextAt > now) {
        blocked.add(chain);
        return false;
      }
      const count = (counts.get(receiver) ?? 0) + 1;
      counts.set(receiver, count);
      return count <= limit;
    });
  }

  async stranded(receivers: readonly string[], limit: number): Promise<readonly Stranded[]> {
    return this.entries
      .filter(({ state, receiver }) => state === 'open' && !receivers.includes(receiver))
      .slice(0, limit);
  }

  async move(
    { message, receiver: from }: Stranded,
    receivers: readonly string[],
    now: EpochMs,
    gathering: ReadonlyMap<string, Gathering> = new Map(),
  ): Promise<readonly string[]> {
    const place = this.entries.indexOf(this.#open(message.id, from));
    await this.failed(message.id, from, null, 'not_configured');
    const knows = (receiver: string) =>
      this.entries.some((one) => one.receiver === receiver && one.message.id === message.id);
    const begun = receivers.filter((receiver) => !knows(receiver));
    const entries = begun.map((receiver): Entry => {
      const { key, waitMs } = gathering.get(receiver) ?? { key: null, waitMs: 0 };
      const nextAt = now + waitMs;
      return { message, receiver, attempts: 0, burst: key, nextAt, state: 'open', reason: null };
    });
    this.entries.splice(place + 1, 0, ...entries);
    return begun;
  }

  async delivered(messageId: string, receiver: string): Promise<void> {
    this.#open(messageId, receiver).state = 'delivered';
  }

  async failed(messageId: string, receiver: string, nextAt: EpochMs | null, reason: string): Promise<void> {
    const entry = this.#open(messageId, receiver);
    entry.attempts += 1;
    entry.reason = reason;
    if (nextAt === null) entry.state = 'given_up';
    else entry.nextAt = nextAt;
  }

  async queueLengths(): Promise<ReadonlyMap<string, number>> {
    const open = this.entries.filter(({ state }) => state === 'open');
    return new Map(
      [...Map.groupBy(open, ({ receiver }) => receiver)].map(([name, { length }]) => [name, length]),
    );
  }

  #open(messageId: string, receiver: string): Entry {
    const entry = this.entries.find((each) => each.message.id === messageId && each.receiver === receiver);
    if (entry?.state !== 'open') throw new Error(`not open: ${messageId} to ${receiver}`);
    return entry;
  }
}
