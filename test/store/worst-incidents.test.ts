import { expect, test } from 'vitest';
import { walletLow } from '../../src/alerts/incident-facts.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { cents, microUsd } from '../../src/domain/money.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { aStore } from './a-store.ts';
import { NOW, ONE, OTHER } from './an-intent.ts';

const THIRD = 'voice' as AccountName; // any text does

/** A wallet that is low: critical where it is empty within the hour. */
function low(account: AccountName, runwayMs: number) {
  const wallet = {
    balanceMicroUsd: microUsd(3_000_000),
    minimumCents: cents(2_000),
    why: 'No card can pay.',
  };
  return { kind: 'fire', fact: walletLow({ ...wallet, account, runwayMs }) } as const;
}

test('what fires is read from the worst on, of two alike the newer one first, as many as are wanted', async () => {
  const store = await aStore();
  await store.journal.tell([low(ONE, 100 * HOUR_MS)], NOW);
  await store.journal.tell([low(OTHER, HOUR_MS)], addMs(NOW, 1_000));
  await store.journal.tell([low(THIRD, 100 * HOUR_MS)], addMs(NOW, 2_000));
  const read = (account: AccountName | null, max: number) => {
    const { count, shown } = store.worstIncidents(account, max);
    return { count, shown: shown.map(({ fact }) => `${fact.severity} ${fact.account}`) };
  };
  const all = [`critical ${OTHER}`, `warning ${THIRD}`, `warning ${ONE}`];
  expect(read(null, 10)).toEqual({ count: 3, shown: all });
  expect(read(null, 2)).toEqual({ count: 3, shown: all.slice(0, 2) });
  expect(read(ONE, 10)).toEqual({ count: 1, shown: [`warning ${ONE}`] });
  const { fingerprint } = low(OTHER, HOUR_MS).fact;
  await store.journal.tell([{ kind: 'resolve', fingerprint, headline: null }], addMs(NOW, 3_000));
  expect(read(null, 10)).toEqual({ count: 2, shown: all.slice(1) });
  expect(read('nobody' as AccountName, 10)).toEqual({ count: 0, shown: [] }); // any text does
});
