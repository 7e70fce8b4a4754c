import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { EVENING, OFFICE, subscriptionsOf } from './a-ruled-account.ts';
import { charges } from './sandbox-record.ts';
import { CHANGE, idOf, REPAIR, scene } from './two-subscriptions.ts';
import { answer } from './watched-wire.ts';

test.each(['paused', 'past_due', 'active'])(
  'for one that is %s and that the list leaves out no other one is changed: a person is asked',
  async (status) => {
    const { client, keeper, rest, done } = await scene(CHANGE, [41, 42]);
    await rest(status);
    await keeper.live(3 * HOUR_MS);
    expect(await done()).toEqual([]);
    expect(await subscriptionsOf(client)).toEqual(['Basic active', `Standard ${status}`]);
    expect(JSON.stringify(await keeper.messages())).toContain(
      `its status is ${status}: no other one is changed`,
    );
    expect(await keeper.told()).toContainEqual(expect.stringContaining('needs a person'));
  },
);

test.each([10 * MINUTE_MS, 2 * HOUR_MS])('nor behind a restart %i ms later', async (laterMs) => {
  const { keeper, rest, done, reopen } = await scene(CHANGE, [41, 42]);
  await rest('paused');
  await keeper.live(laterMs);
  const next = await reopen();
  await next.live(3 * HOUR_MS);
  expect(await done()).toEqual([]);
});

test('nor where a list showed it at rest before it left it out', async () => {
  const { client, keeper, rest, done } = await scene(CHANGE, [41, 42]);
  await client.patch({ subscription: { status: 'paused' } });
  await keeper.live(HOUR_MS);
  await rest('paused');
  await keeper.live(3 * HOUR_MS);
  expect(await done()).toEqual([]);
});

test.each([
  ['canceled', null],
  ['paused', answer(404, { error: { code: 'not_found', message: 'Subscription not found.' } })],
  ['paused', answer(410, {})],
])(
  'one that is over is waited for half an hour, and then the other one is changed (%s, %o)',
  async (status, odd) => {
    const { keeper, wire, rest, done } = await scene(CHANGE, [41, 42]);
    await rest(status);
    wire.odd = odd;
    await keeper.live(29 * MINUTE_MS);
    expect([await done(), wire.asked]).toEqual([[], 0]);
    await keeper.live(3 * HOUR_MS);
    expect([await done(), wire.asked]).toEqual([['change'], 1]);
  },
);

test.each([403, 500])(
  'while its status cannot be read (%i) nothing is changed, and it is asked again',
  async (status) => {
    const { client, keeper, wire, rest, done } = await scene(CHANGE, [41, 42]);
    await rest('canceled');
    wire.odd = answer(status, {});
    await keeper.live(2 * HOUR_MS);
    expect(await done()).toEqual([]);
    wire.odd = null;
    await keeper.live(HOUR_MS);
    expect(await done()).toEqual(['change']);
    expect(await subscriptionsOf(client)).toEqual(['Standard active', 'Standard canceled']);
  },
);

test('one that is listed again is what the list says it is, and asked for no more', async () => {
  const { client, keeper, wire, rest, done } = await scene(CHANGE, [41, 42]);
  await rest('paused');
  await keeper.live(2 * HOUR_MS);
  const { asked } = wire;
  expect(asked).toBeGreaterThan(0);
  wire.cut = (rows) => rows;
  await client.patch({ subscription: { status: 'active' } });
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { status: 'canceled' } });
  await keeper.live(HOUR_MS);
  expect([await done(), wire.asked]).toEqual([['change'], asked]);
});

test('where nothing is to be charged nothing is asked', async () => {
  const { keeper, wire, rest } = await scene({ ...CHANGE, when_wrong_plan: 'alert' }, [41, 42]);
  await rest('paused');
  await keeper.live(3 * HOUR_MS);
  expect(wire.asked).toBe(0);
});

test('what an older purser remembered, without those before, is read', async () => {
  const { keeper, rest, done, reopen } = await scene(CHANGE, [41, 42]);
  const { name } = keeper.account('agent-0001');
  const kept = keeper.store.upkeep.read(name, 'subscription_last_live');
  const { subscription } = JSON.parse(kept?.digest ?? '');
  const older = {
    digest: JSON.stringify({ subscription }),
    result: 'done',
    detail: '',
    at: keeper.client.clock.now(),
  } as const;
  await keeper.store.upkeep.write(name, 'subscription_last_live', older);
  await rest('paused');
  const next = await reopen();
  await next.live(3 * HOUR_MS);
  expect(await done()).toEqual([]);
  expect(next.store.upkeep.read(name, 'subscription_last_live')?.digest).toContain(
    `"earlier":["${subscription}"]`,
  );
});

