import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import { Store, type StoreOptions } from '../../src/store/store.ts';
import { NOW } from './an-intent.ts';

export const OPTIONS: StoreOptions = {
  random: { uniform: () => 0.5, hex: (count) => randomBytes(count).toString('hex') },
  repeatMs: () => 4 * HOUR_MS,
  clean: (text) => text,
};

/** A path for a database that is gone when the test is over. */
export function aPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'purser.db');
}

/** A keeper's store with a journal that has begun without a quarantine. Closed when the test ends. */
export async function aStore(path = aPath(), quarantineMs = 0): Promise<Store> {
  const store = Store.openForKeeper(path, OPTIONS);
  closeLater(store);
  await store.begin(quarantineMs, NOW);
  return store;
}

export function closeLater(store: Store): void {
  onTestFinished(() => {
    try {
      store.close();
    } catch {
      // The test closed it already.
    }
  });
}
