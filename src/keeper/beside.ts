type Work = () => Promise<void>;

/**
 * Work that may take long and that no pass waits for: a few pieces at a time over the whole fleet, one of each name.
 * `awaited` is for `purser once`, which ends when everything is done; `off` for a process that is there for one order.
 */
export class Beside {
  mode: 'beside' | 'awaited' | 'off' = 'beside';
  readonly #atOnceMax: number;
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #atWork = 0;

  constructor(options: { atOnceMax: number }) {
    this.#atOnceMax = options.atOnceMax;
  }

  /** `work` must not reject. Of a name that is under way still, nothing is started. */
  async start(name: string, work: Work): Promise<void> {
    if (this.mode === 'off') return;
    const running = this.#running.get(name) ?? this.#run(name, work);
    if (this.mode === 'awaited') await running;
  }

  /** When nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #run(name: string, work: Work): Promise<void> {
    const running = this.#inTurn(work).finally(() => this.#running.delete(name));
    this.#running.set(name, running);
    return running;
  }

  async #inTurn(work: Work): Promise<void> {
    if (this.#atWork >= this.#atOnceMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#atWork += 1;
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atWork -= 1;
      else next(); // its place is handed on
    }
  }
}
