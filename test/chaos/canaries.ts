import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlertReceiver } from './alert-receiver.ts';
import { SECRET_PLACES, TOKEN_FOLDER, writeCanaryConfig } from './canaries-fleet.ts';
import { Child } from './child.ts';
import { EchoProxy, LEAKED_CARD, LEAKED_CLIENT_SECRET } from './echo-proxy.ts';
import { CARD_LINES, HandFiles, OTHER_LINES, typedCanaries, walkByHand } from './hand-walk.ts';
import { filesOf } from './journal-file.ts';
import { Proof } from './proof.ts';
import { PurserProcess } from './purser-process.ts';
import { readFlags } from './read-flags.ts';
import { rotateTokens } from './rotate-tokens.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { say, sayCounts } from './say.ts';
import { filesBelow, findCanaries } from './scan-bytes.ts';
import { Seeded } from './seeded.ts';
import { startBurn } from './start-burn.ts';
import { TempHome } from './temp-home.ts';
import { paymentPages, worldSecrets } from './world-secrets.ts';

/** Secrets that can be recognised anywhere, taken through work, bad weather and crashes: none may come out (I10). */
const flags = readFlags({ seconds: 20, accounts: 20, speed: 3_600, seed: 0 });
const FAULTS = {
  latency_ms: 20,
  lost_response: 0.1,
  error_after_effect: 0.05,
  garbage: 0.1,
  unauthorized: 0.02,
};
const NO_FAULTS = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 0]));
const SLACK_PATH = '/services/TCANARY0001/BCANARY0001/CanarySlackSecret000000001';

const proof = new Proof();
using home = new TempHome('canaries', () => proof.hasFailed);
say(`seed ${flags.seed}; in ${home.path}`);
const more = ['--state', home.file('world.json')];
await using sandbox = await SandboxProcess.start(home, { ...flags, more });
await using proxy = await EchoProxy.open(sandbox.line.base_url, new Seeded(flags.seed));
await using stripe = await EchoProxy.open(sandbox.line.stripe_url, new Seeded(flags.seed + 1));
await using hook = await AlertReceiver.open();
await using slack = await AlertReceiver.open();
const slackUrl = new URL(SLACK_PATH, slack.url).href;
const config = writeCanaryConfig(
  home.path,
  { ...sandbox.line, base_url: proxy.url, stripe_url: stripe.url },
  { hookUrl: hook.url, hookSecret: hook.secret, slackUrl },
);
await startBurn(sandbox, { speed: flags.speed, dollarsPerSecond: () => 5, minBalance: () => 50 });
const [waiting, declining] = sandbox.line.accounts.map(({ name }) => name);
await sandbox.patchAccount(waiting ?? '', {
  cards: [{ number: '4000002760003184', default: true }],
  balance: 20,
});
await sandbox.patchAccount(declining ?? '', {
  cards: [{ number: '4000000000000341', default: true }],
  balance: 20,
});

const env = { PURSER_CANARY: 'unused' };
let pages = 0;
let scrapes = 0;
say('normal work');
const purser = startPurser();
const url = await purser.url();
writeFileSync(home.file('cmdline.txt'), readFileSync(`/proc/${purser.child.pid}/cmdline`));
const files = new HandFiles();
const hands = { home, config, env, accounts: sandbox.line.accounts.slice(2, 8).map(({ name }) => name) };
await walkByHand(hands, { name: 'fair', lines: [...CARD_LINES, ...OTHER_LINES] }, files);
await sleep(flags.seconds * 1_000);
await keepPages('fair');
checkMetrics('fair');
say('bad weather, and a gateway that quotes every secret');
await sandbox.setFaults(FAULTS);
proxy.rate = 0.25;
stripe.rate = 0.5;
await walkByHand(hands, { name: 'bad', lines: [...CARD_LINES, ...OTHER_LINES] }, files);
say('and every answer an error that quotes what was sent');
await sandbox.setFaults(NO_FAULTS);
proxy.rate = 0;
stripe.rate = 1;
await walkByHand(hands, { name: 'quoted', lines: CARD_LINES }, files);
proxy.rate = 0.6;
await walkByHand(hands, { name: 'worst', lines: OTHER_LINES }, files);
await sandbox.setFaults(FAULTS);
proxy.rate = 0.25;
await sleep(flags.seconds * 1_000);
await keepPages('bad');
checkMetrics('bad');
for (const command of ['status', 'plan', 'check', 'explain', 'once']) await runCommand(command);

say('a table goes missing under the running daemon, then kill -ABRT');
const saboteur = new DatabaseSync(home.file('purser.db'), { timeout: 5_000 });
saboteur.exec('ALTER TABLE hold RENAME TO gone');
await sleep(4_000);
await keepPages('broken');
saboteur.exec('ALTER TABLE gone RENAME TO hold');
saboteur.close();
const aborted = await purser.end('SIGABRT');
proof.check('SIGABRT ends it', aborted.signal === 'SIGABRT', JSON.stringify(aborted));

say('a corrupted database');
const again = startPurser();
await again.url();
await sleep(3_000);
await again.end('SIGKILL');
for (const path of filesOf(home.file('purser.db')).filter((file) => existsSync(file)))
  copyFileSync(path, path.replace('purser.db', 'before-the-spoiling.db'));
