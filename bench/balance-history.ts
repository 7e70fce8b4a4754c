import { statSync } from 'node:fs';
import { realRandom } from '../src/cli/real-random.ts';
import { RETENTION_DEFAULT_MS } from '../src/domain/balance-history.ts';
import { microUsd } from '../src/domain/money.ts';
import { addMs, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../src/domain/time.ts';
import { BalanceTally } from '../src/keeper/balance-tally.ts';
import { Store } from '../src/store/store.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { account } from '../test/telemetry/some-fleet.ts';
import { type Figure, thousands } from './figure.ts';
import { median } from './rounds.ts';

const BEGIN = epochMs(1_800_000_000_000);
const SAVE_EVERY_MS = 10 * SECOND_MS;
const REPEAT_MS = 4 * HOUR_MS;

/** What it costs to remember the balances of a large fleet that is polled every minute, for some minutes of its life. */
export async function benchBalanceHistory(options: {
  accounts: number;
  minutes: number;
}): Promise<readonly Figure[]> {
  const { accounts, minutes } = options;
  using home = new TempHome('bench-history', () => false);
  const path = home.file('purser.db');
  const store = Store.openForKeeper(path, {
    random: realRandom,
    repeatMs: () => REPEAT_MS,
    clean: (text) => text,
  });
  const names = Array.from({ length: accounts }, (_, index) => account(`agent-${10_000 + index}`));
  const tally = new BalanceTally();
  const savesMs: number[] = [];
  let gatheredMs = 0;
  for (let afterMs = 0; afterMs < minutes * MINUTE_MS; afterMs += SAVE_EVERY_MS) {
    const now = addMs(BEGIN, afterMs);
    const slice = names.filter((_, index) => index % 6 === (afterMs / SAVE_EVERY_MS) % 6);
    const startMs = performance.now();
    for (const name of slice)
      tally.add(name, { at: now, balanceMicroUsd: microUsd(50_000_000 + afterMs), burnPerSecond: 278 });
    const rows = tally.takeOver(now);
    const gathered = performance.now();
    await store.samples.save(rows, { retentionMs: RETENTION_DEFAULT_MS, now });
    gatheredMs += gathered - startMs;
    savesMs.push(performance.now() - gathered);
  }
  const now = addMs(BEGIN, minutes * MINUTE_MS);
  const readsMs = names.slice(0, 50).map((name) => {
    const startMs = performance.now();
    store.samples.read(name, epochMs(now - RETENTION_DEFAULT_MS), now);
    return performance.now() - startMs;
  });
  store.close();
  const plain = { ratio: null, aim: '', isMet: null };
  const fleet = `${thousands(accounts)} accounts at 60 s`;
  const totalMs = gatheredMs + savesMs.reduce((sum, ms) => sum + ms, 0);
  return [
    {
      ...plain,
      what: `history of ${fleet}, one write in ${SAVE_EVERY_MS / SECOND_MS} s`,
      figure: `${median(savesMs).toFixed(1)} ms`,
      against: `${Math.max(...savesMs).toFixed(0)} ms at most, ${((100 * totalMs) / (minutes * MINUTE_MS)).toFixed(2)} % of one core in all`,
    },
    {
      ...plain,
      what: `history of ${fleet}, after ${minutes} min`,
      figure: `${(statSync(path).size / 2 ** 20).toFixed(1)} MB`,
      against: `${Math.round(statSync(path).size / accounts)} bytes an account; a chart is read in ${median(readsMs).toFixed(1)} ms`,
    },
  ];
}
