import { BrokenPromise } from '../domain/assert.ts';
import type { HandAnswer, HandOrder } from '../domain/hand-order.ts';
import type { AccountName } from '../domain/ids.ts';
import { SECOND_MS } from '../domain/time.ts';
import { roundToFinish } from './alive-record.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { countAccount } from './count-account.ts';
import { neighboursOf } from './first-round.ts';
import { Fleet, type FleetOptions } from './fleet.ts';
import { Health } from './health.ts';
import { refused } from './order-desk.ts';
import { orderDelayMs, PASS_GAP_MIN_MS } from './pass-delay.ts';

/** Passes at once; each waits mostly for the provider. */
const CONCURRENCY = 48;
/** `purser once` goes on with an account that has more to do within so long, so many times at most. */
const FOLLOW_UP_WITHIN_MS = 5 * SECOND_MS;
const FOLLOW_UPS_MAX = 12;
const NEVER_MS = Number.POSITIVE_INFINITY;

/**
 * The daemon: one schedule, a bounded number of passes at a time, and a failure in one account that never delays
 * another. `run` ends when its signal aborts: nothing new is armed, answers in flight are waited for and written down.
 */
export class Keeper {
  readonly health: Health;
  readonly #context: KeeperContext;
  readonly #fleet: Fleet;

  constructor(context: KeeperContext, options: FleetOptions) {
    this.#context = context;
    this.health = new Health(context, async () => {
      await this.#fleet.endLeft();
      await this.#fleet.hurryPaused();
    });
    this.#fleet = new Fleet(context, { ...options, health: this.health });
  }

