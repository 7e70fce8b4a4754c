import type { EpochMs } from '../domain/time.ts';

/** Where an incident was told: a message in a channel, an alert of a pager. */
export type Thread = {
  /** When the incident began: one that came back has a thread of its own. */
  readonly startedAt: EpochMs;
  readonly channel: string;
  /** Its id there: Slack's `ts`, PagerDuty's `dedup_key`. */
  readonly ts: string;
  /** True where it tells of other incidents too, and neither changes nor ends with one of them. */
  readonly isShared: boolean;
};

/** Where incidents were told, so that their end is told in the same place, also after a restart. */
export interface Threads {
  read(receiver: string, fingerprint: string): Promise<Thread | null>;
  write(receiver: string, threads: ReadonlyMap<string, Thread>): Promise<void>;
  /** Notes that the incident is over, and says how many that were told in the same place are not. */
  end(receiver: string, fingerprint: string): Promise<number>;
}

/** For a command whose threads nobody goes on with. */
export class MemoryThreads implements Threads {
  readonly #threads = new Map<string, Thread & { readonly isOver: boolean }>();

  async read(receiver: string, fingerprint: string): Promise<Thread | null> {
    return this.#threads.get(`${receiver} ${fingerprint}`) ?? null;
  }

  async write(receiver: string, threads: ReadonlyMap<string, Thread>): Promise<void> {
    for (const [fingerprint, thread] of threads)
      this.#threads.set(`${receiver} ${fingerprint}`, { ...thread, isOver: false });
  }

  async end(receiver: string, fingerprint: string): Promise<number> {
    const key = `${receiver} ${fingerprint}`;
    const thread = this.#threads.get(key);
    if (thread === undefined) return 0;
    this.#threads.set(key, { ...thread, isOver: true });
    const mine = [...this.#threads].filter(([name]) => name.startsWith(`${receiver} `));
    return mine.filter(([, { ts, isOver }]) => ts === thread.ts && !isOver).length;
  }
}
