import type { DatabaseSync } from 'node:sqlite';
import type { Keeper } from '../../src/keeper/keeper.ts';
import type { Store } from '../../src/store/store.ts';

/** One life of the daemon: dead for good when it ends. */
export type Life = {
  isDead: boolean;
  readonly bootedAtMs: number;
  readonly stop: AbortController;
  keeper: Keeper | null;
  store: Store | null;
  reader: DatabaseSync | null;
  /** When it is told to stop: how long after its end it starts again. */
  restartsAfterMs: number | null;
};
