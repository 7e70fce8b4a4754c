import { setTimeout as sleep } from 'node:timers/promises';
import { capBreaches } from './cap-breaches.ts';
import { compareBooks, compareCaps, compareSends, keyedCharges } from './compare-books.ts';
import { committedSince, readJournal } from './journal-file.ts';
import { FLEET, MIN_BALANCE, scopesOf } from './kill-loop-fleet.ts';
import { waitUntilQuiet } from './open-states.ts';
import { percentile } from './percentile.ts';
import { Proof } from './proof.ts';
import { type LogLine, PurserProcess } from './purser-process.ts';
import { readFlags } from './read-flags.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { say, sayCounts } from './say.ts';
import { Seeded } from './seeded.ts';
import { startBurn, stopBurn } from './start-burn.ts';
import { TempHome } from './temp-home.ts';
import { needlessCharges } from './true-balance.ts';
import { writeConfig } from './write-config.ts';

/** `kill -9` of purser at random moments, under bad weather. Afterwards every cent must be accounted for. */
const flags = readFlags({ kills: 200, accounts: 50, speed: 3_600, seed: 0, burn: 4, 'quiet-minutes': 10 });
const FAULTS = {
  latency_ms: 30,
  lost_response: 0.1,
  lost_request: 0.03,
  error_before_effect: 0.02,
  error_after_effect: 0.05,
  garbage: 0.02,
  stale_balance: 0.02,
  delayed_ledger_rows: 0.3,
  ledger_delay_ms: 4_000,
};
const FAIR = { ...Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 0])), ledger_delay_ms: 5_000 };

const proof = new Proof();
const random = new Seeded(flags.seed);
using home = new TempHome('kill-loop', () => proof.hasFailed);
say(`seed ${flags.seed}; in ${home.path}`);
await using sandbox = await SandboxProcess.start(home, flags);
const config = writeConfig(home.path, sandbox.line, FLEET);
const starts = await startBurn(sandbox, {
  speed: flags.speed,
  dollarsPerSecond: () => random.between(flags.burn / 2, flags.burn * 1.5),
  minBalance: () => MIN_BALANCE,
});
for (const { name } of sandbox.line.accounts.slice(0, 5))
  await sandbox.patchAccount(name, { subscription: { status: 'past_due' } });
await sandbox.setFaults(FAULTS);

const events = new Map<string, number>();
const readyMs: number[] = [];
let killsBeforeReady = 0;
let killsAtCharge = 0;
for (let kill = 1; kill <= flags.kills; kill += 1) {
  const purser = startPurser();
  await waitForMoment(purser);
  const isReady = purser.seen('purser.started') > 0;
  const { code, signal } = await purser.end('SIGKILL');
  if (signal !== 'SIGKILL') proof.check('purser ends only when it is killed', false, `exit code ${code}`);
  if (!isReady) killsBeforeReady += 1;
  for (const [event, count] of purser.events) events.set(event, (events.get(event) ?? 0) + count);
  if (kill % 20 === 0) say(`${kill} kills, ${keyedCharges(await sandbox.charges()).length} charges`);
}

say('faults off, burn off: waiting until nothing is open');
await sandbox.setFaults(FAIR);
await stopBurn(sandbox);
const last = startPurser();
proof.claim('no doubt is left open', await waitUntilQuiet(last, { minutes: flags['quiet-minutes'] }));
const ended = await last.end('SIGTERM');
for (const [event, count] of last.events) events.set(event, (events.get(event) ?? 0) + count);
proof.check(
  'purser ends by SIGTERM with exit code 0',
  ended.code === 0,
  `code ${ended.code} ${ended.signal}`,
);

const charges = await sandbox.charges();
const journal = readJournal(home.file('purser.db'));
compareBooks(proof, charges, journal.intents);
compareCaps(proof, charges, committedSince(home.file('purser.db'), starts[0]?.at ?? 0));
const posts = compareSends(proof, await sandbox.requests(), journal.intents);
proof.claim('no cap was passed in any rolling window', capBreaches(charges, scopesOf(sandbox.line.accounts)));
proof.claim('nobody was charged without need', needlessCharges(charges, starts));
for (const event of ['credit.foreign', 'charge.key_used_by_another', 'reconcile.failed']) {
  const count = events.get(event) ?? 0;
  proof.check(`the log never says ${event}`, count === 0, `${count} times, see ${home.file('purser.log')}`);
}
proof.claim(
  'no account was frozen',
  journal.holds.map(({ account, reason }) => `${account}: ${reason}`),
);

const keyed = keyedCharges(charges);
const settled = journal.intents.filter(({ state, amount_cents }) => state === 'settled' && amount_cents > 0);
sayCounts('kill-loop', {
  seed: flags.seed,
  kills: flags.kills,
  '  before it was ready': killsBeforeReady,
  '  within 40 ms of an arming or replay': killsAtCharge,
  'charges at the processor (keyed)': keyed.length,
  '  of them fix_payment': keyed.filter(({ kind }) => kind === 'fix_payment').length,
  'settled intents': settled.length,
  'released intents': journal.intents.filter(({ state }) => state === 'released').length,
  'dollars charged': keyed.reduce((sum, { amount_cents }) => sum + amount_cents, 0) / 100,
  'POSTs arrived': posts,
  'POSTs journalled': journal.intents.reduce((sum, { sends }) => sum + sends, 0),
  'doubts entered': events.get('charge.in_doubt') ?? 0,
  'replays sent': events.get('charge.replayed') ?? 0,
  'restart to ready, p50 ms': Math.round(percentile(readyMs, 0.5)),
  'restart to ready, p99 ms': Math.round(percentile(readyMs, 0.99)),
  ...proof.counts(),
});

function startPurser(): PurserProcess {
  const purser = new PurserProcess({
    cwd: home.path,
    config,
    stdoutPath: home.file('purser.log'),
    stderrPath: home.file('purser.stderr'),
  });
  void purser.ready.then((ready) => ready !== null && readyMs.push(ready.tookMs));
  return purser;
}

/** Some kills come while it starts, some at any time, and half just when a money call is under way. */
async function waitForMoment(purser: PurserProcess): Promise<void> {
  const dice = random.uniform();
  if (dice < 0.1) return void (await sleep(random.between(0, 400)));
  await Promise.race([purser.ready, purser.child.ended]);
  await sleep(random.between(50, 1_500));
  if (dice < 0.5) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = purser.onLine(({ event }: LogLine) => {
    if (event === 'charge.armed' || event === 'charge.replayed') resolve();
  });
  const isAtCharge = await Promise.race([promise.then(() => true), sleep(1_500).then(() => false)]);
  stop();
  if (isAtCharge) killsAtCharge += 1;
  await sleep(random.between(0, 40));
}
