import { setTimeout as sleep } from 'node:timers/promises';
import { AlertReceiver } from '../test/chaos/alert-receiver.ts';
import { Proof } from '../test/chaos/proof.ts';
import { PurserProcess } from '../test/chaos/purser-process.ts';
import { readFlags } from '../test/chaos/read-flags.ts';
import { SandboxProcess } from '../test/chaos/sandbox-process.ts';
import { say } from '../test/chaos/say.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { panelQueries } from './checks/panel-query.ts';
import { ruleStates, seriesNow, seriesOver, startPrometheus } from './checks/prometheus.ts';
import { ACCOUNTS, badWeather, beginTrouble, SPEED, writeTroubledConfig } from './checks/troubled-fleet.ts';
import { readRules } from './prometheus/rules-file.ts';
import { selectorsOf } from './prometheus/selectors.ts';

/**
 * `npm run check:panels -- --seconds 600`: a real Prometheus on a purser in trouble, then every query of the dashboard
 * and every series that a rule reads, through its API. Ends with 1 where one returns nothing.
 */
const EVERY_SECONDS = 5;
const flags = readFlags({ seconds: 600, seed: 7 });
const proof = new Proof();
using home = new TempHome('check-panels', () => proof.hasFailed);
await using receiver = await AlertReceiver.open();
await using sandbox = await SandboxProcess.start(home, {
  accounts: ACCOUNTS,
  seed: flags.seed,
  speed: SPEED,
});
const config = writeTroubledConfig(home.path, sandbox.line, receiver);
const purser = new PurserProcess({
  cwd: home.path,
  config,
  stdoutPath: home.file('purser.log'),
  stderrPath: home.file('purser.stderr'),
});
await using prometheus = await startPrometheus(home, {
  purserUrl: await purser.url(),
  everySeconds: EVERY_SECONDS,
});
say(`Prometheus at ${prometheus.url} for ${flags.seconds} s; in ${home.path}`);
await sleep(2 * EVERY_SECONDS * 1_000); // counters are seen at 0, so that the first of each is seen as an increase
await beginTrouble(sandbox);
await sleep(2 * EVERY_SECONDS * 1_000); // the lost card is declined before answers are lost
await badWeather(sandbox, performance.now() + flags.seconds * 1_000);
await sleep(2 * EVERY_SECONDS * 1_000);

const missing: string[] = [];
for (const { where, expr, kind } of panelQueries(4 * EVERY_SECONDS)) {
  const series =
    kind === 'now' ? await seriesNow(prometheus, expr) : await seriesOver(prometheus, expr, flags.seconds);
  say(`${series === 0 ? 'NOTHING' : String(series).padStart(7)}  ${where}`);
  if (series === 0) missing.push(`${where}: ${expr}`);
}
proof.claim('every panel shows something', missing);

const states = new Map((await ruleStates(prometheus)).map((rule) => [rule.name, rule]));
const broken: string[] = [];
for (const { alert, expr } of readRules()) {
  const state = states.get(alert);
  if (state?.health !== 'ok') broken.push(`${alert}: health ${state?.health ?? 'missing'}`);
  const empty: string[] = [];
  for (const selector of selectorsOf(expr)) {
    if ((await seriesOver(prometheus, selector, flags.seconds)) === 0) empty.push(selector);
  }
  const isTrue = (await seriesOver(prometheus, expr, flags.seconds)) > 0 ? 'was true' : 'never true';
  const isFired = await seriesOver(
    prometheus,
    `ALERTS{alertname="${alert}",alertstate="firing"}`,
    flags.seconds,
  );
  say(`${alert}: ${isTrue}, ${isFired > 0 ? 'fired' : 'did not fire'}, ${state?.state ?? 'missing'} now`);
  broken.push(...empty.map((selector) => `${alert} reads ${selector}, of which there is nothing`));
}
proof.claim('every rule is healthy and reads series that there are', broken);

const unread: string[] = [];
for (const { alert } of readRules()) {
  const page = await fetch(`${prometheus.url}/consoles/${alert}.md`);
  if (!page.ok || !(await page.text()).includes(`# ${alert}`)) unread.push(`${alert}: ${page.status}`);
}
proof.claim('Prometheus serves every runbook', unread);
await purser.end('SIGTERM');
say(`${receiver.messages.length} messages of purser's own arrived`);
