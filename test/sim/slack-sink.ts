import type { DeliveryOutcome, Receiver } from '../../src/alerts/receiver.ts';
import type { OutboxMessage } from '../../src/domain/incident.ts';
import type { Clock } from '../../src/domain/ports.ts';
import type { Run } from './run.ts';

const POST_MS = 80;

/** Slack, as a wall that messages are written on; down for days where the plan says so. */
export class SlackSink implements Receiver {
  readonly integration = 'slack';
  readonly #run: Run;
  readonly #clock: Clock;

  constructor(run: Run, clock: Clock) {
    this.#run = run;
    this.#clock = clock;
  }

  async deliver(message: OutboxMessage): Promise<DeliveryOutcome> {
    await this.#clock.sleep(POST_MS);
    if (this.#run.isSlackDown())
      return { kind: 'brief', reason: 'connect', detail: 'ECONNREFUSED', retryAfterMs: null };
    this.#run.told(message);
    return { kind: 'delivered' };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
