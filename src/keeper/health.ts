import {
  clockSkew,
  orphanIntent,
  providerUnreachable,
  quarantined,
  storeFailing,
} from '../alerts/degraded-facts.ts';
import type { IncidentFact } from '../domain/incident.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { clockSkewMs, isClockOff, type KeeperContext } from './context.ts';
import type { Pass } from './reconcile.ts';

const CHECK_EVERY_MS = 5 * SECOND_MS;
const UNREACHABLE_AFTER_MS = MINUTE_MS;
/** Some checks may fall out; more is not well. */
const CHECK_FRESH_MS = 30 * SECOND_MS;
const FAILURE_FRESH_MS = MINUTE_MS;
/** Where only some answers are dated wrong it is one incident, and not one for each. */
const CLOCK_CALM_MS = 5 * MINUTE_MS;

/** What ails purser as a whole: quarantine, clock, provider, journal, charges of accounts that are not configured. */
export class Health {
  readonly #context: KeeperContext;
  readonly #onCheck: () => Promise<void>;
  #unseenSince: EpochMs | null = null;
  #failure: { readonly atMs: number; readonly reason: string } | null = null;
  #wasQuarantined = false;
  /** How far the clock was off when it was last seen so; on the monotonic clock. */
  #clockOff: { readonly atMs: number; readonly skewMs: number } | null = null;
  /** On the monotonic clock. */
  #checkedAtMs: number | null = null;

  /** `onCheck` is done with every check. */
  constructor(context: KeeperContext, onCheck: () => Promise<void>) {
    this.#context = context;
    this.#onCheck = onCheck;
  }

  notePass(pass: Pass): void {
    if (pass.sawProvider) this.#unseenSince = null;
    else this.#unseenSince ??= this.#context.clock.now();
  }

  /** Remembers what the store said; other errors are the account's own trouble. */
  noteFailure(error: unknown): void {
    if (!isStoreError(error)) return;
    const reason = error instanceof Error ? error.message : 'unknown';
    this.#failure = { atMs: this.#context.clock.monotonicMs(), reason };
  }

  /** True while the journal could be written lately; readiness rests on it. */
  isStoreWell(): boolean {
    const { clock } = this.#context;
    return this.#failure === null || clock.monotonicMs() - this.#failure.atMs >= FAILURE_FRESH_MS;
  }

  /** True while the loop of checks turns and the journal can be read and written; the heartbeat rests on it. */
  isWell(): boolean {
    const nowMs = this.#context.clock.monotonicMs();
    const isFresh = this.#checkedAtMs !== null && nowMs - this.#checkedAtMs < CHECK_FRESH_MS;
    return isFresh && this.isStoreWell();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#context;
    while (!signal.aborted) {
      try {
        await this.check();
      } catch (error) {
        log.error('health.failed', { error });
        this.noteFailure(error);
      }
      await clock.sleep(CHECK_EVERY_MS, signal);
    }
  }

  async check(): Promise<void> {
    this.#context.assertStore(); // where nothing is written for hours, this is how it is noticed
    await this.#context.incidents.sync('purser', await this.#facts());
    await this.#onCheck();
    this.#checkedAtMs = this.#context.clock.monotonicMs();
  }

  async #facts(): Promise<readonly IncidentFact[]> {
    const { clock, spec, journal } = this.#context;
    const facts: IncidentFact[] = [];
    const until = this.#context.quarantineUntil();
    const isQuarantined = until !== null && clock.now() < until;
    if (isQuarantined) facts.push(quarantined({ until }));
    if (this.#wasQuarantined && !isQuarantined) this.#context.log.warn('quarantine.ended', {});
    this.#wasQuarantined = isQuarantined;
    const nowMs = clock.monotonicMs();
    if (isClockOff(this.#context)) this.#clockOff = { atMs: nowMs, skewMs: clockSkewMs(this.#context) };
    if (this.#clockOff !== null && nowMs - this.#clockOff.atMs < CLOCK_CALM_MS)
      facts.push(clockSkew(this.#clockOff));
    if (this.#unseenSince !== null && clock.now() - this.#unseenSince >= UNREACHABLE_AFTER_MS) {
      facts.push(providerUnreachable({ since: this.#unseenSince, reason: 'no account could be read' }));
    }
    if (!this.isStoreWell()) {
      const reason = `${this.#failure?.reason ?? 'unknown'}.`;
      facts.push(storeFailing({ reason, mend: 'Check the space and the permissions of the store.' }));
    }
    for (const intent of await journal.allOpenIntents()) {
      if (!spec().accounts.has(intent.account))
        facts.push(orphanIntent({ account: intent.account, intentId: intent.id }));
    }
    return facts;
  }
}

function isStoreError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ERR_SQLITE') || code === 'fence_lost' || code === 'store_gone';
}
