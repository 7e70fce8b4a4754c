/**
 * The turns of the event loop without the event loop, which would be a fifth of the work: nothing real is waited for,
 * so all that a turn does is to run what was put off to it, in order.
 */
export class Turns {
  readonly #real = globalThis.setImmediate;
  readonly #waiting: (() => void)[] = [];

  /** From now on `setImmediate` means these turns. */
  mount(): void {
    const later = (work: () => void): void => {
      this.#waiting.push(work);
    };
    // Nothing in `src` asks what it returns, or gives arguments.
    globalThis.setImmediate = later as unknown as typeof setImmediate;
  }

  unmount(): void {
    globalThis.setImmediate = this.#real;
  }

  /** Runs turns until no promise and no turn has anything left to do. */
  async settle(): Promise<void> {
    await drained();
    for (let work = this.#waiting.shift(); work !== undefined; work = this.#waiting.shift()) {
      work();
      await drained();
    }
  }
}

/** Node runs what waits for the next tick when no promise has anything left to do. */
function drained(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