corrupt(home.file('purser.db'));
const crashed = startPurser();
await Promise.race([crashed.child.ended, sleep(8_000)]);
const crash = crashed.child.isRunning ? await crashed.end('SIGKILL') : await crashed.child.ended;
writeFileSync(home.file('alerts.txt'), hook.received.join('\n'));
writeFileSync(home.file('alerts-with-links.txt'), slack.received.join('\n'));
say('tokens that come near their end');
const refreshed = await rotateTokens(home, { seed: flags.seed, env });
proof.check('tokens were rotated', refreshed >= 2, `${refreshed} refreshes`);

const canaries = [
  ...worldSecrets(home.file('world.json')),
  ...worldSecrets(home.file('rotating', 'world.json')),
  ...typedCanaries,
  { name: 'the webhook secret', value: hook.secret },
  { name: 'the webhook key', value: hook.secret.replace(/^whsec_/, '') },
  { name: 'the Slack address', value: SLACK_PATH },
  { name: 'a card number', value: LEAKED_CARD },
  { name: 'a card number', value: '4000002760003184' },
  { name: 'a client secret', value: LEAKED_CLIENT_SECRET },
];
const scanned = filesBelow(home.path, SECRET_PLACES);
proof.claim('no canary in any output', findCanaries(scanned, canaries));
proof.claim('no CVC stands in what a command said', files.bareCvcs());
const links = paymentPages(home.file('world.json'));
const forPayers =
  /(?:purser|before-the-spoiling)\.db|alerts-with-links\.txt|pay-link|explain\.std|status\.std/;
proof.claim(
  'payment links are where they are asked for, and nowhere else',
  findCanaries(
    scanned.filter((path) => !forPayers.test(path)),
    links,
  ),
);
proof.check('payment links were made', links.length > 0, 'none');
proof.claim('tokens are kept for the owner alone', openTokens());
proof.check(
  'the scan finds what is there',
  findCanaries([home.file('world.json')], canaries).length > 0,
  'nothing in world.json',
);
proof.check(
  'arguments are hidden',
  readFileSync(home.file('cmdline.txt'), 'latin1').startsWith('purser'),
  'see cmdline.txt',
);
proof.check('no core file is left', !existsSync(home.file('core')), 'core');

sayCounts('canaries', {
  seed: flags.seed,
  'canary values': canaries.length,
  'files scanned': scanned.length,
  'bytes scanned': scanned.reduce((sum, path) => sum + readFileSync(path).length, 0),
  'commands by hand': files.paths.length / 3,
  'their exit codes': [...files.exits].map(([code, count]) => `${code}: ${count}`).join(', '),
  'payment links': links.length,
  'tokens rotated': refreshed,
  'errors that quote secrets': proxy.echoed,
  'errors of Stripe that quote cards': stripe.echoed,
  'charges settled': purser.seen('charge.settled'),
  'alerts received': hook.received.length + slack.received.length,
  'pages kept': pages,
  'scrapes checked by promtool': scrapes,
  'exit of the corrupted start': `${crash.code ?? crash.signal}`,
  ...proof.counts(),
});

function startPurser(): PurserProcess {
  const logs = { stdoutPath: home.file('purser.log'), stderrPath: home.file('purser.stderr') };
  return new PurserProcess({ cwd: home.path, config, env, more: ['--log-level', 'debug'], ...logs });
}

/** Kept tokens that others than the owner may read. */
function openTokens(): readonly string[] {
  const folder = home.file(TOKEN_FOLDER);
  const paths = [folder, ...readdirSync(folder).map((name) => home.file(TOKEN_FOLDER, name))];
  return paths.filter((path) => (statSync(path).mode & 0o077) !== 0);
}

/** What the daemon shows, as files for the scan. */
async function keepPages(name: string): Promise<void> {
  for (const path of [
    'metrics',
    'api/v1/accounts',
    'api/v1/intents',
    'api/v1/plan',
    'api/v1/alerts',
    'readyz',
  ]) {
    const text = await (await fetch(`${url}/${path}`)).text();
    writeFileSync(home.file(`${name}-${path.replaceAll('/', '-')}.txt`), text);
    pages += 1;
  }
}

/** Where promtool is not installed the claim is not made, and the count says so. */
function checkMetrics(name: string): void {
  const input = readFileSync(home.file(`${name}-metrics.txt`));
  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], { input });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    say('promtool is not installed');
    return;
  }
  scrapes += 1;
  const said = `${stdout}${stderr}`.trim();
  proof.check(`promtool check metrics (${name} weather)`, status === 0 && said === '', said);
}

async function runCommand(command: string): Promise<void> {
  const about = command === 'explain' ? [sandbox.line.accounts[0]?.name ?? ''] : [];
  const child = new Child([command, ...about, '--config', config, '--json'], {
    cwd: home.path,
    env,
    stdoutPath: home.file(`${command}.stdout`),
    stderrPath: home.file(`${command}.stderr`),
  });
  await child.ended;
}

/** Spoils pages in the middle of the file, and takes the WAL away, so that they are really read. */
function corrupt(path: string): void {
  const bytes = readFileSync(path);
  for (let at = 4_096; at < bytes.length; at += 64) bytes.writeUInt32LE(0xdeadbeef, at);
  writeFileSync(path, bytes);
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
}
