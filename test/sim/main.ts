import { parseArgs } from 'node:util';
import { RECORDED } from './recorded-seeds.ts';
import { nameOf, runSeed, type SeedOptions } from './run-seed.ts';
import { shrink } from './shrink.ts';
import { story } from './story.ts';
import { Tally } from './tally.ts';

const USAGE = `npm run sim -- [--seeds N] [--days D] [--from SEED] [--recorded] [--turns N] [--turn T] [--sleeps]
               [--story] [--first] [--json] [--any-marks]
  --seeds N    how many seeds (default 200)
  --days D     days with faults, two calm ones follow (default 4)
  --from SEED  the first seed (default 1); with --seeds 1 a failure is replayed
  --recorded   the seeds that ever failed (recorded-seeds.ts) instead of so many from one on
  --turns N    live each of them N times, in as many turns of its weather: the same faults about as often, at other
               moments (default 1)
  --turn T     the first turn (default 0, the seed as it is); with --turns 1 a failure in it is replayed
  --sleeps     the host of every seed sleeps from look to look, as in one of twelve; so were recorded seeds found
  --story      shrink the first failing seed and tell its story
  --first      stop at the first failing seed
  --json       one line of JSON for every failing seed, as it fails
  --any-marks  do not fail for what was never reached (for few seeds)
`;
/** Every so manieth seed is run twice, and both runs must be the same. */
const TWICE_EVERY = 100;
const PROGRESS_EVERY = 25;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    days: { type: 'string', default: '4' },
    from: { type: 'string', default: '1' },
    recorded: { type: 'boolean', default: false },
    turns: { type: 'string', default: '1' },
    turn: { type: 'string', default: '0' },
    sleeps: { type: 'boolean', default: false },
    story: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'any-marks': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else process.exitCode = await simulate();

async function simulate(): Promise<number> {
  // Errors of the weather are thrown by the thousand, and their stacks cost more than they do.
  Error.stackTraceLimit = 0;
  const tally = new Tally();
  let hasTold = false;
  let lived = 0;
  for (const options of lives()) {
    const result = await runSeed(options);
    lived += 1;
    tally.add(result);
    if (lived % TWICE_EVERY === 0 && (await runSeed(options)).digest !== result.digest)
      tally.unequal(options);
    if (lived % PROGRESS_EVERY === 0) process.stderr.write(`sim: ${tally.progress()}\n`);
    if (result.violations.length === 0) continue;
    for (const { invariant, account, sentence } of result.violations.slice(0, 4))
      process.stderr.write(`sim: seed ${nameOf(options)} breaks ${invariant} (${account}): ${sentence}\n`);
    if (values.json) {
      const { seed, turn } = options;
      const broken = result.violations.map(({ invariant }) => invariant);
      process.stdout.write(`${JSON.stringify({ seed, turn, broken })}\n`);
    }
    if (values.story && !hasTold) process.stdout.write(`${story(await shrink(options, result))}\n\n`);
    hasTold = true;
    if (values.first) break;
  }
  process.stdout.write(`${tally.table()}\n`);
  const isOnlyShort = values['any-marks'] && tally.hasHeld;
  return tally.isGreen || isOnlyShort ? 0 : 1;
}

function lives(): readonly SeedOptions[] {
  const [days, turns, first] = [Number(values.days), Number(values.turns), Number(values.turn)];
  const range = Array.from({ length: Number(values.seeds) }, (_, at) => Number(values.from) + at);
  const seeds = values.recorded ? RECORDED : range;
  const sleeps = values.sleeps ? { sleepsOften: true } : {};
  const life = { days, ...sleeps, allowed: null, keepsLines: false };
  return seeds.flatMap((seed) =>
    Array.from({ length: turns }, (_, at) => ({ seed, turn: first + at, ...life })),
  );
}
