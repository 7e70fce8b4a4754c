import { BrokenPromise } from '../domain/assert.ts';
import type { AccountName, GroupName } from '../domain/ids.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import { type AccountRuntime, newRuntime } from './account-runtime.ts';
import { AliveRecord, SHORT_GAP_MS } from './alive-record.ts';
import { isClockOff, type KeeperContext, moneyNow } from './context.ts';
import type { CronTicks } from './cron-ticks.ts';
import type { Health } from './health.ts';
import { isListAwaited } from './later-lists.ts';
import { PASS_GAP_MIN_MS, passDelayMs } from './pass-delay.ts';
import { type Pass, reconcile } from './reconcile.ts';
import { retired } from './retired.ts';
import { Schedule } from './schedule.ts';
import { TokenSource, type TokenSourceOptions } from './token-source.ts';

/** After a start the first polls come so far apart, in any order, or closer where that would take very long. */
const START_GAP_MS = 20;
const START_SPREAD_MS = 10 * SECOND_MS;
/** A cron account is polled between its ticks only when an open intent or a hold asks for it. */
const NEVER_MS = Number.POSITIVE_INFINITY;
const NEVER_PASSED_MS = Number.NEGATIVE_INFINITY;

export type FleetOptions = { readonly cron: CronTicks; readonly onToken: TokenSourceOptions['onToken'] };

/**
 * The accounts that are looked after, those of the config and those that left it with a charge open: when each is due, and
 * one pass over it.
 */
export class Fleet {
  readonly schedule: Schedule<AccountName>;
  readonly alive = new AliveRecord();
  /** On the monotonic clock; `null` while the clock is right. */
  #clockOffSinceMs: number | null = null;
  #wasClockOffLong = false;
  /** The quarantine, and whether it was seen to be over. */
  #watch: { readonly until: EpochMs; isOver: boolean } | null = null;
  readonly #hurriedPauses = new Set<AccountName>();
  readonly #context: KeeperContext;
  readonly #health: Health;
  readonly #cron: CronTicks;
  readonly #onToken: TokenSourceOptions['onToken'];
  readonly #accounts = new Map<AccountName, Known>();
  readonly #cronTasks = new Map<string, () => void>();

  constructor(context: KeeperContext, options: FleetOptions & { readonly health: Health }) {
    this.#context = context;
    this.#health = options.health;
    this.#cron = options.cron;
    this.#onToken = options.onToken;
    this.schedule = new Schedule(context.clock);
    context.firstRound.beforeAsked = () => this.#beginAnewIfDue();
  }

