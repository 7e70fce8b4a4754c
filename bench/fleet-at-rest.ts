import { setTimeout as sleep } from 'node:timers/promises';
import { PurserProcess } from '../test/chaos/purser-process.ts';
import { SandboxProcess } from '../test/chaos/sandbox-process.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { writeFleet } from './bench-fleet.ts';
import { type Figure, thousands } from './figure.ts';
import { median } from './rounds.ts';
import { readUsage } from './usage.ts';

/** The first polls read ledgers and cards; after so long they are over. */
const SETTLING_MS = 20_000;

/** Memory and CPU of a real daemon with a large, healthy fleet at `poll: 60s`, second by second. */
export async function benchFleetAtRest(options: {
  accounts: number;
  seconds: number;
}): Promise<readonly Figure[]> {
  const { accounts, seconds } = options;
  using home = new TempHome('bench-fleet', () => false);
  await using sandbox = await SandboxProcess.start(home, { accounts, seed: 7, speed: 1 });
  const config = writeFleet(home.path, sandbox.line, '60s');
  const logs = { stdoutPath: home.file('purser.log'), stderrPath: home.file('purser.stderr') };
  const purser = new PurserProcess({ cwd: home.path, config, ...logs });
  try {
    const url = await purser.url();
    const startUsage = readUsage(purser.child.pid);
    await sleep(SETTLING_MS);
    const settled = readUsage(purser.child.pid);
    const steps: { readonly cpuMs: number; readonly residentMb: number; readonly tookMs: number }[] = [];
    for (let before = settled; steps.length < seconds; ) {
      await sleep(1_000);
      const now = readUsage(purser.child.pid);
      steps.push({
        cpuMs: now.cpuMs - before.cpuMs,
        residentMb: now.residentMb,
        tookMs: now.atMs - before.atMs,
      });
      before = now;
    }
    const scrapeMs: number[] = [];
    let scrapeBytes = 0;
    for (let scrape = 0; scrape < 5; scrape += 1) {
      const startMs = performance.now();
      scrapeBytes = (await (await fetch(`${url}/metrics`)).arrayBuffer()).byteLength;
      scrapeMs.push(performance.now() - startMs);
    }
    const totalMs = steps.reduce((sum, { tookMs }) => sum + tookMs, 0);
    const cpu = (100 * steps.reduce((sum, { cpuMs }) => sum + cpuMs, 0)) / totalMs;
    const peak = Math.max(...steps.map(({ cpuMs, tookMs }) => (100 * cpuMs) / tookMs));
    const first = (100 * (settled.cpuMs - startUsage.cpuMs)) / (settled.atMs - startUsage.atMs);
    const resident = steps.map(({ residentMb }) => residentMb);
    const plain = { ratio: null, aim: '', isMet: null };
    const fleet = `${thousands(accounts)} accounts at 60 s`;
    return [
      {
        ...plain,
        what: `resident memory, ${fleet}`,
        figure: `${Math.round(median(resident))} MB`,
        against: `${Math.round(Math.max(...resident))} MB at most`,
      },
      {
        ...plain,
        what: `CPU of one core, ${fleet}`,
        figure: `${cpu.toFixed(1)} %`,
        against: `${peak.toFixed(0)} % in the busiest second, ${first.toFixed(0)} % in the first ${SETTLING_MS / 1_000} s`,
      },
      {
        ...plain,
        what: `a scrape of /metrics, ${fleet}`,
        figure: `${Math.round(median(scrapeMs))} ms`,
        against: `${(scrapeBytes / 2 ** 20).toFixed(1)} MB of text`,
      },
    ];
  } finally {
    await purser.end('SIGTERM');
  }
}
