import type { PlanId } from '../domain/ids.ts';
import type { Plan } from '../domain/observation.ts';
import type { Clock } from '../domain/ports.ts';
import { HOUR_MS } from '../domain/time.ts';
import type { ProviderClient } from '../modelslab/provider-client.ts';
import type { Caller } from '../modelslab/reading.ts';
import { listPlans } from '../modelslab/subscriptions.ts';

/** The provider's price list, the same for all accounts: read when first needed, kept for an hour. */
export class PlanList {
  readonly #client: ProviderClient;
  readonly #clock: Clock;
  #plans: readonly Plan[] | null = null;
  #readAtMs = 0;

  constructor(client: ProviderClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** `null` where it cannot be read now and was not read within the hour. */
  async read(caller: Caller): Promise<readonly Plan[] | null> {
    const isFresh = this.#clock.monotonicMs() - this.#readAtMs < HOUR_MS;
    return this.#plans !== null && isFresh ? this.#plans : await this.readNow(caller);
  }

  /** `null` where it cannot be read now. */
  async readNow(caller: Caller): Promise<readonly Plan[] | null> {
    const nowMs = this.#clock.monotonicMs();
    const reply = await listPlans(this.#client, caller);
    if (reply.kind === 'failed') return null;
    this.#plans = reply.value;
    this.#readAtMs = nowMs;
    return reply.value;
  }

  /** "Premium (43)" where the list was read, else the id alone. */
  nameOf(id: PlanId | null): string {
    const plan = this.#plans?.find((one) => one.id === id);
    return plan === undefined ? String(id) : `${plan.name} (${plan.id})`;
  }
}
