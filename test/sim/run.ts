import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OutboxMessage } from '../../src/domain/incident.ts';
import type { LogFields } from '../../src/domain/ports.ts';
import type { FleetSpec } from '../../src/domain/spec.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import type { World } from '../../src/sandbox/provider/world.ts';
import { Copies } from './copies.ts';
import { Coverage } from './coverage.ts';
import { disturb } from './disturb.ts';
import { FaultBook } from './fault-book.ts';
import type { WeatherName } from './faults.ts';
import { type Credentials, fleetSpec } from './fleet-spec.ts';
import { checkBooks } from './journal-checks.ts';
import { ListBook } from './list-book.ts';
import { Machine } from './machine.ts';
import { operate } from './operator.ts';
import { Oracle } from './oracle.ts';
import { OrderBook } from './order-book.ts';
import type { Plan } from './plan.ts';
import { openProvider } from './provider-world.ts';
import { Timeline } from './timeline.ts';
import { Trace } from './trace.ts';
import { Turns } from './turns.ts';
import type { WireCall } from './wire-call.ts';

/** 20 March 2026, 00:00 UTC: summer time begins in Europe nine days later. */
const START_MS = Date.UTC(2026, 2, 20);

/** One seed, lived through. */
export class Run {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly world: World;
  readonly credentials: Map<string, Credentials>;
  readonly faults: FaultBook;
  readonly trace: Trace;
  readonly oracle: Oracle;
  readonly coverage = new Coverage();
  readonly lists = new ListBook();
  readonly copies = new Copies();
  readonly orders = new OrderBook();
  readonly machines: Machine[] = [];
  readonly told = (message: OutboxMessage): void => this.#tell(message);
  /** Ids of the messages that arrived, each with how often. */
  readonly delivered = new Map<string, number>();
  readonly leaks: string[] = [];
  isCalm = false;
  #slackDownUntilMs = 0;
  /** Of the provider as a whole, or of what moves money alone. */
  #outage: {
    readonly untilMs: number;
    readonly kind: WeatherName;
    readonly isOfMoney: boolean;
  } | null = null;
  readonly #onCharge = new Map<string, () => void>();
  readonly #counts = new Map<string, number>();
  readonly #folder: string;
  readonly #restored = new Set<string>();
  readonly #crashPoint: number | null;
  #points = 0;
  readonly #turns = new Turns();

  constructor(options: {
    readonly plan: Plan;
    readonly folder: string;
    readonly allowed?: ReadonlySet<string> | null;
    readonly keepsLines?: boolean;
    /** The how-manieth of all points at which a machine can die it does die at; `null` is none. */
    readonly crashPoint?: number | null;
  }) {
    this.plan = options.plan;
    this.#crashPoint = options.crashPoint ?? null;
    this.timeline = new Timeline(START_MS, options.plan.heartbeatLateMs);
    this.#folder = options.folder;
    this.#turns.mount();
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    const now = (): number => this.timeline.nowMs;
    this.trace = new Trace({ now, keepsLines: options.keepsLines ?? false });
    this.faults = new FaultBook(options.allowed ?? null);
    const { world, credentials } = openProvider(this.plan, START_MS);
    this.world = world;
    this.credentials = credentials;
    const { pollMs, quarantineMs } = this.plan;
    const { copies, orders } = this;
    this.oracle = new Oracle({
      world,
      now,
      pollMs,
      quarantineMs,
      copies,
      orders,
      tell: (text) => this.trace.tell(text),
    });
  }

  /** From the first start to the last check. */
  async live(): Promise<void> {
    const { plan, timeline } = this;
    const main = this.addMachine('A', plan.wishes);
    main.boot();
    for (const one of plan.disturbances) timeline.after(one.atMs, () => disturb(this, one));
    const everyMs = (plan.operatorEveryHours ?? 0) * HOUR_MS;
    for (let atMs = everyMs; everyMs > 0 && atMs < plan.faultyMs; atMs += everyMs)
      timeline.after(atMs, () => operate(this));
    await this.#until(START_MS + plan.faultyMs);
    this.#calmDown();
    await this.#until(START_MS + plan.faultyMs + plan.calmMs);
    checkBooks(this);
    for (const machine of this.machines) {
      this.coverage.read(machine);
      this.#lookForSecrets(Buffer.from(machine.copyDisk() ?? []), `the database of ${machine.name}`);
    }
    this.#markWeaknesses();
    this.trace.add(`end ${this.oracle.charges.length} ${this.delivered.size}`);
  }

  close(): void {
    for (const machine of this.machines) machine.close();
    this.#turns.unmount();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  addMachine(name: string, wishes: Plan['wishes']): Machine {
    const machine = new Machine(this, { name, path: join(this.#folder, `${name}.db`), wishes });
    this.machines.push(machine);
    return machine;
  }

  get main(): Machine {
    const [main] = this.machines;
    if (main === undefined) throw new Error('there is no machine yet');
    return main;
  }

  specOf(machine: Machine, revision: number): FleetSpec {
    const { plan, credentials } = this;
    return fleetSpec({
      plan,
      wishes: machine.wishes,
      revision: `r${revision}`,
      storePath: machine.path,
      away: machine.away,
      credentials,
    });
  }

  /** The same in every run of the seed: the how-manieth request of this kind it is. */
  requestId(machine: Machine, call: WireCall): string {
    const place = `${machine.name}/${call.account}/${call.endpoint}`;
    const count = (this.#counts.get(place) ?? 0) + 1;
    this.#counts.set(place, count);
    return `${place}/${count}`;
  }

  /** Once, when the provider has charged that account, before anybody hears of it. */
  onNextCharge(account: string, work: () => void): void {
    this.#onCharge.set(account, work);
  }

  charged(account: string): void {
    const work = this.#onCharge.get(account);
    this.#onCharge.delete(account);
    work?.();
  }

  /** True where the machine is to die here, whatever was planned. */
  isCrashPoint(): boolean {
    this.#points += 1;
    return this.#points === this.#crashPoint;
  }

  /** How many points at which a machine can die were passed. */
  get points(): number {
    return this.#points;
  }

  noteRestored(machine: Machine): void {
    this.#restored.add(machine.name);
  }

  wasRestored(machine: Machine): boolean {
    return this.#restored.has(machine.name);
  }

  logged(machine: string, event: string, fields: LogFields): void {
    const text = textOf(fields);
    this.trace.tell(`${machine} ${event} ${text}`);
    this.#lookForSecrets(text, `the log line ${event}`);
  }

  /** Much, and only for its secrets: where they travel most. */
  logsMore(event: string, fields: LogFields): void {
    if (this.plan.isByLogin) this.#lookForSecrets(textOf(fields), `the log line ${event}`);
  }

  isSlackDown(): boolean {
    return this.timeline.nowMs < this.#slackDownUntilMs;
  }

  slackDown(durationMs: number): void {
    this.#slackDownUntilMs = this.timeline.nowMs + durationMs;
  }

  /** Whether this kind of request meets an outage, and which. */
  outage(movesMoney: boolean): WeatherName | null {
    const outage = this.#outage;
    if (outage === null || this.timeline.nowMs >= outage.untilMs) return null;
    return movesMoney || !outage.isOfMoney ? outage.kind : null;
  }

  startOutage(durationMs: number, kind: WeatherName, isOfMoney: boolean): void {
    this.#outage = { untilMs: this.timeline.nowMs + durationMs, kind, isOfMoney };
  }

  #tell(message: OutboxMessage): void {
    this.delivered.set(message.id, (this.delivered.get(message.id) ?? 0) + 1);
    this.trace.tell(`SLACK ${message.status}: ${message.fact.headline}`);
    this.#lookForSecrets(JSON.stringify(message), 'a message');
  }

  /** I10. */
  #lookForSecrets(text: string | Buffer, where: string): void {
    for (const [name, { password }] of this.credentials) {
      const secrets = [password, ...(this.world.accounts[name]?.tokens ?? [])];
      if (secrets.some((secret) => text.includes(secret)))
        this.oracle.accuse('I10', name, `a secret stands in ${where}`);
    }
  }

  #markWeaknesses(): void {
    const { keyMemoryMs, cachesDeclines, fundAnswer, showsFaces } = this.plan.provider;
    if (keyMemoryMs < 20 * HOUR_MS) this.coverage.mark('fault short_key_memory');
    if (!cachesDeclines) this.coverage.mark('fault declines_not_cached');
    if (!showsFaces) this.coverage.mark('fault no_card_faces');
    if (fundAnswer === 'balance_only') this.coverage.mark('fault bare_fund_answer');
  }

  #calmDown(): void {
    this.isCalm = true;
    this.#slackDownUntilMs = 0;
    this.#outage = null;
    this.trace.tell('CALM: nothing more goes wrong');
    for (const machine of this.machines) {
      machine.skewMs = 0;
      machine.mood = 'well';
      if (machine.away.size > 0) {
        machine.away.clear();
        machine.reload(machine.wishes);
      }
      if (!machine.isRetired) machine.boot();
    }
  }

  async #until(endMs: number): Promise<void> {
    await this.#turns.settle();
    while (this.timeline.step(endMs)) await this.#turns.settle();
  }
}

function textOf(fields: LogFields): string {
  return JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? value.message : value));
}
