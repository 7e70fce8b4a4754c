import type { AccountName } from '../domain/ids.ts';
import { PurserError } from '../domain/purser-error.ts';
import type { FleetSpec } from '../domain/spec.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Store } from '../store/store.ts';

/** Not an account: what is kept of the journal itself. */
const OWNER = 'purser' as AccountName; // as such it is read and written here alone
const TASK = 'provider';

const WORDS = { sandbox: 'the built-in sandbox', remote: 'a provider outside of purser' } as const;

/**
 * A journal of the built-in sandbox is none of real accounts: it would spare them the quarantine, and knows accounts of
 * the same name. Throws `store_of_another_provider`.
 */
export function checkJournalProvider(store: Store, { provider, store: { path } }: FleetSpec): void {
  const before = store.upkeep.read(OWNER, TASK)?.digest;
  if (before === undefined || before === provider.kind) return;
  const was = before === 'sandbox' ? WORDS.sandbox : WORDS.remote;
  throw new PurserError({
    code: 'store_of_another_provider',
    message: `${path} is the journal of accounts at ${was}, and the config names ${WORDS[provider.kind]}`,
    mend: 'Nothing was done. Give this config a journal of its own, such as `store: sqlite:./data/NAME.db`.',
  });
}

/** Written once, by the first daemon that works on the journal. */
export async function noteJournalProvider(store: Store, { provider }: FleetSpec, at: EpochMs): Promise<void> {
  if (store.upkeep.read(OWNER, TASK) !== null) return;
  await store.upkeep.write(OWNER, TASK, { digest: provider.kind, result: 'done', detail: '', at });
}
