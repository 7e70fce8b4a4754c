import type { Clock } from '../../src/domain/ports.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { ManualClock } from '../sandbox/manual-clock.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { WatchedWire } from './watched-wire.ts';

/** A host that sleeps: the world's time goes on, and its timers stand. */
export class SleepingHost {
  readonly client: SandboxClient;
  readonly #timers = new ManualClock();
  readonly clock: Clock;
  /** `tired`: the next thing that a test waits for puts it to sleep. */
  state: 'awake' | 'tired' | 'asleep' | 'slept' = 'awake';
  #wokeAtMs = 0;

  private constructor(client: SandboxClient) {
    this.client = client;
    this.clock = {
      now: () => client.clock.now(),
      monotonicMs: () => this.#timers.monotonicMs(),
      sinceBoot: () => client.clock.sinceBoot(),
      sleep: (durationMs, signal) => this.#timers.sleep(durationMs, signal),
    };
  }

  static async start(): Promise<SleepingHost> {
    return new SleepingHost(await startClient());
  }

  isOf(account: 0 | 1, headers: Readonly<Record<string, string>>): boolean {
    return headers['authorization']?.endsWith(this.client.sandbox.accounts[account]?.token ?? '-') === true;
  }

  /** A person pays $40 on the account in the middle of it. */
  async sleep(durationMs: number, paidOn: 0 | 1 | null): Promise<void> {
    this.state = 'asleep';
    this.client.clock.advance(durationMs / 2);
    if (paidOn !== null) {
      const body = { amount: 40, payment_method_id: `pm_agent_000${paidOn + 1}_visa` };
      const token = this.client.sandbox.accounts[paidOn]?.token ?? null;
      await this.client.ask('/wallet/fund', { body, key: 'a-person', token });
    }
    this.client.clock.advance(durationMs / 2);
    this.state = 'slept';
    this.#wokeAtMs = this.#timers.monotonicMs();
  }

  /** How long ago it woke up. */
  get awakeMs(): number {
    return this.#timers.monotonicMs() - this.#wokeAtMs;
  }

  /** A daemon at work that has seen both accounts. */
  async run(wish: Opening, ...around: ConstructorParameters<typeof WatchedWire>): Promise<AKeeper> {
    const before = await AKeeper.open(this.client, { ...wish, clock: this.clock });
    before.close();
    const transport = new WatchedWire(...around);
    const opening = { ...wish, transport, clock: this.clock, folder: before.folder };
    const { parts } = await runOn(this.client, opening);
    await this.pass(4 * MINUTE_MS);
    return parts;
  }

  async pass(durationMs: number): Promise<void> {
    const endMs = this.#timers.monotonicMs() + durationMs;
    await this.until('time went by', () => this.#timers.monotonicMs() >= endMs);
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    const both = {
      advance: (ms: number): void => {
        if (this.state === 'asleep') return;
        this.#timers.advance(ms);
        this.client.clock.advance(ms);
      },
    };
    await stepUntil(both, SECOND_MS, what, isSo);
  }
}
