import type { AccountView } from '../keeper/view.ts';
import type { Store } from '../store/store.ts';

/** The last view of every account, as the keeper left it in the store. */
export function readViews(store: Store): readonly AccountView[] {
  return store.snapshots.all().map(({ doc }) => JSON.parse(doc) as AccountView); // written by `keepSnapshots`
}
