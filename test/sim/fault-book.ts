import type { FaultName } from './faults.ts';

export type Fault = {
  readonly id: string;
  readonly name: FaultName;
  readonly atMs: number;
  readonly about: string;
};

/** Which faults happened; and, where a seed is being shrunk, which may. */
export class FaultBook {
  readonly #allowed: ReadonlySet<string> | null;
  readonly #fired = new Map<string, Fault>();

  constructor(allowed: ReadonlySet<string> | null) {
    this.#allowed = allowed;
  }

  /** Whether a fault that was drawn happens; it is written down where it does. */
  strikes(fault: Fault): boolean {
    if (this.#allowed !== null && !this.#allowed.has(fault.id)) return false;
    if (!this.#fired.has(fault.id)) this.#fired.set(fault.id, fault);
    return true;
  }

  fired(): readonly Fault[] {
    return [...this.#fired.values()];
  }
}
