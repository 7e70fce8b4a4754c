import { DatabaseSync } from 'node:sqlite';
import { realRandom } from '../src/cli/real-random.ts';
import { epochMs } from '../src/domain/time.ts';
import { Store } from '../src/store/store.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { type Figure, thousands } from './figure.ts';
import { fleetScopes, freshIntent } from './fresh-intent.ts';
import { interleave, median, medianRatio, perSecond } from './rounds.ts';

const AT_ONCE = 48;
/** So that the lanes run full for most of a round. */
const BATCHES = 8;
const WARM_UP = 3;
const HISTORY_ROWS = 100_000;
const REPEAT_MS = 4 * 3_600_000;

/** Arming an intent (caps, card, key and slot checked inside) against one row committed with the same full fsync. */
export async function benchArming(options: { rounds: number; commits: number }): Promise<readonly Figure[]> {
  const { rounds, commits } = options;
  using home = new TempHome('bench-arming', () => false);
  using bare = openBare(home.file('bare.db'));
  // All three files are kept open: the first commits to a file extend it and its log, which every later one finds done.
  const young = await openStore(home.file('young.db'));
  const old = await openStore(home.file('old.db'));
  try {
    fillHistory(home.file('old.db'));
    const contestants = {
      bare: () => perSecond(commits, async () => commitRows(bare, commits)),
      oneByOne: () => perSecond(commits, () => arm(young, { commits, lanes: 1 })),
      atOnce: () => {
        const count = commits * BATCHES;
        return perSecond(count, () => arm(young, { commits: count, lanes: AT_ONCE }));
      },
      withHistory: () => perSecond(commits, () => arm(old, { commits, lanes: 1 })),
    };
    await interleave(WARM_UP, contestants);
    const result = await interleave(rounds, contestants);
    const against = `${thousands(median(result.bare))} bare commits`;
    const line = (what: string, figures: readonly number[], hasAim = true): Figure => {
      const ratio = medianRatio(figures, result.bare);
      const aim = hasAim ? { aim: '>= 0.6', isMet: ratio >= 0.6 } : { aim: '', isMet: null };
      return { what, figure: thousands(median(figures)), against, ratio, ...aim };
    };
    return [
      line('armings a second, one by one', result.oneByOne),
      line(`armings a second, ${AT_ONCE} at once`, result.atOnce),
      line(
        `armings a second, one by one, ${thousands(HISTORY_ROWS)} charges in the month`,
        result.withHistory,
        false,
      ),
    ];
  } finally {
    young.close();
    old.close();
  }
}

function openBare(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (id INTEGER PRIMARY KEY, doc TEXT)',
  );
  return database;
}

function commitRows(database: DatabaseSync, count: number): void {
  const insert = database.prepare('INSERT INTO row (doc) VALUES (?)');
  const doc = JSON.stringify(freshIntent());
  for (let done = 0; done < count; done += 1) insert.run(doc);
}

async function openStore(path: string): Promise<Store> {
  const store = Store.openForKeeper(path, {
    random: realRandom,
    repeatMs: () => REPEAT_MS,
    clean: (text) => text,
  });
  await store.begin(0, epochMs(Date.now()));
  return store;
}

async function arm(store: Store, { commits, lanes }: { commits: number; lanes: number }): Promise<void> {
  let left = commits;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const intent = freshIntent();
      const scopes = fleetScopes(intent.account);
      const result = await store.journal.arm({ intent, scopes, now: intent.armedAt, incidents: [] });
      if (result.kind !== 'armed') throw new Error(`not armed: ${result.why}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** A month of a large fleet: 10,000 accounts, ten charges each. */
function fillHistory(path: string): void {
  using database = new DatabaseSync(path, { timeout: 5_000 });
  const insert = database.prepare(
    'INSERT INTO exposure (account, grp, at, amount_cents, intent) VALUES (?, ?, ?, ?, ?)',
  );
  const now = Date.now();
  database.exec('BEGIN');
  for (let row = 0; row < HISTORY_ROWS; row += 1)
    insert.run(`past-${row % 10_000}`, 'fleet-eu', now - 60_000 - row * 20_000, 5_000, `int_past_${row}`);
  database.exec('COMMIT');
}
