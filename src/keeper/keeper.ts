import { BrokenPromise } from '../domain/assert.ts';
import type { HandAnswer, HandOrder } from '../domain/hand-order.ts';
import type { AccountName } from '../domain/ids.ts';
import type { Secret } from '../domain/secret.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { type AccountRuntime, newRuntime } from './account-runtime.ts';
import { AliveRecord, roundToFinish } from './alive-record.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { countAccount } from './count-account.ts';
import type { CronTicks } from './cron-ticks.ts';
import { neighboursOf } from './first-round.ts';
import { Health } from './health.ts';
import { refused } from './order-desk.ts';
import { type Pass, reconcile } from './reconcile.ts';
import { retired } from './retired.ts';
import { Schedule } from './schedule.ts';
import { TokenSource } from './token-source.ts';

/** Passes at once; each waits mostly for the provider. */
const CONCURRENCY = 48;
/** Not sooner than this again, whatever a pass asks for: no account can spin. */
const PASS_GAP_MIN_MS = 200;
const UNFINISHED_MS = MINUTE_MS;
/** While somebody waits for an order. */
const ORDER_PAUSE_MS = 2 * SECOND_MS;
/** After a start the first polls come so far apart, in any order, or closer where that would take very long. */
const START_GAP_MS = 20;
const START_SPREAD_MS = 10 * SECOND_MS;
/** `purser once` goes on with an account that has more to do within so long, so many times at most. */
const FOLLOW_UP_WITHIN_MS = 5 * SECOND_MS;
const FOLLOW_UPS_MAX = 12;
/** A cron account is polled between its ticks only when an open intent or a hold asks for it. */
const NEVER_MS = Number.POSITIVE_INFINITY;

/**
 * The daemon: one schedule, a bounded number of passes at a time, and a failure in one account that never delays
 * another. `run` ends when its signal aborts: nothing new is armed, answers in flight are waited for and written down.
 */
export class Keeper {
  readonly health: Health;
  readonly #context: KeeperContext;
  readonly #cron: CronTicks;
  readonly #onToken: (token: Secret) => void;
  readonly #alive = new AliveRecord();
  readonly #schedule: Schedule<AccountName>;
  readonly #accounts = new Map<AccountName, Known>();
  #stopCron: () => void = () => undefined;

  constructor(context: KeeperContext, options: { cron: CronTicks; onToken: (token: Secret) => void }) {
    this.#context = context;
    this.#cron = options.cron;
    this.#onToken = options.onToken;
    this.#schedule = new Schedule(context.clock);
    this.health = new Health(context, () => this.#endLeft());
  }

  /**
   * Works until `context.stopping` aborts. Accounts with open intents stand first in line: a restart settles what it
   * finds before it polls anything else. Rejects with `BrokenPromise` where our own code broke a promise.
   */
  async run(): Promise<void> {
    const { journal, stopping, log } = this.#context;
    const open = new Set((await journal.allOpenIntents()).map((intent) => intent.account));
    await this.#adoptSpec((name) => (open.has(name) ? 0 : null));
    log.info('keeper.started', {
      accounts: this.#accounts.size,
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
      this.#stopCron();
      if (stopping.aborted) await this.#context.beside.idle();
      log.info('keeper.stopped', {});
    }
  }

  /** Passes over every account until nothing more follows at once; for `purser once`. */
  async passOverAll(): Promise<void> {
    this.#context.beside.mode = 'awaited';
    await this.#adoptSpec(() => null);
    this.#beginRound();
    const early = await this.#passUntilCalm([...this.#accounts.keys()]);
    this.#context.firstRound.end();
    await this.#passUntilCalm(early);
    await this.health.check();
  }

  /** Gives the accounts that wait until all the others were looked at. */
  async #passUntilCalm(names: readonly AccountName[]): Promise<readonly AccountName[]> {
    const { clock, stopping } = this.#context;
    const early: AccountName[] = [];
    await this.#inLanes(names, async (name) => {
      for (let passes = 0; passes < FOLLOW_UPS_MAX && !stopping.aborted; passes += 1) {
        const pass = await this.#passIfKnown(name);
        await this.#alive.note(this.#context);
        if (pass?.waitsForOthers === true) {
          early.push(name);
          return;
        }
        const followsInMs =
          pass === null || pass.until === null ? NEVER_MS : pass.until - moneyNow(this.#context);
        if (followsInMs > FOLLOW_UP_WITHIN_MS) return;
        await clock.sleep(Math.max(PASS_GAP_MIN_MS, followsInMs), stopping);
      }
    });
    return early;
  }

