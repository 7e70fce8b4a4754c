import type { AccountName } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import { ProcessLock } from '../store/process-lock.ts';
import type { Store } from '../store/store.ts';

export type Mode = 'observe' | 'enforce';

/** Not an account: what is kept of the daemon itself. */
const OWNER = 'purser' as AccountName; // as such it is read and written here alone
const TASK = 'mode';

/** The mode that the daemon of this term is in, for the commands beside it: the file may say something else by now. */
export async function noteRunningMode(store: Store, mode: Mode, at: EpochMs): Promise<void> {
  await store.upkeep.write(OWNER, TASK, { digest: String(store.fence), result: 'done', detail: mode, at });
}

/** `null` where no daemon runs on that store, or it has not said yet. */
export function runningMode(store: Store, path: string): Mode | null {
  const record = store.upkeep.read(OWNER, TASK);
  if (record === null || record.digest !== String(store.fence) || !ProcessLock.isTaken(path)) return null;
  return record.detail === 'enforce' ? 'enforce' : 'observe';
}

/** What to tell whoever reads the config beside a daemon in another mode; `null` where they agree. */
export function modeDiffers(config: Mode, running: Mode | null): string | null {
  if (running === null || running === config) return null;
  return running === 'observe'
    ? 'the config says enforce, but the purser that runs is in mode observe until it is started again'
    : 'the config says observe, but the purser that runs is in mode enforce';
}
