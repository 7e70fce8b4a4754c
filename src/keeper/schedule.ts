import type { Clock } from '../domain/ports.ts';

type Entry<Name> = { readonly name: Name; readonly dueMs: number };

type Waiter<Name> = (name: Name | null) => void;

/**
 * When each account is due next, on the monotonic clock: one heap and one timer for all, no timer per account. An
 * account that is being worked on is not due; asking for it sooner than planned moves it forward, never back.
 */
export class Schedule<Name> {
  readonly #clock: Clock;
  readonly #heap: Entry<Name>[] = [];
  readonly #current = new Map<Name, Entry<Name>>();
  readonly #waiters: Waiter<Name>[] = [];
  #nap: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets the next due time, in `delayMs` from now. */
  set(name: Name, delayMs: number): void {
    const entry = { name, dueMs: this.#clock.monotonicMs() + Math.max(0, delayMs) };
    this.#current.set(name, entry);
    this.#push(entry);
    if (this.#heap[0] === entry) this.#serve();
  }

  /** Makes it due in so long at the latest, unless it is being worked on. */
  hurry(name: Name, delayMs = 0): void {
    const entry = this.#current.get(name);
    if (entry !== undefined && entry.dueMs > this.#clock.monotonicMs() + delayMs) this.set(name, delayMs);
  }

  remove(name: Name): void {
    this.#current.delete(name);
  }

  /** Takes out the next one that is due, or waits for it in line; `null` when the signal aborts. */
  next(signal: AbortSignal): Promise<Name | null> {
    if (signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const waiter: Waiter<Name> = (name) => {
        signal.removeEventListener('abort', giveUp);
        resolve(name);
      };
      const giveUp = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        if (this.#waiters.length === 0) this.#nap?.abort();
        waiter(null);
      };
      signal.addEventListener('abort', giveUp);
      this.#waiters.push(waiter);
      this.#serve();
    });
  }

  /** Hands out what is due, one to each that waits, and sleeps until the next is. */
  #serve(): void {
    this.#nap?.abort();
    this.#nap = null;
    while (this.#waiters.length > 0) {
      const first = this.#first();
      if (first === null) return;
      const waitMs = first.dueMs - this.#clock.monotonicMs();
      if (waitMs > 0) {
        this.#sleep(waitMs);
        return;
      }
      this.#pop();
      this.#current.delete(first.name);
      this.#waiters.shift()?.(first.name);
    }
  }

  #sleep(waitMs: number): void {
    const nap = new AbortController();
    this.#nap = nap;
    this.#clock.sleep(waitMs, nap.signal).then(
      () => {
        if (!nap.signal.aborted) this.#serve();
      },
      () => undefined, // a clock's sleep never rejects
    );
  }

  /** The earliest entry that still counts; those that were overtaken or removed are dropped on the way. */
  #first(): Entry<Name> | null {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined) return null;
      if (this.#current.get(first.name) === first) return first;
      this.#pop();
    }
  }

  #push(entry: Entry<Name>): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.dueMs <= entry.dueMs) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRight = right !== undefined && left !== undefined && right.dueMs < left.dueMs;
      const child = isRight ? right : left;
      if (child === undefined || child.dueMs >= last.dueMs) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
  }
}