  /** Takes over what `context.spec()` says now: after a reload. */
  async respec(): Promise<void> {
    await this.#adoptSpec(() => null);
  }

  /** Makes an account due now (an operator asked for it). */
  hurry(account: AccountName): void {
    this.#schedule.hurry(account);
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
    const known = this.#accounts.get(account);
    if (known === undefined)
      return refused('unknown_account', `there is no account ${account} in the config`);
    const { answered, withdraw } = known.runtime.desk.place(order);
    const over = new AbortController();
    this.#schedule.hurry(account);
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
    await this.#adoptSpec(() => null);
    const done = new AbortController();
    const until = AbortSignal.any([done.signal, options.signal, this.#context.stopping]);
    const working = [this.#countNeighbours(account, until), this.#workOn(account, until)];
    try {
      return await this.order(account, order, options);
    } finally {
      done.abort();
      await Promise.all(working);
      this.#stopCron();
    }
  }

  #beginRound(): Iterable<AccountName> {
    const { waiting, leftMs } = roundToFinish(this.#context);
    this.#context.firstRound.begin(waiting, { leftMs, nowMs: this.#context.clock.monotonicMs() });
    return waiting;
  }

  /** As after a start. */
  #beginAnewIfSlept(): void {
    const { firstRound, clock } = this.#context;
    if (!this.#alive.hasSlept(this.#context)) return;
    firstRound.begin(this.#accounts.keys(), { leftMs: null, nowMs: clock.monotonicMs() });
    for (const { runtime } of this.#accounts.values()) runtime.lookedAtMs = null;
  }

  async #countNeighbours(name: AccountName, signal: AbortSignal): Promise<void> {
    const { log, clock, firstRound, spec } = this.#context;
    const waiting = this.#beginRound();
    const account = spec().accounts.get(name);
    const neighbours = account === undefined ? [] : [...neighboursOf(spec(), account, waiting)];
    await this.#inLanes(neighbours, async (other) => {
      const known = this.#accounts.get(other);
      if (known === undefined || signal.aborted) return;
      try {
        await countAccount(this.#context, known.spec, known.runtime);
        firstRound.seen(other, clock.monotonicMs());
      } catch (error) {
        if (error instanceof BrokenPromise) throw error;
        log.error('count.failed', { account: other, error });
      }
    });
    firstRound.end();
  }

  async #workOn(name: AccountName, signal: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    while (!signal.aborted) {
      const startedMs = clock.monotonicMs();
      const pass = await this.#passIfKnown(name);
      const known = this.#accounts.get(name);
      if (pass === null || known === undefined) return;
      await clock.sleep(this.#delayMs(known, pass, startedMs), signal);
    }
  }

  async #adoptSpec(startDelayMs: (name: AccountName) => number | null): Promise<void> {
    const { accounts } = this.#context.spec();
    const spreadMs = Math.min(START_SPREAD_MS, accounts.size * START_GAP_MS);
    for (const [name, known] of this.#accounts) {
      if (accounts.has(name)) continue;
      const open = await this.#context.journal.openIntents(name);
      if (open.length > 0)
        known.spec = retired(known.spec); // its doubts are resolved still
      else await this.#forget(name);
    }
    for (const [name, spec] of accounts) {
      const known = this.#accounts.get(name);
      if (known?.spec === spec) continue;
      if (known !== undefined) {
        known.runtime.tokens.forget();
        known.runtime.identity = null;
        known.runtime.upkeptAtMs.clear(); // what is declared may be new
        known.spec = spec;
        this.#schedule.hurry(name);
        continue;
      }
      const { client, clock, random, log, vault } = this.#context;
      const mayRotate = () => this.#context.spec().mode === 'enforce';
      const tokens = new TokenSource({
        account: name,
        client,
        clock,
        log,
        vault,
        mayRotate,
        onToken: this.#onToken,
      });
      this.#accounts.set(name, { spec, runtime: newRuntime(name, tokens), isSpread: false });
      this.#context.firstRound.join(name);
      this.#schedule.set(name, startDelayMs(name) ?? random.uniform() * spreadMs);
    }
    this.#context.view.keepOnly(new Set(this.#accounts.keys()));
    this.#restartCron();
  }

  async #forget(name: AccountName): Promise<void> {
    this.#accounts.delete(name);
    this.#context.firstRound.left(name);
    this.#schedule.remove(name);
    this.#context.vault.forget(name);
    await this.#endIncidents(name);
  }

  /** Of accounts that left while no purser ran, or whose last charge a person resolved since. */
  async #endLeft(): Promise<void> {
    this.#beginAnewIfSlept();
    const { incidents, journal, spec } = this.#context;
    for (const name of incidents.owners()) {
      if (spec().accounts.has(name) || this.#accounts.has(name)) continue;
      if ((await journal.openIntents(name)).length === 0) await this.#endIncidents(name);
    }
  }

