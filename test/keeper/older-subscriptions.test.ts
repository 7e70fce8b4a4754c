import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { CHANGE, idOf, REPAIR, scene } from './two-subscriptions.ts';
import { answer } from './watched-wire.ts';

/** The next one, in arrears, is the only one on the list; the one before has ended long ago, and is on no list. */
async function arrearsBesideAnOldOne(odd: TransportReply) {
  const one = await scene(REPAIR, [42, 42]);
  const { client, wire, keeper } = one;
  const id = await idOf(client, 0);
  // The first one, which was followed, ends, and leaves the list.
  await client.ask(`/subscriptions/${id}`, { method: 'DELETE', key: 'x' });
  wire.cut = (rows) => rows.filter((row) => row.id !== id);
  wire.odd = odd;
  await keeper.live(2 * HOUR_MS);
  await client.patch({ subscription: { status: 'past_due' } });
  await keeper.rest(24 * HOUR_MS);
  return one;
}

test.each([400, 403, 422, 500])(
  'arrears are paid, or a person is told, though the status of an older one that is over cannot be read (%i)',
  async (status) => {
    const { done } = await arrearsBesideAnOldOne(answer(status, {}));
    expect((await done()).slice(1)).toEqual(['fix-payment']);
  },
);

test.each(['expired', 'ended', 'incomplete_expired', 'inactive', 'cancelled'])(
  'arrears are paid, though the status of an older one that is over is a word that is not documented (%s)',
  async (status) => {
    const { done } = await arrearsBesideAnOldOne(answer(200, { data: { id: 501, status } }));
    expect((await done()).slice(1)).toEqual(['fix-payment']);
  },
);

/** The one on the declared plan lives; beside it, one on another plan is paused by a person. Then the first one ends. */
test.each([true, false])(
  'nothing is bought beside one on another plan that rests (listed: %s)',
  async (isListed) => {
    const { client, keeper, wire, done } = await scene({ ...CHANGE, pay_with: ['default'] }, [41, 42]);
    const rested = await idOf(client, 0);
    await client.ask(`/subscriptions/${rested}/pause`, { body: {}, key: 'a-person-pauses' });
    await keeper.live(HOUR_MS);
    if (!isListed) wire.cut = (rows) => rows.filter((row) => row.id !== rested);
    await keeper.live(HOUR_MS);
    await client.patch({ subscription: { status: 'canceled' } });
    await keeper.live(3 * HOUR_MS);
    expect((await done()).filter((what) => what !== 'pause')).toEqual([]);
    expect(await keeper.told()).toEqual(['firing payment.action_required: agent-0001 needs a person']);
  },
);

test('two on other plans than declared: a person is asked which one is to change, and nothing is', async () => {
  const { keeper, done } = await scene(CHANGE, [41, 43]);
  expect(await done()).toEqual([]);
  const asked = (await keeper.messages()).map(({ fact }) => fact.detail);
  expect(asked).toEqual([expect.stringMatching(/it is not the only one: which one is to change\?$/)]);
});
