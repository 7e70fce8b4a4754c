import { expect } from 'vitest';
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';
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

/** The list of subscriptions cannot be read while a test says so. */
export function aDownList(status = 500) {
  const list = { isDown: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) =>
      list.isDown && url.endsWith('/subscriptions') ? answer(status, {}) : await send(),
  );
  return { list, transport };
}

/** A resume by hand that was free, by an account that keeps nothing of its subscription; then its list is down. */
export async function resumedByHand(client: SandboxClient, opening: Opening, status = 500) {
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const { list, transport } = aDownList(status);
  const keeper = await AKeeper.open(client, { ...opening, transport });
  await keeper.pass();
  const { answered } = keeper.place({ kind: 'resume', subscription: null });
  await keeper.live(MINUTE_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
  list.isDown = true;
  return { keeper, list };
}