  #endIncidents(name: AccountName): Promise<void> {
    return this.#context.incidents.sync(name, [], { ending: `${name} left the config` });
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

  /** One cron task per distinct expression and time zone, however many accounts share it. */
  #restartCron(): void {
    this.#stopCron();
    const groups = Map.groupBy(this.#accounts.values(), ({ spec }) =>
      spec.schedule.kind === 'cron' ? `${spec.schedule.timezone} ${spec.schedule.expression}` : '',
    );
    const stops = [...groups.values()].flatMap((members) => {
      const [first] = members;
      if (first === undefined || first.spec.schedule.kind !== 'cron') return [];
      const names = members.map(({ spec }) => spec.name);
      return [
        this.#cron.start(first.spec.schedule, () => {
          for (const name of names) this.#schedule.hurry(name);
        }),
      ];
    });
    this.#stopCron = () => {
      for (const stop of stops) stop();
    };
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (;;) {
      const name = await this.#schedule.next(signal);
      if (name === null) return;
      await this.#passIfKnown(name);
      await this.#alive.note(this.#context);
    }
  }

  async #passIfKnown(name: AccountName): Promise<Pass | null> {
    const known = this.#accounts.get(name);
    const { passing } = this.#context;
    if (known === undefined) return null;
    if (passing.has(name)) {
      this.#schedule.set(name, PASS_GAP_MIN_MS); // it is getting another name
      return null;
    }
    this.#beginAnewIfSlept();
    const { spec } = known;
    const startedMs = this.#context.clock.monotonicMs();
    let pass: Pass = {
      until: null,
      sawProvider: false,
      isUnfinished: true,
      isCounted: false,
      waitsForOthers: false,
    };
    passing.add(name);
    try {
      pass = await reconcile(this.#context, spec, known.runtime);
    } catch (error) {
      this.#noteFailure(name, error);
    } finally {
      passing.delete(name);
    }
    this.health.notePass(pass);
    if (pass.isCounted) this.#context.firstRound.seen(name, this.#context.clock.monotonicMs());
    if (!this.#context.spec().accounts.has(name))
      await this.#lookAfterLeft(known).catch((error: unknown) => this.#noteFailure(name, error));
    // A reload in the middle of the pass could not hurry what was being worked on.
    const delayMs = known.spec === spec ? this.#delayMs(known, pass, startedMs) : PASS_GAP_MIN_MS;
    if (this.#accounts.has(name)) this.#schedule.set(name, delayMs);
    return pass;
  }

  /** One account's trouble (a full disk, a journal that another process changed) must not stop the others. */
  #noteFailure(account: AccountName, error: unknown): void {
    if (error instanceof BrokenPromise) throw error;
    this.#context.log.error('reconcile.failed', { account, error });
    this.health.noteFailure(error);
  }

  /** It is watched until its charges are closed, also one that the pass armed in whose middle it left the config. */
  async #lookAfterLeft(known: Known): Promise<void> {
    const { name } = known.spec;
    const isWatched = this.#accounts.has(name);
    const hasOpen = (await this.#context.journal.openIntents(name)).length > 0;
    if (hasOpen && !isWatched) this.#accounts.set(name, { ...known, spec: retired(known.spec) });
    if (!hasOpen && isWatched) {
      await this.#forget(name);
      this.#context.view.keepOnly(new Set(this.#accounts.keys()));
    }
  }

  #delayMs(known: Known, pass: Pass, startedMs: number): number {
    const { clock, random } = this.#context;
    const { schedule } = known.spec;
    const tookMs = clock.monotonicMs() - startedMs;
    // The second polls are spread over the whole period: the first ones had to come soon, which bunches them.
    const share = known.isSpread ? 1 : random.uniform();
    known.isSpread = true;
    const pollMs = schedule.kind === 'every' ? schedule.periodMs * share - tookMs : NEVER_MS;
    const askedMs = pass.until === null ? NEVER_MS : pass.until - moneyNow(this.#context);
    // What is open, and what could not be seen, is looked after between the ticks of a rare schedule too.
    const careMs = pass.isUnfinished && pass.until === null ? UNFINISHED_MS : NEVER_MS;
    const orderMs = known.runtime.desk.isEmpty ? NEVER_MS : ORDER_PAUSE_MS;
    return Math.max(PASS_GAP_MIN_MS, Math.min(pollMs, askedMs, careMs, orderMs));
  }
}

type Known = { spec: AccountSpec; readonly runtime: AccountRuntime; isSpread: boolean };