test.each([
  ['past_due', 'active', []],
  ['past_due', 'canceled', ['fix-payment']],
  ['paused', 'active', []],
  ['paused', 'paused', []],
  ['paused', 'canceled', ['resume']],
  ['past_due', 'paused', ['fix-payment']],
])(
  'an older one of that plan, %s, beside one that is %s and left out: %j',
  async (other, status, expected) => {
    const { keeper, rest, done } = await scene(REPAIR, [42, 42], other);
    await rest(status);
    await keeper.live(3 * HOUR_MS);
    expect(await done()).toEqual(expected);
  },
);

test.each(['active', 'paused'])(
  'what is repaired whatever became of another one (%s) is repaired',
  async (status) => {
    const { keeper, wire, rest, done, client } = await scene(
      { ...REPAIR, when_past_due: 'leave' },
      [42, 41],
      'past_due',
    );
    await rest(status);
    keeper.respec({ poll: '1m', wallet: null, subscription: REPAIR });
    await keeper.live(3 * HOUR_MS);
    expect(await done()).toEqual(['fix-payment']);
    expect(await subscriptionsOf(client)).toEqual(['Standard active', `Basic ${status}`]);
    expect(wire.asked).toBe(1);
  },
);

const RULES = { ...CHANGE, rules: [{ plan: 'Premium', ...EVENING }] };

test('rules change no other one for one that rests', async () => {
  const { client, keeper, rest, done } = await scene(RULES, [41, 42]);
  await rest('paused');
  await keeper.rest(12 * HOUR_MS);
  expect(await done()).toEqual([]);
  await client.patch({ subscription: { status: 'canceled' } });
  await keeper.live(HOUR_MS);
  expect(await done()).toEqual(['change']);
});

test('nor one on another plan that they name', async () => {
  const { client, keeper, wire, done } = await scene(RULES, [42, 43]);
  const id = await idOf(client, 0);
  await client.ask(`/subscriptions/${id}/pause`, { body: {}, key: 'a-person' });
  wire.cut = (rows) => rows.filter((row) => row.id !== id);
  await keeper.rest(24 * HOUR_MS);
  expect(await done()).toEqual(['pause']);
  wire.odd = answer(410, {});
  await keeper.live(HOUR_MS);
  expect(await done()).toEqual(['pause', 'change']);
});

test('one that is over is asked about once, whatever rules change from then on', async () => {
  const { wire, keeper, rest, done, reopen } = await scene(RULES, [41, 42]);
  await rest('canceled');
  await keeper.rest(24 * HOUR_MS);
  const next = await reopen();
  await next.rest(24 * HOUR_MS);
  expect(await done()).toHaveLength(5);
  expect(wire.asked).toBe(1);
});

test('rules go on with one on their plans, whatever became of one on another plan', async () => {
  const { client, keeper, wire, rest } = await scene({ ...RULES, plan: 41 }, [42, 41]);
  keeper.respec({ poll: '1m', wallet: null, subscription: RULES });
  await keeper.live(10 * MINUTE_MS);
  await rest('paused');
  await keeper.live(7 * HOUR_MS);
  expect(await subscriptionsOf(client)).toEqual(['Premium active', 'Basic paused']);
  expect(wire.asked).toBe(1);
});

test('hours pause no other one for one that rests', async () => {
  const declared = { plan: 42, pause: { hours: OFFICE }, when_paused: 'resume' };
  const { client, keeper, rest, done } = await scene(declared, [41, 42]);
  await rest('paused');
  await keeper.rest(12 * HOUR_MS);
  expect(await done()).toEqual([]);
  expect(await subscriptionsOf(client)).toEqual(['Basic active', 'Standard paused']);
});

test('beside one that rests none is bought when the next one has ended', async () => {
  const { client, keeper, wire, rest, done } = await scene({ ...CHANGE, when_wrong_plan: 'leave' }, [41, 42]);
  await rest('paused');
  await keeper.live(2 * HOUR_MS);
  const { cut } = wire;
  wire.cut = (rows) => cut(rows).map((row) => ({ ...row, status: 'canceled' }));
  await keeper.live(3 * HOUR_MS);
  expect(await done()).toEqual([]);
  wire.cut = cut;
  await keeper.live(HOUR_MS);
  await client.patch({ subscription: { status: 'canceled' } });
  wire.cut = (rows) =>
    cut(rows).map((row) => (row.status === 'active' ? { ...row, status: 'canceled' } : row));
  await keeper.live(10 * MINUTE_MS);
  expect(await done()).toEqual(['subscriptions']);
  expect(await charges(client, 'subscribe')).toHaveLength(2);
});
