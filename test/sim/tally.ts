import { Coverage } from './coverage.ts';
import { MARKS } from './marks.ts';
import { nameOf, type SeedOptions, type SeedResult } from './run-seed.ts';

/** What many seeds came to. */
export class Tally {
  readonly #coverage = new Coverage();
  readonly #faults = new Map<string, number>();
  readonly #violations = new Map<string, Set<string>>();
  readonly #honest = new Map<string, Set<string>>();
  readonly #unequal: string[] = [];
  readonly #cpu = process.cpuUsage();
  #seeds = 0;
  #accountDays = 0;
  #crashes = 0;
  #charges = 0;

  add(result: SeedResult): void {
    this.#seeds += 1;
    this.#accountDays += result.accountDays;
    this.#crashes += result.crashes;
    this.#charges += result.charges;
    this.#coverage.take(result.coverage);
    for (const { name } of result.faults) {
      this.#faults.set(name, (this.#faults.get(name) ?? 0) + 1);
      this.#coverage.mark(`fault ${name}`);
    }
    for (const { invariant } of result.violations) entry(this.#violations, invariant).add(nameOf(result));
    for (const { why } of result.honestLimits) entry(this.#honest, why).add(nameOf(result));
  }

  /** Two runs of one seed that differ: the simulator itself is broken then. */
  unequal(life: SeedOptions): void {
    this.#unequal.push(nameOf(life));
  }

  /** No invariant broken, and every run the same twice. */
  get hasHeld(): boolean {
    return this.#violations.size === 0 && this.#unequal.length === 0;
  }

  get isGreen(): boolean {
    return this.hasHeld && this.unreached().length === 0;
  }

  unreached(): readonly string[] {
    return MARKS.filter((mark) => !this.#coverage.marks.has(mark));
  }

  progress(): string {
    return `${this.#seeds} seeds, ${this.#charges} charges, ${this.#violations.size} invariants broken`;
  }

  table(): string {
    const { user, system } = process.cpuUsage(this.#cpu);
    const minutes = (user + system) / 6e7;
    const seedsOf = (seeds: ReadonlySet<string>): string =>
      `${seeds.size} (seeds ${[...seeds].slice(0, 12).join(', ')}${seeds.size > 12 ? ', …' : ''})`;
    const rows: [string, string][] = [
      ['seeds', String(this.#seeds)],
      ['account-days', String(Math.round(this.#accountDays))],
      ['account-days per CPU-minute', String(Math.round(this.#accountDays / minutes))],
      ['crashes', String(this.#crashes)],
      ['charges', String(this.#charges)],
      ['faults', String([...this.#faults.values()].reduce((sum, count) => sum + count, 0))],
      ...[...this.#faults].sort().map(([name, count]): [string, string] => [`  ${name}`, String(count)]),
      ['honest limit reached', this.#honest.size === 0 ? 'never' : ''],
      ...[...this.#honest].sort().map(([why, seeds]): [string, string] => [`  ${why}`, seedsOf(seeds)]),
      ['runs that differ from themselves', this.#unequal.length === 0 ? 'none' : this.#unequal.join(', ')],
      ['violations', this.#violations.size === 0 ? 'none' : ''],
      ...[...this.#violations].sort().map(([name, seeds]): [string, string] => [`  ${name}`, seedsOf(seeds)]),
      ['never reached', this.unreached().join(', ') || 'nothing'],
    ];
    const width = Math.max(...rows.map(([name]) => name.length));
    return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
  }
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}
