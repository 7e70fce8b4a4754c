import { setTimeout as sleep } from 'node:timers/promises';
import { capBreaches } from './cap-breaches.ts';
import { compareBooks, compareSends, keyedCharges } from './compare-books.ts';
import { readJournal } from './journal-file.ts';
import { waitUntilQuiet } from './open-states.ts';
import { Proof } from './proof.ts';
import { PurserProcess } from './purser-process.ts';
import { readFlags } from './read-flags.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { say, sayCounts } from './say.ts';
import { stopBurn } from './start-burn.ts';
import { FLEET, isTight, scopesOf } from './steady-fleet.ts';
import { TempHome } from './temp-home.ts';
import { writeConfig } from './write-config.ts';

/** A fleet in fair weather: nobody runs dry whom policy and caps allow to be funded, and the books agree to the cent. */
const flags = readFlags({ minutes: 10, accounts: 50, speed: 3_600, seed: 0 });
const proof = new Proof();
using home = new TempHome('steady', () => proof.hasFailed);
say(`seed ${flags.seed}; in ${home.path}`);
await using sandbox = await SandboxProcess.start(home, flags);
const config = writeConfig(home.path, sandbox.line, FLEET);
const { accounts } = sandbox.line;
for (const { name } of accounts.slice(0, 5))
  await sandbox.patchAccount(name, { subscription: { status: 'past_due' } });
const purser = new PurserProcess({
  cwd: home.path,
  config,
  stdoutPath: home.file('purser.log'),
  stderrPath: home.file('purser.stderr'),
});
const ready = await purser.ready;
if (ready === null) throw new Error('purser did not start');
say(`purser is ready at ${ready.url} after ${Math.round(ready.tookMs)} ms`);

const lowest = new Map<string, number>();
let samples = 0;
const endMs = performance.now() + flags.minutes * 60_000;
for (let lastSaidMs = performance.now(); performance.now() < endMs && purser.child.isRunning; ) {
  for (const { name, balance } of await sandbox.accounts())
    lowest.set(name, Math.min(balance, lowest.get(name) ?? Number.POSITIVE_INFINITY));
  samples += 1;
  if (performance.now() - lastSaidMs > 30_000) {
    lastSaidMs = performance.now();
    const settled = purser.seen('charge.settled');
    say(`${keyedCharges(await sandbox.charges()).length} charges, ${settled} settled, ${samples} samples`);
  }
  await sleep(1_000);
}

await stopBurn(sandbox);
proof.claim('no intent is left open', await waitUntilQuiet(purser, { minutes: 2 }));
const charges = await sandbox.charges();
const reported = await purser.intents(['settled']);
const ended = await purser.end('SIGTERM');
proof.check(
  'purser ends by SIGTERM with exit code 0',
  ended.code === 0,
  `code ${ended.code} ${ended.signal}`,
);

const { intents, holds } = readJournal(home.file('purser.db'));
const free = accounts.filter((_, index) => !isTight(index)).map(({ name }) => name);
proof.claim(
  'every wallet that the caps let fund stayed above zero',
  free.flatMap((name) => {
    const least = lowest.get(name) ?? 0;
    return least > 0 ? [] : [`${name} fell to $${least}`];
  }),
);
compareBooks(proof, charges, intents);
const posts = compareSends(proof, await sandbox.requests(), intents);
const settled = intents.filter(({ state }) => state === 'settled');
const keys = new Set(reported.map(({ key }) => key));
proof.claim(
  'the API shows the settled intents of the journal',
  settled.flatMap(({ key, id }) => (keys.has(key) ? [] : [`${id} is missing`])),
);
proof.claim('no cap was passed', capBreaches(charges, scopesOf(accounts)));
proof.claim(
  'no account was frozen',
  holds.map(({ account, reason }) => `${account}: ${reason}`),
);
const refused = (await sandbox.requests()).filter(({ status }) => status === 429);
proof.claim(
  'purser earned no 429',
  refused.map(({ account, method, path }) => `${account}: ${method} ${path}`),
);

const keyed = keyedCharges(charges);
sayCounts('steady', {
  seed: flags.seed,
  minutes: flags.minutes,
  accounts: accounts.length,
  'samples of every wallet': samples,
  'lowest wallet that may be funded, $': Math.min(...free.map((name) => lowest.get(name) ?? 0)).toFixed(2),
  'charges at the processor (keyed)': keyed.length,
  '  of them fund': keyed.filter(({ kind }) => kind === 'fund').length,
  '  of them fix_payment': keyed.filter(({ kind }) => kind === 'fix_payment').length,
  'settled intents': settled.length,
  'dollars charged': keyed.reduce((sum, { amount_cents }) => sum + amount_cents, 0) / 100,
  'POSTs arrived': posts,
  'POSTs journalled': intents.reduce((sum, { sends }) => sum + sends, 0),
  'requests answered 429': refused.length,
  ...proof.counts(),
});
