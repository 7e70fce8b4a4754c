import type { Browser } from 'playwright-core';
import { walletLow } from '../src/alerts/incident-facts.ts';
import { openDaemon } from '../src/cli/daemon.ts';
import { readConfig } from '../src/cli/read-config.ts';
import { serveHttp } from '../src/cli/serve.ts';
import { cents, microUsd } from '../src/domain/money.ts';
import type { Log } from '../src/domain/ports.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { aSeen } from '../test/keeper/a-seen.ts';
import { chromiumPath, startChromium } from '../test/server/a-chromium.ts';
import { writeFleet } from './bench-fleet.ts';
import { benchIo } from './bench-io.ts';
import { type Figure, thousands } from './figure.ts';
import { interleave, median, medianRatio } from './rounds.ts';

const FIRST_PAINT_AIM_MS = 200;
/** Accounts with an alert that fires: none of them is a calm fleet, all of them an outage, which is one alert. */
const ALERTS = 100;

/** The first page of a large fleet, beside a file that stands still on the same server. */
export async function benchStatusPage(options: {
  rounds: number;
  accounts: number;
}): Promise<readonly Figure[]> {
  const { rounds, accounts } = options;
  using home = new TempHome('bench-page', () => false);
  const io = benchIo(new AbortController().signal);
  const { spec } = readConfig(io, writeFleet(home.path, nobody(accounts), '60s'));
  await using stack = new AsyncDisposableStack();
  const daemon = await openDaemon({ io, spec, log: SILENT, stop: io.stop, role: 'keeper' });
  stack.defer(() => daemon.close());
  const { view, store } = daemon;
  const now = io.clock.now();
  const names = [...spec.accounts.keys()];
  for (const [index, name] of names.entries())
    view.seen(aSeen(name, { at: now, balanceUsd: 20 + (index % 997), runwayMs: 1_000 * (index % 7_919) }));
  const low = { balanceMicroUsd: microUsd(3_000_000), minimumCents: cents(2_000), runwayMs: null };
  const facts = names.slice(0, ALERTS).map((account) => walletLow({ ...low, account, why: 'A bench.' }));
  await store.journal.tell(
    facts.map((fact) => ({ kind: 'fire', fact })),
    now,
  );
  const http = await serveHttp(io, daemon, { port: 0 });
  stack.defer(() => http.close());
  const { url } = http;
  const file = /\/assets\/[^"]+\.js/.exec(await (await fetch(url)).text())?.[0] ?? '';
  const answered = (path: string) => async (): Promise<number> => {
    const startMs = performance.now();
    await (await fetch(url + path)).arrayBuffer();
    return performance.now() - startMs;
  };
  await interleave(3, { page: answered('/'), file: answered(file) });
  const answers = await interleave(rounds * 5, { page: answered('/'), file: answered(file) });
  const figures: Figure[] = [
    {
      what: `status page of ${thousands(accounts)} accounts, answered`,
      figure: `${median(answers.page).toFixed(1)} ms`,
      against: `${median(answers.file).toFixed(1)} ms for a file of the same server`,
      ratio: medianRatio(answers.page, answers.file),
      aim: '',
      isMet: null,
    },
  ];
  const executable = chromiumPath();
  if (executable === null) return figures;
  const browser = await startChromium(executable);
  stack.defer(() => browser.close());
  const painted = (path: string) => () => firstPaint(browser, url + path);
  await interleave(2, { page: painted('/'), file: painted(file) });
  const paints = await interleave(rounds * 2, { page: painted('/'), file: painted(file) });
  figures.push({
    what: `status page of ${thousands(accounts)} accounts, first paint`,
    figure: `${Math.round(median(paints.page))} ms`,
    against: `${Math.round(median(paints.file))} ms for a file of the same server`,
    ratio: medianRatio(paints.page, paints.file),
    aim: `< ${FIRST_PAINT_AIM_MS} ms`,
    isMet: median(paints.page) < FIRST_PAINT_AIM_MS,
  });
  return figures;
}

/** Evaluated by the debugger, which the policy of the page does not bind. */
const FIRST_PAINT = `new Promise((resolve) =>
  new PerformanceObserver((list) => {
    const [paint] = list.getEntriesByName('first-contentful-paint');
    if (paint !== undefined) resolve(paint.startTime);
  }).observe({ type: 'paint', buffered: true }))`;

/** From the start of the navigation to the first contentful paint, with nothing in the cache. */
async function firstPaint(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'load' });
  const paintMs = Number(await page.evaluate(FIRST_PAINT));
  await context.close();
  return paintMs;
}

/** A provider that nobody asks: the views are made, not seen. */
function nobody(count: number) {
  const origin = 'http://127.0.0.1:9';
  const accounts = Array.from({ length: count }, (_, index) => ({
    name: `agent-${10_000 + index}`,
    email: `agent-${index}@example.com`,
    password: '',
    token: `${index}|bench_token_${index}`,
  }));
  return {
    base_url: `${origin}/api/agents/v1`,
    stripe_url: `${origin}/stripe`,
    control_url: origin,
    accounts,
  };
}

const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
