import type { EpochMs } from '../domain/time.ts';

/** The message in a channel that tells of an incident. */
export type Thread = {
  /** When the incident began: one that came back has a thread of its own. */
  readonly startedAt: EpochMs;
  readonly channel: string;
  /** Slack's id of the message. */
  readonly ts: string;
  /** True where it tells of other incidents too, and is not to be edited for one of them. */
  readonly isShared: boolean;
};

/** Where incidents were told, so that their end is told in the same place, also after a restart. */
export interface Threads {
  read(receiver: string, fingerprint: string): Promise<Thread | null>;
  write(receiver: string, threads: ReadonlyMap<string, Thread>): Promise<void>;
}

/** For a command whose threads nobody goes on with. */
export class MemoryThreads implements Threads {
  readonly #threads = new Map<string, Thread>();

  async read(receiver: string, fingerprint: string): Promise<Thread | null> {
    return this.#threads.get(`${receiver} ${fingerprint}`) ?? null;
  }

  async write(receiver: string, threads: ReadonlyMap<string, Thread>): Promise<void> {
    for (const [fingerprint, thread] of threads) this.#threads.set(`${receiver} ${fingerprint}`, thread);
  }
}
