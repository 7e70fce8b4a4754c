import { setTimeout as sleep } from 'node:timers/promises';
import { capBreaches } from './cap-breaches.ts';
import { compareBooks, compareCaps, compareSends, keyedCharges } from './compare-books.ts';
import { committedSince, readJournal } from './journal-file.ts';
import { FLEET, MIN_BALANCE, scopesOf } from './kill-loop-fleet.ts';
import { waitUntilQuiet } from './open-states.ts';
import { Proof } from './proof.ts';
import { PurserProcess } from './purser-process.ts';
import { readFlags } from './read-flags.ts';
import { RoughWire, SMOOTH } from './rough-wire.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { say, sayCounts } from './say.ts';
import { Seeded } from './seeded.ts';
import { SmallDisk } from './small-disk.ts';
import { startBurn, stopBurn } from './start-burn.ts';
import { TempHome } from './temp-home.ts';
import { needlessCharges } from './true-balance.ts';
import { writeConfig } from './write-config.ts';

/**
 * A host that is as bad as its network: purser is stopped (SIGSTOP) for longer than its timeouts, its disk is full again
 * and again, it is killed, and every connection is sliced, delayed, stalled or cut. Wants root, for a small tmpfs.
 */
const flags = readFlags({ minutes: 5, accounts: 50, speed: 3_600, seed: 0, burn: 4, 'quiet-minutes': 10 });
const ROUGH = { slice: 0.2, delay: 0.1, stall: 0.003, cut: 0.01 };
const FAULTS = { delayed_ledger_rows: 0.3, ledger_delay_ms: 4_000 };
const FAIR = { delayed_ledger_rows: 0 };

const proof = new Proof();
const random = new Seeded(flags.seed);
using home = new TempHome('hard-host', () => proof.hasFailed);
say(`seed ${flags.seed}; in ${home.path}`);
await using sandbox = await SandboxProcess.start(home, flags);
await using wire = await RoughWire.open(sandbox.line.base_url, random);
using disk = new SmallDisk(home.file('disk'), { megabytes: 24 });
const database = home.file('disk', 'purser.db');
const config = writeConfig(home.path, { ...sandbox.line, base_url: wire.url }, { ...FLEET, store: database });
const starts = await startBurn(sandbox, {
  speed: flags.speed,
  dollarsPerSecond: () => random.between(flags.burn / 2, flags.burn * 1.5),
  minBalance: () => MIN_BALANCE,
});
for (const { name } of sandbox.line.accounts.slice(0, 5))
  await sandbox.patchAccount(name, { subscription: { status: 'past_due' } });
await sandbox.setFaults(FAULTS);
wire.roughness = ROUGH;

const events = new Map<string, number>();
const done = { stops: 0, 'full disks': 0, kills: 0, 'ends by itself': 0 };
let purser = await startPurser();
const endMs = performance.now() + flags.minutes * 60_000;
while (performance.now() < endMs) {
  await sleep(random.between(500, 6_000));
  const dice = random.uniform();
  if (!purser.child.isRunning) {
    done['ends by itself'] += 1;
    await replace();
  } else if (dice < 0.3) {
    done.stops += 1;
    purser.child.signal('SIGSTOP');
    await sleep(random.uniform() < 0.3 ? random.between(31_000, 40_000) : random.between(100, 5_000));
    purser.child.signal('SIGCONT');
  } else if (dice < 0.7) {
    done['full disks'] += 1;
    disk.fill();
    await sleep(random.between(1_000, 8_000));
    if (random.uniform() < 0.3) {
      done.kills += 1;
      await purser.end('SIGKILL');
      await replace(); // on a full disk it may well not start
    }
    disk.clear();
  } else {
    done.kills += 1;
    await purser.end('SIGKILL');
    await replace();
  }
}

say('all well again, burn off: waiting until nothing is open');
wire.roughness = SMOOTH;
await sandbox.setFaults(FAIR);
await stopBurn(sandbox);
if (!purser.child.isRunning) await replace();
proof.claim('no doubt is left open', await waitUntilQuiet(purser, { minutes: flags['quiet-minutes'] }));
const ended = await purser.end('SIGTERM');
takeEvents();
const how = `code ${ended.code} ${ended.signal}`;
proof.check('purser ends by SIGTERM with exit code 0', ended.code === 0, how);

const charges = await sandbox.charges();
const journal = readJournal(database);
compareBooks(proof, charges, journal.intents);
compareCaps(proof, charges, committedSince(database, starts[0]?.at ?? 0));
const posts = compareSends(proof, await sandbox.requests(), journal.intents);
proof.claim('no cap was passed in any rolling window', capBreaches(charges, scopesOf(sandbox.line.accounts)));
proof.claim('nobody was charged without need', needlessCharges(charges, starts));
for (const event of ['credit.foreign', 'charge.key_used_by_another']) {
  const count = events.get(event) ?? 0;
  proof.check(`the log never says ${event}`, count === 0, `${count} times, see ${home.file('purser.log')}`);
}
proof.claim(
  'no account was frozen',
  journal.holds.map(({ account, reason }) => `${account}: ${reason}`),
);
const wired = Object.entries(wire.counts).map(([kind, count]) => [`pieces under a ${kind}`, count] as const);
sayCounts('hard-host', {
  seed: flags.seed,
  ...done,
  ...Object.fromEntries(wired),
  'passes that failed': events.get('reconcile.failed') ?? 0,
  'charges at the processor (keyed)': keyedCharges(charges).length,
  'settled intents': journal.intents.filter(
    ({ state, amount_cents }) => state === 'settled' && amount_cents > 0,
  ).length,
  'POSTs arrived': posts,
  'POSTs journalled': journal.intents.reduce((sum, { sends }) => sum + sends, 0),
  'doubts entered': events.get('charge.in_doubt') ?? 0,
  'replays sent': events.get('charge.replayed') ?? 0,
  ...proof.counts(),
});

async function startPurser(): Promise<PurserProcess> {
  const next = new PurserProcess({
    cwd: home.path,
    config,
    stdoutPath: home.file('purser.log'),
    stderrPath: home.file('purser.stderr'),
  });
  await next.ready;
  return next;
}

async function replace(): Promise<void> {
  takeEvents();
  purser = await startPurser();
}

function takeEvents(): void {
  for (const [event, count] of purser.events) events.set(event, (events.get(event) ?? 0) + count);
}
