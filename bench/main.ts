import { cpus } from 'node:os';
import { readFlags } from '../test/chaos/read-flags.ts';
import { benchAccountChecks } from './account-checks.ts';
import { benchArming } from './arming.ts';
import { benchBalanceHistory } from './balance-history.ts';
import { benchConfigLoad } from './config-load.ts';
import { type Figure, printFigures } from './figure.ts';
import { benchFleetAtRest } from './fleet-at-rest.ts';
import { benchStartUp } from './start-up.ts';
import { benchStatusPage } from './status-page.ts';

/**
 * `npm run bench`: every figure beside what it is measured against, in one run on one machine. Rounds are interleaved,
 * numbers are medians. `--fleet-seconds 0` leaves out the slow one.
 */
const flags = readFlags({
  rounds: 7,
  accounts: 1_000,
  'arming-rounds': 25,
  commits: 50,
  fleet: 10_000,
  'fleet-seconds': 60,
  'history-minutes': 90,
});
const { rounds, accounts, commits, fleet } = flags;
const parts: readonly (readonly [string, () => Promise<readonly Figure[]>])[] = [
  ['account checks', () => benchAccountChecks({ rounds, accounts })],
  ['arming', () => benchArming({ rounds: flags['arming-rounds'], commits })],
  ['start-up', () => benchStartUp({ rounds })],
  ['config load', () => benchConfigLoad({ rounds: Math.min(rounds, 5), accounts: 10_000 })],
  ['status page', () => benchStatusPage({ rounds, accounts: fleet })],
  ['history', () => benchBalanceHistory({ accounts: fleet, minutes: flags['history-minutes'] })],
  ['a fleet at rest', () => benchFleetAtRest({ accounts: fleet, seconds: flags['fleet-seconds'] })],
];
const figures: Figure[] = [];
console.log(
  `node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), medians of ${rounds} rounds`,
);
for (const [name, bench] of parts) {
  if (name === 'a fleet at rest' && flags['fleet-seconds'] === 0) continue;
  console.log(`measuring: ${name}`);
  figures.push(...(await bench()));
}
printFigures(figures);
