import { parseArgs } from 'node:util';
import { runSeed, type SeedOptions } from './run-seed.ts';
import { shrink } from './shrink.ts';
import { story } from './story.ts';
import { Tally } from './tally.ts';

const USAGE = `npm run sim -- [--seeds N] [--days D] [--from SEED] [--sleeps] [--story] [--first] [--json] [--any-marks]
  --seeds N    how many seeds (default 200)
  --days D     days with faults, two calm ones follow (default 4)
  --from SEED  the first seed (default 1); with --seeds 1 a failure is replayed
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
  const [seeds, days, from] = [Number(values.seeds), Number(values.days), Number(values.from)];
  const sleeps = values.sleeps ? { sleepsOften: true } : {};
  const tally = new Tally();
  let hasTold = false;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const options: SeedOptions = { seed, days, ...sleeps, allowed: null, keepsLines: false };
    const result = await runSeed(options);
    tally.add(result);
    if (seed % TWICE_EVERY === 0 && (await runSeed(options)).digest !== result.digest) tally.unequal(seed);
    if (seed % PROGRESS_EVERY === 0) process.stderr.write(`sim: ${tally.progress()}\n`);
    if (result.violations.length === 0) continue;
    for (const { invariant, account, sentence } of result.violations.slice(0, 4))
      process.stderr.write(`sim: seed ${seed} breaks ${invariant} (${account}): ${sentence}\n`);
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ seed, broken: result.violations.map(({ invariant }) => invariant) })}\n`,
      );
    if (values.story && !hasTold) process.stdout.write(`${story(await shrink(options, result))}\n\n`);
    hasTold = true;
    if (values.first) break;
  }
  process.stdout.write(`${tally.table()}\n`);
  const isOnlyShort = values['any-marks'] && tally.hasHeld;
  return tally.isGreen || isOnlyShort ? 0 : 1;
}
