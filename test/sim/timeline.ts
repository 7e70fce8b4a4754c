type Entry = { readonly at: number; readonly order: number; run: (() => void) | null };

/**
 * Virtual time, and all that is to happen in it. Heartbeats (loops that look every few seconds whether there is
 * something to do, and nearly always find nothing) come late, as on a starved host: they would be most of the work.
 */
export class Timeline {
  #nowMs: number;
  #order = 0;
  readonly #heartbeatLateMs: number;
  readonly #events: Entry[] = [];

  constructor(startMs: number, heartbeatLateMs: number) {
    this.#nowMs = startMs;
    this.#heartbeatLateMs = heartbeatLateMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Returns what calls it off. */
  after(durationMs: number, run: () => void, kind: 'event' | 'heartbeat' = 'event'): () => void {
    this.#order += 1;
    const lateMs = kind === 'event' ? 0 : this.#heartbeatLateMs;
    const at = this.#nowMs + Math.ceil(Math.max(0, durationMs)) + lateMs;
    const entry: Entry = { at, order: this.#order, run };
    push(this.#events, entry);
    return () => {
      entry.run = null;
    };
  }

  /** Runs the next thing that happens before `endMs`; false where nothing does, and time then stands at `endMs`. */
  step(endMs: number): boolean {
    dropDead(this.#events);
    const [next] = this.#events;
    if (next === undefined || next.at > endMs) {
      this.#nowMs = Math.max(this.#nowMs, endMs);
      return false;
    }
    this.#nowMs = Math.max(this.#nowMs, next.at);
    const entry = pop(this.#events);
    const run = entry?.run ?? null;
    if (entry !== undefined) entry.run = null;
    run?.();
    return true;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function dropDead(heap: Entry[]): void {
  while (heap[0]?.run === null) pop(heap);
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || isBefore(above, entry)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    let least = left;
    const one = heap[left];
    const other = heap[right];
    if (one === undefined) break;
    if (other !== undefined && isBefore(other, one)) least = right;
    const child = heap[least];
    if (child === undefined || !isBefore(child, last)) break;
    heap[index] = child;
    index = least;
  }
  heap[index] = last;
  return first;
}
