import type { AKeeper } from './a-keeper.ts';
import { answer, WatchedWire } from './watched-wire.ts';

/** Why the account is held, if it is. */
export const holdsOf = async (keeper: AKeeper) =>
  (await keeper.store.journal.holds(keeper.account('agent-0001').name)).map(({ reason }) => reason);

export const statesOf = async (keeper: AKeeper) =>
  (await keeper.intents()).map(({ kind, state }) => `${kind} ${state}`);

/** The list of subscriptions is empty while a test says so. */
export function aCutList() {
  const list = { isCut: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) =>
      list.isCut && url.endsWith('/subscriptions') ? answer(200, { data: [] }) : await send(),
  );
  return { list, transport };
}
