import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Proof } from '../test/chaos/proof.ts';
import { PurserProcess } from '../test/chaos/purser-process.ts';
import { SandboxProcess } from '../test/chaos/sandbox-process.ts';
import { say } from '../test/chaos/say.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { waitUntil } from '../test/chaos/wait-until.ts';
import { writeConfig } from '../test/chaos/write-config.ts';
import { startAlertmanager } from './checks/alertmanager.ts';
import { Hook } from './checks/hook.ts';
import { seriesNow, startPrometheus } from './checks/prometheus.ts';
import { freePort } from './checks/server-process.ts';

/**
 * `npm run check:alerts`: a wallet is kept low, and a real Prometheus with the shipped rules has a real Alertmanager with
 * the shipped config tell a local receiver, and tell it again when the wallet is funded. Minutes pass as seconds.
 */
const RULES = new URL('prometheus/purser.rules.yaml', import.meta.url);
const POLICY = { minBalance: 20, topUp: { amount: 50 }, caps: { per_charge: 200, day: 1_000 } };
const LOST = [{ brand: 'visa', last4: '9987', behaviour: 'lost_card', default: true }];
const WAIT_MS = 120_000;

const proof = new Proof();
using home = new TempHome('check-alerts', () => proof.hasFailed);
const token = randomBytes(16).toString('hex');
const port = await freePort();
await using hook = await Hook.open(port);
await using sandbox = await SandboxProcess.start(home, { accounts: 2, seed: 7, speed: 1 });
const [idle = '', burning = ''] = sandbox.line.accounts.map(({ name }) => name);
// A balance that is set lower would be a burn: one begins low, the other falls below $20 in some ten seconds.
await sandbox.patchAccount(idle, { balance: 6, burn: 0, cards: LOST });
await sandbox.patchAccount(burning, { balance: 20.02, burn: 4, cards: LOST });
const config = writeConfig(home.path, sandbox.line, {
  poll: '1s',
  quarantine: '0s',
  policies: { only: POLICY },
  policyOf: () => 'only',
});
const purser = new PurserProcess({
  cwd: home.path,
  config,
  stdoutPath: home.file('purser.log'),
  stderrPath: home.file('purser.stderr'),
});
await using alertmanager = await startAlertmanager(home, { port, token });
const rules = home.file('purser.rules.yaml');
writeFileSync(rules, readFileSync(RULES, 'utf8').replaceAll(/^( +for: \d+)[mh]$/gm, '$1s'));
await using prometheus = await startPrometheus(home, {
  purserUrl: await purser.url(),
  everySeconds: 1,
  alertmanagerUrl: alertmanager.url,
  rules,
});
say(`Prometheus ${prometheus.url}, Alertmanager ${alertmanager.url}; in ${home.path}`);

const isTold = async () =>
  hook.count('PurserWalletBelowMinimum', idle, 'firing') > 0 &&
  hook.count('PurserWalletEmptySoon', burning, 'firing') > 0;
proof.check('both wallets are told of', await waitUntil(isTold, { timeoutMs: WAIT_MS }), summary());
const isBoth = () =>
  has(`ALERTS{alertname="PurserWalletBelowMinimum",account="${burning}",alertstate="firing"}`);
proof.check(
  'the burning one is below its minimum, too',
  await waitUntil(isBoth, { timeoutMs: WAIT_MS }),
  summary(),
);

for (const name of [idle, burning]) await sandbox.patchAccount(name, { balance: 1_000, burn: 0 });
say('both wallets have $1000');
const isOver = async () =>
  hook.count('PurserWalletBelowMinimum', idle, 'resolved') > 0 &&
  hook.count('PurserWalletEmptySoon', burning, 'resolved') > 0;
proof.check('both are told to be over', await waitUntil(isOver, { timeoutMs: WAIT_MS }), summary());

proof.check(
  'a wallet that is empty soon is told once, by the graver alert',
  hook.count('PurserWalletBelowMinimum', burning, 'firing') === 0,
  summary(),
);
const wrong = hook.told.filter(
  ({ path, labels, authorization, annotations }) =>
    path !== `/alerts/${labels['severity'] === 'critical' ? 'pager' : 'team'}` ||
    authorization !== `Bearer ${token}` ||
    annotations['runbook_url'] !== `${prometheus.url}/consoles/${labels['alertname']}.md` ||
    'purser_runbooks' in labels,
);
proof.claim(
  'each went to its receiver, with the token, and with a runbook that Prometheus serves',
  wrong.map((one) => JSON.stringify({ ...one, authorization: undefined })),
);
say(summary());
await purser.end('SIGTERM');

async function has(query: string): Promise<boolean> {
  return (await seriesNow(prometheus, query)) > 0;
}

function summary(): string {
  const counts = new Map<string, number>();
  for (const { labels, status } of hook.told) {
    const key = `${status} ${labels['alertname']} ${labels['account'] ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return `told: ${Array.from(counts, ([key, count]) => `${key} (${count})`).join(', ')}`;
}
