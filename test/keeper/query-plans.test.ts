import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { charges } from './sandbox-record.ts';

/** Every statement that is prepared from now on, until the test ends. */
function preparedStatements(): ReadonlySet<string> {
  const { prepare } = DatabaseSync.prototype;
  const seen = new Set<string>();
  DatabaseSync.prototype.prepare = function noted(this: DatabaseSync, sql: string) {
    seen.add(sql);
    return prepare.call(this, sql);
  };
  onTestFinished(() => {
    DatabaseSync.prototype.prepare = prepare;
  });
  return seen;
}

test('no statement of a pass goes through all of time', async () => {
  const statements = preparedStatements();
  const client = await startClient();
  const keeper = await AKeeper.open(client, {
    poll: '1h',
    caps: { per_charge: 50, day: 100, month: 500 },
    fleetCaps: { month: 500 },
  });
  for (let turn = 0; turn < 3; turn += 1) {
    await client.patch({ balance: 5 });
    await keeper.live(HOUR_MS);
  }
  expect(await charges(client)).toHaveLength(2);
  const database = new DatabaseSync(join(keeper.folder, 'purser.db'), { readOnly: true });
  onTestFinished(() => database.close());
  const plans = [...statements]
    .filter((sql) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(sql))
    .map((sql) => ({ sql, steps: database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() }));
  const scans = plans.filter(({ steps }) => steps.some(({ detail }) => isScan(String(detail))));
  expect(scans.map(({ sql }) => sql)).toEqual([]);
  expect(plans.length).toBeGreaterThan(40);
});

/** What is open is few, and has indexes of its own; the rest are lists that a statement is given. */
function isScan(step: string): boolean {
  return (
    /^SCAN (?!json_each|value|\(subquery)/.test(step) && !/USING INDEX \w*(open|waiting|unrouted)/.test(step)
  );
}