  get names(): readonly AccountName[] {
    return [...this.#accounts.keys()];
  }

  known(name: AccountName): Known | undefined {
    return this.#accounts.get(name);
  }

  stopCron(): void {
    for (const stop of this.#cronTasks.values()) stop();
    this.#cronTasks.clear();
  }

  /** Takes over what `context.spec()` says now; `startDelayMs` is for accounts that are new, `null` where any will do. */
  async adopt(startDelayMs: (name: AccountName) => number | null): Promise<void> {
    await this.#regroup(); // first, for what is armed next goes by the new groups already
    const { accounts } = this.#context.spec();
    const spreadMs = Math.min(START_SPREAD_MS, accounts.size * START_GAP_MS);
    for (const [name, known] of this.#accounts) {
      if (accounts.has(name)) continue;
      if (await this.#isInDoubt(name))
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
        this.schedule.hurry(name);
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
      this.#accounts.set(name, {
        spec,
        runtime: newRuntime(name, tokens),
        isSpread: false,
        passedAtMs: NEVER_PASSED_MS,
      });
      this.#context.firstRound.join(name);
      this.schedule.set(name, startDelayMs(name) ?? random.uniform() * spreadMs);
    }
    this.#context.view.keepOnly(new Set(this.#accounts.keys()));
    this.#keepCron();
  }

  /** A group that gets another name has spent what it had spent. */
  async #regroup(): Promise<void> {
    const { journal, spec } = this.#context;
    const { accounts, groups } = spec();
    if (groups.size === 0) return;
    const members = new Map<AccountName, GroupName>();
    for (const { name, group } of accounts.values()) if (group !== null) members.set(name, group);
    await journal.regroup(members, new Set(groups.keys()), moneyNow(this.#context));
  }

  async #forget(name: AccountName): Promise<void> {
    this.#accounts.delete(name);
    this.#context.firstRound.left(name);
    this.schedule.remove(name);
    this.#context.vault.forget(name);
    await this.#endIncidents(name);
  }

  /** Of accounts that left while no purser ran, or whose last charge a person resolved since. */
  async endLeft(): Promise<void> {
    this.#beginAnewIfDue();
    const { incidents, journal, spec } = this.#context;
    for (const name of incidents.owners()) {
      if (spec().accounts.has(name) || this.#accounts.has(name)) continue;
      if ((await journal.openIntents(name)).length === 0) await this.#endIncidents(name);
    }
  }

  /** A pause is for whoever has the name when it comes: before the config gives that to another one, a pass has to see whose it is. */
  async hurryPaused(): Promise<void> {
    const unconfirmed = new Set(await this.#context.journal.unconfirmedPauses());
    for (const name of this.#hurriedPauses) if (!unconfirmed.has(name)) this.#hurriedPauses.delete(name);
    for (const name of unconfirmed) {
      const isUnderWay = this.#context.passing.has(name); // and may have begun before the pause
      if (isUnderWay || !this.#accounts.has(name) || this.#hurriedPauses.has(name)) continue;
      this.#hurriedPauses.add(name);
      this.schedule.hurry(name);
    }
  }

  #endIncidents(name: AccountName): Promise<void> {
    return this.#context.incidents.sync(name, [], { ending: `${name} left the config` });
  }

  /**
   * One cron task per distinct expression and time zone, however many accounts share it. One that runs is left alone: a
   * tick that is late may be on its way.
   */
  #keepCron(): void {
    const wanted = new Map<string, CronSchedule>();
    for (const { spec } of this.#accounts.values())
      if (spec.schedule.kind === 'cron') wanted.set(cronKey(spec.schedule), spec.schedule);
    for (const [key, stop] of this.#cronTasks) {
      if (wanted.has(key)) continue;
      stop();
      this.#cronTasks.delete(key);
    }
    for (const [key, schedule] of wanted)
      if (!this.#cronTasks.has(key))
        this.#cronTasks.set(
          key,
          this.#cron.start(schedule, () => this.#tick(key)),
        );
  }

  #tick(key: string): void {
    for (const [name, { spec }] of this.#accounts)
      if (spec.schedule.kind === 'cron' && cronKey(spec.schedule) === key) this.schedule.hurry(name);
  }

  async pass(name: AccountName): Promise<Pass | null> {
    const known = this.#accounts.get(name);
    const { passing } = this.#context;
    if (known === undefined) return null;
    if (passing.has(name)) {
      this.schedule.set(name, PASS_GAP_MIN_MS); // it is getting another name
      return null;
    }
    this.#beginAnewIfDue();
    this.#noteClock();
    const { spec } = known;
    const { clock, firstRound } = this.#context;
    const round = firstRound.number;
    const startedMs = clock.monotonicMs();
    known.passedAtMs = startedMs;
    let pass = FAILED;
    passing.add(name);
    try {
      pass = await reconcile(this.#context, spec, known.runtime);
    } catch (error) {
      this.#noteFailure(name, error);
    } finally {
      passing.delete(name);
    }
    this.#health.notePass(pass);
    const isStill = firstRound.isStill(round);
    if (pass.isCounted && isStill) firstRound.seen(name, clock.monotonicMs());
    this.#noteClock();
    if (!this.#context.spec().accounts.has(name))
      await this.#lookAfterLeft(known).catch((error: unknown) => this.#noteFailure(name, error));
    // A reload, or a sleep, in the middle of the pass could not hurry what was being worked on.
    const delayMs = known.spec === spec && isStill ? this.delayMs(known, pass, startedMs) : PASS_GAP_MIN_MS;
    if (this.#accounts.has(name)) this.schedule.set(name, delayMs);
    return pass;
  }

  /** As after a start: behind a sleep, and behind a quarantine, for the first looks of a new journal may have missed what others charged. */
  #beginAnewIfDue(): void {
    const { firstRound, clock } = this.#context;
    const hasSlept = this.alive.hasSlept(this.#context);
    const isWatchOver = this.#isWatchOver();
    if (!hasSlept && !isWatchOver) return;
    firstRound.begin(this.#accounts.keys(), { leftMs: null, nowMs: clock.monotonicMs() });
    for (const { runtime } of this.#accounts.values()) runtime.lookedAtMs = null;
    this.#hurryAll(); // polls may be rarer than the round is long
  }

  /** Whether the quarantine has ended under a daemon: once, also where two clocks do not agree on its end. */
  #isWatchOver(): boolean {
    const until = this.#context.quarantineUntil();
    if (until === null || isClockOff(this.#context) || this.#context.beside.mode !== 'beside') return false;
    if (this.#watch?.until !== until) this.#watch = { until, isOver: moneyNow(this.#context) >= until };
    if (this.#watch.isOver || moneyNow(this.#context) < until) return false;
    this.#watch.isOver = true;
    return true;
  }

  /**
   * While the clock is off nothing is counted. Where that lasts, everybody is waited for as after a start, and looked at
   * soon when it is right again; an answer now and then that is dated wrong must not make wait after wait.
   */
  #noteClock(): void {
    const { firstRound, clock } = this.#context;
    const nowMs = clock.monotonicMs();
    const sinceMs = isClockOff(this.#context) ? (this.#clockOffSinceMs ?? nowMs) : null;
    const isLong = sinceMs !== null && nowMs - sinceMs > SHORT_GAP_MS;
    const isWaitedFor = this.#wasClockOffLong && firstRound.leftMs(nowMs) === null;
    if (isLong && !isWaitedFor) firstRound.begin(this.#accounts.keys(), { leftMs: null, nowMs });
    if (this.#wasClockOffLong && !isLong) this.#hurryAll();
    this.#clockOffSinceMs = sinceMs;
    this.#wasClockOffLong = isLong;
  }

  /** The clock has jumped: timers that were set for a time of day come late, so they are set anew. */
  #hurryAll(): void {
    this.stopCron();
    this.#keepCron();
    const gapMs = Math.min(START_GAP_MS, START_SPREAD_MS / this.#accounts.size);
    for (const [index, name] of [...this.#accounts.keys()].entries())
      this.schedule.hurry(name, Math.round(index * gapMs));
  }

  /** Whether something of it is open, or a price counts that a list may let go. */
  async #isInDoubt(name: AccountName): Promise<boolean> {
    const open = await this.#context.journal.openIntents(name);
    return open.length > 0 || (await isListAwaited(this.#context, name));
  }

  /** One account's trouble (a full disk, a journal that another process changed) must not stop the others. */
  #noteFailure(account: AccountName, error: unknown): void {
    if (error instanceof BrokenPromise) throw error;
    this.#context.log.error('reconcile.failed', { account, error });
    this.#health.noteFailure(error);
  }

  /** It is watched until its charges are closed, also one that the pass armed in whose middle it left the config. */
  async #lookAfterLeft(known: Known): Promise<void> {
    const { name } = known.spec;
    const isWatched = this.#accounts.has(name);
    const hasOpen = await this.#isInDoubt(name);
    if (hasOpen && !isWatched) this.#accounts.set(name, { ...known, spec: retired(known.spec) });
    if (!hasOpen && isWatched) {
      await this.#forget(name);
      this.#context.view.keepOnly(new Set(this.#accounts.keys()));
    }
  }

  delayMs(known: Known, pass: Pass, startedMs: number): number {
    const { clock, random } = this.#context;
    const { schedule } = known.spec;
    const tookMs = clock.monotonicMs() - startedMs;
    // The second polls are spread over the whole period: the first ones had to come soon, which bunches them.
    const share = known.isSpread ? 1 : random.uniform();
    known.isSpread = true;
    const pollMs = schedule.kind === 'every' ? schedule.periodMs * share - tookMs : NEVER_MS;
    const askedMs = pass.until === null ? NEVER_MS : pass.until - moneyNow(this.#context);
    const { desk, failures } = known.runtime;
    const { isUnfinished } = pass;
    return passDelayMs({ pollMs, askedMs, isUnfinished, hasOrders: !desk.isEmpty, failures });
  }
}

type CronSchedule = Extract<AccountSpec['schedule'], { kind: 'cron' }>;

function cronKey({ expression, timezone }: CronSchedule): string {
  return `${timezone} ${expression}`;
}

/** What a pass that threw leaves behind. */
const FAILED: Pass = {
  until: null,
  sawProvider: false,
  isUnfinished: true,
  isCounted: false,
  waitsForOthers: false,
};

export type Known = {
  spec: AccountSpec;
  readonly runtime: AccountRuntime;
  isSpread: boolean;
  /** When its last pass began. */
  passedAtMs: number;
};