  /**
   * Works until `context.stopping` aborts. Accounts with open intents stand first in line: a restart settles what it
   * finds before it polls anything else. Rejects with `BrokenPromise` where our own code broke a promise.
   */
  async run(): Promise<void> {
    const { journal, stopping, log } = this.#context;
    this.#fleet.alive.isAskedOften = true;
    const open = new Set((await journal.allOpenIntents()).map((intent) => intent.account));
    await this.#fleet.adopt((name) => (open.has(name) ? 0 : null));
    log.info('keeper.started', {
      accounts: this.#fleet.names.length,
      resumed: open.size,
      mode: this.#context.spec().mode,
    });
    this.#beginRound();
    const failure = new AbortController();
    const until = AbortSignal.any([stopping, failure.signal]);
    const workers = Array.from({ length: CONCURRENCY }, () =>
      this.#work(until).catch((error: unknown) => {
        failure.abort();
        throw error;
      }),
    );
    try {
      await Promise.all([...workers, this.health.run(until)]);
    } finally {
      failure.abort();
      await Promise.allSettled(workers);
      this.#fleet.stopCron();
      if (stopping.aborted) await this.#context.beside.idle();
      log.info('keeper.stopped', {});
    }
  }

  /** Passes over every account until nothing more follows at once; for `purser once`. */
  async passOverAll(): Promise<void> {
    this.#context.beside.mode = 'awaited';
    await this.#fleet.adopt(() => null);
    this.#beginRound();
    const early = await this.#passUntilCalm(this.#fleet.names);
    // An answer that is dated wrong, or none, now and then is no reason to go on without what others charged there.
    const unseen = await this.#passUntilCalm([...this.#context.firstRound.waiting]);
    await this.#fleet.alive.noteNow(this.#context); // who was not seen is waited for by the next run
    this.#context.firstRound.end();
    await this.#passUntilCalm([...new Set([...early, ...unseen])]);
    await this.health.check();
  }

  /** Gives the accounts that wait until all the others were looked at. */
  async #passUntilCalm(names: readonly AccountName[]): Promise<readonly AccountName[]> {
    const { clock, stopping } = this.#context;
    const early: AccountName[] = [];
    await this.#inLanes(names, async (name) => {
      for (let passes = 0; passes < FOLLOW_UPS_MAX && !stopping.aborted; passes += 1) {
        const pass = await this.#fleet.pass(name);
        await this.#fleet.alive.note(this.#context);
        if (pass?.waitsForOthers === true) {
          early.push(name);
          return;
        }
        const hasOrders = this.#fleet.known(name)?.runtime.desk.isEmpty === false; // a sweep
        const askedMs =
          pass === null || pass.until === null ? NEVER_MS : pass.until - moneyNow(this.#context);
        const followsInMs = hasOrders ? 0 : askedMs;
        if (followsInMs > FOLLOW_UP_WITHIN_MS) return;
        await clock.sleep(Math.max(PASS_GAP_MIN_MS, followsInMs), stopping);
      }
    });
    return early;
  }

  /** Takes over what `context.spec()` says now: after a reload. */
  async respec(): Promise<void> {
    await this.#fleet.adopt(() => null);
  }

  /** Makes an account due now (an operator asked for it). */
  hurry(account: AccountName): void {
    this.#fleet.schedule.hurry(account);
  }

  /**
   * What a person or an agent asks for, done within policy and caps in the passes that follow. Answers when it is done or
   * cannot be, and when the time is over with how far it got; what was armed goes on by itself.
   */
  async order(
    account: AccountName,
    order: HandOrder,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<HandAnswer> {
    const known = this.#fleet.known(account);
    if (known === undefined)
      return refused('unknown_account', `there is no account ${account} in the config`);
    const { answered, withdraw } = known.runtime.desk.place(order);
    const over = new AbortController();
    this.#fleet.schedule.hurry(account, orderDelayMs(this.#context.clock.monotonicMs() - known.passedAtMs));
    const until = AbortSignal.any([over.signal, options.signal, this.#context.stopping]);
    const isLate = this.#context.clock.sleep(options.timeoutMs, until).then(withdraw);
    const answer = await answered;
    over.abort();
    await isLate;
    return answer;
  }

  /**
   * The same where no daemon runs: works on that one account until the order is answered, and looks at those that share
   * its caps where no daemon did.
   */
  async orderAlone(
    account: AccountName,
    order: HandOrder,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<HandAnswer> {
    this.#context.beside.mode = 'off';
    await this.#fleet.adopt(() => null);
    const done = new AbortController();
    const until = AbortSignal.any([done.signal, options.signal, this.#context.stopping]);
    const working = [this.#countNeighbours(account, until), this.#workOn(account, until)];
    try {
      return await this.order(account, order, options);
    } finally {
      done.abort();
      await Promise.all(working);
      this.#fleet.stopCron();
    }
  }

  #beginRound(): void {
    const { waiting, leftMs } = roundToFinish(this.#context);
    this.#context.firstRound.begin(waiting, { leftMs, nowMs: this.#context.clock.monotonicMs() });
  }

  async #countNeighbours(name: AccountName, signal: AbortSignal): Promise<void> {
    const { firstRound, spec } = this.#context;
    this.#beginRound();
    const account = spec().accounts.get(name);
    for (let round = -1; !firstRound.isStill(round) && !signal.aborted; ) {
      round = firstRound.number; // the host may sleep meanwhile
      const neighbours = account === undefined ? [] : [...neighboursOf(spec(), account, firstRound.waiting)];
      await this.#inLanes(neighbours, (other) => this.#count(other, signal));
    }
    firstRound.end();
  }

  async #count(name: AccountName, signal: AbortSignal): Promise<void> {
    const { log, clock, firstRound } = this.#context;
    const known = this.#fleet.known(name);
    if (known === undefined || signal.aborted) return;
    const round = firstRound.number;
    try {
      await countAccount(this.#context, known.spec, known.runtime);
      if (firstRound.isStill(round)) firstRound.seen(name, clock.monotonicMs());
    } catch (error) {
      if (error instanceof BrokenPromise) throw error;
      log.error('count.failed', { account: name, error });
    }
  }

  async #workOn(name: AccountName, signal: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    while (!signal.aborted) {
      const startedMs = clock.monotonicMs();
      const pass = await this.#fleet.pass(name);
      const known = this.#fleet.known(name);
      if (pass === null || known === undefined) return;
      await clock.sleep(this.#fleet.delayMs(known, pass, startedMs), signal);
    }
  }

  async #inLanes(
    names: readonly AccountName[],
    work: (name: AccountName) => Promise<unknown>,
  ): Promise<void> {
    const queue = names.values();
    const lanes = Array.from({ length: Math.min(CONCURRENCY, names.length) }, async () => {
      for (const name of queue) await work(name);
    });
    await Promise.all(lanes);
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (;;) {
      const name = await this.#fleet.schedule.next(signal);
      if (name === null) return;
      await this.#fleet.pass(name);
      await this.#fleet.alive.note(this.#context);
    }
  }
}
