import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { adoptJournal } from './adopt-journal.ts';
import { capBreaches } from './cap-breaches.ts';
import { doubleCharges, keyedCharges } from './compare-books.ts';
import { filesOf } from './journal-file.ts';
import { FLEET, MIN_BALANCE, scopesOf } from './lost-database-fleet.ts';
import { waitUntilQuiet } from './open-states.ts';
import { Proof } from './proof.ts';
import { PurserProcess } from './purser-process.ts';
import { readFlags } from './read-flags.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { say, sayCounts } from './say.ts';
import { Seeded } from './seeded.ts';
import { startBurn, stopBurn } from './start-burn.ts';
import { TempHome } from './temp-home.ts';
import { needlessCharges } from './true-balance.ts';
import { waitUntil } from './wait-until.ts';
import { writeConfig } from './write-config.ts';

/**
 * The database is deleted between kills. With `quarantine: 0s` the anchored key alone must keep every need at one
 * charge; with `quarantine: 90m` nothing at all is charged until an operator adopts the new journal.
 */
const flags = readFlags({ losses: 20, accounts: 20, speed: 3_600, seed: 0, burn: 6, 'watch-seconds': 30 });
const FAULTS = {
  latency_ms: 50,
  lost_response: 0.2,
  garbage: 0.05,
  delayed_ledger_rows: 0.3,
  ledger_delay_ms: 4_000,
};
const FAIR = { latency_ms: 0, lost_response: 0, garbage: 0, delayed_ledger_rows: 0 };

const proof = new Proof();
const random = new Seeded(flags.seed);
using home = new TempHome('lost-database', () => proof.hasFailed);
say(`seed ${flags.seed}; in ${home.path}`);
await using sandbox = await SandboxProcess.start(home, flags);
const starts = await startBurn(sandbox, {
  speed: flags.speed,
  dollarsPerSecond: () => random.between(flags.burn / 2, flags.burn * 1.5),
  minBalance: () => MIN_BALANCE,
});

let config = writeConfig(home.path, sandbox.line, { ...FLEET, quarantine: '0s' });
await sandbox.setFaults(FAULTS);
let twins = 0;
for (let loss = 1; loss <= flags.losses; loss += 1) {
  const purser = startPurser();
  await purser.url();
  await sleep(random.between(500, 4_000));
  await purser.end('SIGKILL');
  twins += purser.seen('charge.key_used_by_another');
  loseDatabase();
  if (loss % 5 === 0) say(`${loss} databases lost, ${keyedCharges(await sandbox.charges()).length} charges`);
}
const survivor = startPurser();
await survivor.url();
await sleep(5_000);
await sandbox.setFaults(FAIR);
await stopBurn(sandbox);
proof.claim('no doubt is left open', await waitUntilQuiet(survivor, { minutes: 3 }));
await survivor.end('SIGTERM');
const charges = await sandbox.charges();
proof.claim('quarantine 0s: every key was charged at most once', doubleCharges(charges));
proof.claim('quarantine 0s: nobody was charged without need', needlessCharges(charges, starts));
proof.claim('quarantine 0s: no cap was passed', capBreaches(charges, scopesOf(sandbox.line.accounts)));

say('now with quarantine: 90m');
loseDatabase();
config = writeConfig(home.path, sandbox.line, { ...FLEET, quarantine: '90m' });
const watchStarts = await startBurn(sandbox, {
  speed: flags.speed,
  dollarsPerSecond: () => flags.burn,
  minBalance: () => MIN_BALANCE,
  balance: MIN_BALANCE / 2,
});
const before = keyedCharges(await sandbox.charges()).length;
const watcher = startPurser();
await watcher.url();
await sleep(flags['watch-seconds'] * 1_000);
const alerts = await watcher.alerts();
const isAnnounced = (): boolean => watcher.seen('quarantine.started') === 1;
const charged = keyedCharges(await sandbox.charges()).length - before;
proof.check('the quarantine is announced in the log', isAnnounced(), 'no line quarantine.started');
proof.check('the quarantine is an alert', hasQuarantine(alerts), JSON.stringify(alerts));
proof.check('nothing is charged meanwhile', charged === 0, `${charged} charges`);
const posts = (await sandbox.requests()).filter(
  ({ method, at }) => method === 'POST' && at > (watchStarts[0]?.at ?? 0),
);
proof.check('nothing is even sent meanwhile', posts.length === 0, `${posts.length} POSTs`);

const adopted = await adoptJournal(home, config);
proof.check('purser adopt ends with exit code 0', adopted.code === 0, `exit code ${adopted.code}`);
const tookMs = performance.now();
const goesOn = await waitUntil(async () => keyedCharges(await sandbox.charges()).length > before, {
  timeoutMs: 30_000,
});
const untilCharged = performance.now() - tookMs;
proof.check('charging goes on after purser adopt', goesOn, 'no charge within 30 s');
const isOver = await waitUntil(async () => !hasQuarantine(await watcher.alerts()), { timeoutMs: 15_000 });
proof.check('the alert ends', isOver, JSON.stringify(await watcher.alerts()));
await sleep(8_000);
proof.check('the log says that it ended', watcher.seen('quarantine.ended') === 1, 'no line quarantine.ended');
await stopBurn(sandbox);
proof.claim('no intent is left open', await waitUntilQuiet(watcher, { minutes: 2 }));
await watcher.end('SIGTERM');
const all = await sandbox.charges();
proof.claim('quarantine 90m: every key was charged at most once', doubleCharges(all));
proof.claim(
  'quarantine 90m: nobody was charged without need',
  needlessCharges(all.slice(charges.length), watchStarts),
);

sayCounts('lost-database', {
  seed: flags.seed,
  'databases deleted': flags.losses + 1,
  'charges with quarantine 0s': keyedCharges(charges).length,
  'keys found used by an earlier life': twins,
  'seconds of quarantine watched': flags['watch-seconds'],
  'charges in quarantine': charged,
  'seconds from adopt to the first charge': (untilCharged / 1_000).toFixed(1),
  'charges after adopt': keyedCharges(all).length - before,
  ...proof.counts(),
});

function startPurser(): PurserProcess {
  const stdoutPath = home.file('purser.log');
  return new PurserProcess({ cwd: home.path, config, stdoutPath, stderrPath: home.file('purser.stderr') });
}

function loseDatabase(): void {
  for (const path of filesOf(home.file('purser.db'))) rmSync(path, { force: true });
}

function hasQuarantine(list: readonly { readonly fingerprint: string }[]): boolean {
  return list.some(({ fingerprint }) => fingerprint.includes('quarantined'));
}
