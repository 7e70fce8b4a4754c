import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

const RESUMED = { plan: 42, when_paused: 'resume' };

/** A resume that begins a period, and is charged for it; the list shows the period before for so long. */
async function withLateList(forMs: number): Promise<{ client: SandboxClient; transport: WatchedWire }> {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42, renews_in_s: -60 } });
  const before = new Date(client.clock.now() + 10 * DAY_MS).toISOString();
  let resumedAt = Number.POSITIVE_INFINITY;
  const transport = new WatchedWire(
    async (send, _options, { url }) => {
      if (url.endsWith('/resume')) resumedAt = Math.min(resumedAt, client.clock.now());
      return await send();
    },
    async (send, { url }) => {
      const reply = await send();
      const isLate = client.clock.now() - resumedAt < forMs || resumedAt === Number.POSITIVE_INFINITY;
      if (!isLate || !url.endsWith('/subscriptions') || reply.kind !== 'answered') return reply;
      const put = (key: string, value: unknown) =>
        ['current_period_end', 'next_billing_date'].includes(key) ? before : value;
      return { ...reply, bodyText: JSON.stringify(JSON.parse(reply.bodyText), put) };
    },
  );
  return { client, transport };
}

function sumOf(rows: readonly { readonly amount_cents: number }[]): number {
  return rows.reduce((sum, { amount_cents: one }) => sum + one, 0);
}

async function resumes(keeper: AKeeper): Promise<readonly string[]> {
  const all = await keeper.intents();
  return all
    .filter(({ kind }) => kind === 'resume')
    .map(({ state, settled_usd: settled }) => `${state} ${settled}`);
}

test.each([1, 9])(
  'a resume that begins a period is within the caps, where the list shows that %d minutes late',
  async (minutes) => {
    const { client, transport } = await withLateList(minutes * MINUTE_MS);
    const caps = { per_charge: 60, day: 60, month: 1_000 };
    const keeper = await AKeeper.open(client, { transport, poll: '1m', subscription: RESUMED, caps });
    await keeper.live(30 * SECOND_MS);
    await lower(client);
    await keeper.live(2 * HOUR_MS);
    const [renewals, funds] = [await charges(client, 'renewal'), await charges(client)];
    expect(renewals).toHaveLength(1);
    expect(sumOf([...renewals, ...funds])).toBeLessThanOrEqual(6_000);
    expect(await resumes(keeper)).toEqual([`settled ${sumOf(renewals) / 100}`]);
  },
);

test('one that the list shows an hour late counts from then on', async () => {
  const { client, transport } = await withLateList(HOUR_MS);
  const caps = { per_charge: 60, day: 60, month: 1_000 };
  const keeper = await AKeeper.open(client, { transport, poll: '5m', subscription: RESUMED, caps });
  await keeper.live(40 * MINUTE_MS);
  expect(await resumes(keeper)).toEqual(['settled 0']);
  await keeper.live(40 * MINUTE_MS);
  const price = sumOf(await charges(client, 'renewal'));
  expect(await resumes(keeper)).toEqual([`settled ${price / 100}`]);
  expect(keeper.lines).toContainEqual(
    expect.objectContaining({
      event: 'charge.amended',
      fields: expect.objectContaining({ settled_cents: price }),
    }),
  );
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await charges(client)).toEqual([]);
});

test('one that was free fills a cap for ten minutes, however rarely it is looked', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const caps = { per_charge: 60, day: 60, month: 1_000 };
  const keeper = await AKeeper.open(client, { poll: '6h', subscription: RESUMED, caps });
  await keeper.live(MINUTE_MS);
  expect(await resumes(keeper)).toEqual(['settled 0']);
  await lower(client);
  await keeper.live(7 * MINUTE_MS);
  await keeper.pass();
  expect(await charges(client)).toEqual([]);
  const freeAt = client.clock.now() + 2 * MINUTE_MS;
  await keeper.live(HOUR_MS);
  const [fund] = (await keeper.intents()).filter(({ kind }) => kind === 'fund');
  expect(Date.parse(fund?.armed_at ?? '')).toBeLessThan(freeAt);
  expect(await charges(client)).toHaveLength(1);
});

test('one that somebody pauses again at once freezes nothing', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const keeper = await AKeeper.open(client, { poll: '1m', subscription: RESUMED });
  await keeper.live(2 * MINUTE_MS);
  await client.patch({ subscription: { status: 'paused' } });
  await keeper.live(3 * HOUR_MS);
  expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toEqual([]);
  expect(await keeper.told()).not.toContainEqual(expect.stringContaining('frozen'));
});

test('one that a person asked for counts nothing after ten minutes, without a policy on subscriptions', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const caps = { per_charge: 60, day: 60, month: 1_000 };
  const keeper = await AKeeper.open(client, { poll: '5m', caps });
  await keeper.pass();
  const { answered } = keeper.place({ kind: 'resume', subscription: null });
  await keeper.live(MINUTE_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
  await lower(client);
  await keeper.live(HOUR_MS);
  expect(await resumes(keeper)).toEqual(['settled 0']);
  expect(await charges(client)).toHaveLength(1);
});

test('one that no list shows any more is not taken for free', async () => {
  const client = await startClient();
  await client.patch({ subscription: { status: 'paused', plan_id: 42 } });
  const gone = { isOn: false };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) =>
      gone.isOn && url.endsWith('/subscriptions') ? answer(200, { data: [] }) : await send(),
  );
  const keeper = await AKeeper.open(client, { poll: '5m', transport });
  await keeper.pass();
  const { answered } = keeper.place({ kind: 'resume', subscription: null });
  await keeper.live(MINUTE_MS);
  expect(await answered).toMatchObject({ outcome: 'done' });
  gone.isOn = true;
  await keeper.live(HOUR_MS);
  expect(await resumes(keeper)).toEqual(['settled 0']);
  await keeper.live(2 * HOUR_MS);
  expect(Number((await resumes(keeper))[0]?.split(' ')[1])).toBeGreaterThan(0);
});
