import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { CAUGHT_BY } from './caught-by.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutant-list.ts';
import { runSeed } from './run-seed.ts';

const USAGE = `npm run sim:mutants -- [--seeds N] [--days D] [--only WORDS]
Breaks a copy of src in one way at a time; the simulator has to see each within N seeds (default 1000). The seed that saw
a mutant last time is tried first, also on a host that sleeps.
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    days: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
const LAST_WORDS = 1_000;
const days = Number(values.days);
/** What the unbroken source does with a seed; a mutant is seen where it breaks something else. */
const healthy = new Map<string, ReadonlySet<string>>();

if (values.help) process.stdout.write(USAGE);
else process.exitCode = await tryAll();

async function tryAll(): Promise<number> {
  Error.stackTraceLimit = 0;
  let survivors = 0;
  for (const mutant of MUTANTS.filter(({ name }) => name.includes(values.only))) {
    const caught = await hunt(mutant);
    if (caught === null) survivors += 1;
    const verdict = caught === null ? 'SURVIVED' : `caught by seed ${caught.seed}: ${caught.invariant}`;
    process.stdout.write(`${mutant.name.padEnd(62)}  ${verdict}\n`);
  }
  return survivors === 0 ? 0 : 1;
}

type Catch = { readonly seed: number; readonly invariant: string };

async function hunt(mutant: Mutant): Promise<Catch | null> {
  const home = mkdtempSync(join(tmpdir(), 'purser-mutant-'));
  try {
    for (const part of ['src', 'test/sim', 'test/quick-disk.ts', 'package.json'])
      cpSync(part, join(home, part), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(home, 'node_modules'));
    for (const { file, before, after } of mutant.edits) {
      const path = join(home, file);
      const text = readFileSync(path, 'utf8');
      if (text.split(before).length !== 2)
        throw new Error(`${mutant.name}: ${file} does not have that text once`);
      writeFileSync(
        path,
        text.replace(before, () => after),
      );
    }
    const known = CAUGHT_BY.get(mutant.name);
    if (known === undefined) return await firstNews(home, 1, Number(values.seeds));
    return (
      (await firstNews(home, known, 1)) ??
      (await firstNews(home, known, 1, true)) ??
      (await firstNews(home, 1, Number(values.seeds)))
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The first seed on which the mutant breaks an invariant that the healthy source keeps. */
async function firstNews(
  home: string,
  from: number,
  seeds: number,
  sleepsOften = false,
): Promise<Catch | null> {
  const range = ['--from', String(from), '--seeds', String(seeds), '--days', values.days];
  const flags = [...range, ...(sleepsOften ? ['--sleeps'] : []), '--json', '--any-marks'];
  const child = spawn(process.execPath, ['test/sim/main.ts', ...flags], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let hasEnded = false;
  let lastWords = '';
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk.toString()}`.slice(-LAST_WORDS);
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      hasEnded ||= line.startsWith('account-days ');
      if (!line.startsWith('{')) continue;
      const { seed, broken } = JSON.parse(line) as { seed: number; broken: readonly string[] };
      const known = await brokenByHealthy(seed, sleepsOften);
      const invariant = broken.find((name) => !known.has(name));
      if (invariant !== undefined) return { seed, invariant };
    }
    if (!hasEnded)
      throw new Error(`the simulator itself died of this mutant: make it one that lives. ${lastWords}`);
    return null;
  } finally {
    child.kill();
  }
}

async function brokenByHealthy(seed: number, sleepsOften: boolean): Promise<ReadonlySet<string>> {
  const life = `${seed} ${sleepsOften}`;
  const known = healthy.get(life);
  if (known !== undefined) return known;
  const how = sleepsOften ? { sleepsOften } : {};
  const result = await runSeed({ seed, days, ...how, allowed: null, keepsLines: false });
  const broken = new Set(result.violations.map(({ invariant }) => invariant));
  healthy.set(life, broken);
  return broken;
}
