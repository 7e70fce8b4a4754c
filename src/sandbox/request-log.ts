import type { EpochMs } from '../domain/time.ts';

/** One request that reached the provider. `status` is `null` until it is answered, and for ever where that was lost. */
export type RequestEntry = {
  account: string | null;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  status: number | null;
  readonly at: EpochMs;
};

const ENTRIES_MAX = 2_000_000;

/** Every request, in order of arrival; kept in memory only. Past two million the oldest tenth is dropped. */
export class RequestLog {
  #entries: RequestEntry[] = [];

  open(entry: Omit<RequestEntry, 'account' | 'status'>): RequestEntry {
    const opened: RequestEntry = { account: null, ...entry, status: null };
    this.#entries.push(opened);
    if (this.#entries.length > ENTRIES_MAX) this.#entries = this.#entries.slice(ENTRIES_MAX / 10);
    return opened;
  }

  entries(): readonly RequestEntry[] {
    return this.#entries;
  }
}
