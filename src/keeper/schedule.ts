import type { Clock } from '../domain/ports.ts';

type Entry<Name> = { readonly name: Name; readonly dueMs: number; readonly version: number };

/**
 * When each account is due next, on the monotonic clock: one heap and one loop for all, no timer per account. An
 * account that is being worked on is not due; asking for it sooner than planned moves it forward, never back.
 */
export class Schedule<Name> {
  readonly #clock: Clock;
  readonly #heap: Entry<Name>[] = [];
  readonly #current = new Map<Name, Entry<Name>>();
  #nap: AbortController | null = null;
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets the next due time, in `delayMs` from now. */
  set(name: Name, delayMs: number): void {
    this.#version += 1;
    const entry = { name, dueMs: this.#clock.monotonicMs() + Math.max(0, delayMs), version: this.#version };
    this.#current.set(name, entry);
    this.#push(entry);
    this.#nap?.abort();
  }

  /** Makes it due now, unless it is being worked on. */
  hurry(name: Name): void {
    if (this.#current.has(name)) this.set(name, 0);
  }

  remove(name: Name): void {
    this.#current.delete(name);
  }

  /** Takes out the next one that is due, or waits for it; `null` when the signal aborts. */
  async next(signal: AbortSignal): Promise<Name | null> {
    while (!signal.aborted) {
      const first = this.#first();
      const waitMs = first === null ? Number.POSITIVE_INFINITY : first.dueMs - this.#clock.monotonicMs();
      if (first !== null && waitMs <= 0) {
        this.#pop();
        this.#current.delete(first.name);
        return first.name;
      }
      this.#nap = new AbortController();
      await this.#clock.sleep(waitMs, AbortSignal.any([signal, this.#nap.signal]));
      this.#nap = null;
    }
    return null;
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
