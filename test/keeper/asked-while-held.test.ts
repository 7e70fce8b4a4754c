import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';

async function aPage(opening: Opening = {}) {
  const client = await startClient();
  await client.patch({ subscription: null });
  const subscription = { plan: 41, when_canceled: 'subscribe', pay_with: ['human'] };
  const keeper = await AKeeper.open(client, { poll: '10m', wallet: null, subscription, ...opening });
  await keeper.live(HOUR_MS);
  const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.headline);
  expect(firing()).toContainEqual(expect.stringContaining('to pay $27.00'));
  const { name: account } = keeper.account('agent-0001');
  const hold = (kind: 'pause' | 'freeze') =>
    keeper.store.journal.setHold(
      { account, kind, reason: 'a test', since: client.clock.now(), intent: null },
      [],
    );
  return { client, keeper, firing, hold };
}

test.each(['pause', 'freeze'] as const)(
  'a page is not asked for once its plan was bought elsewhere, while the account is held (%s)',
  async (kind) => {
    const { client, keeper, firing, hold } = await aPage();
    await hold(kind);
    await client.patch({ subscription: { status: 'active', plan_id: 41 } });
    await keeper.live(6 * HOUR_MS);
    expect(firing()).not.toContainEqual(expect.stringContaining('to pay'));
  },
);

test.each(['pause', 'freeze'] as const)(
  'a page that was paid, and settled, is not asked for while the account is held (%s)',
  async (kind) => {
    const { client, keeper, firing, hold } = await aPage();
    await hold(kind);
    await client.patch({ pay_link: true });
    await keeper.live(6 * HOUR_MS);
    expect((await keeper.intents()).map(({ kind: of, state }) => `${of} ${state}`)).toEqual([
      'subscribe_link settled',
    ]);
    expect(firing()).not.toContainEqual(expect.stringContaining('to pay'));
  },
);

test.each(['pause', 'freeze'] as const)(
  'a page beside one live on another plan is not asked for while the account is held (%s)',
  async (kind) => {
    const { client, keeper, firing, hold } = await aPage();
    await hold(kind);
    await client.patch({ subscription: { status: 'active', plan_id: 43 } });
    await keeper.live(6 * HOUR_MS);
    expect(firing()).not.toContainEqual(expect.stringContaining('to pay'));
  },
);

test.each(['pause', 'freeze'] as const)(
  'a decline is over when the wallet was filled by somebody, while the account is held (%s)',
  async (kind) => {
    const client = await startClient();
    const keeper = await AKeeper.open(client, { poll: '10m' });
    await keeper.pass();
    await client.patch({ cards: [{ id: 'pm_agent_0001_visa', behaviour: 'lost_card' }] });
    await client.patch({ balance: 12 });
    await keeper.live(HOUR_MS);
    const firing = () => keeper.store.firingIncidents().map(({ fact }) => fact.type);
    expect(firing()).toContain('charge.declined');
    const { name: account } = keeper.account('agent-0001');
    await keeper.store.journal.setHold(
      { account, kind, reason: 'a test', since: client.clock.now(), intent: null },
      [],
    );
    await client.fund(100, 'portal', 'pm_agent_0001_mastercard');
    await keeper.live(6 * HOUR_MS);
    expect(firing()).not.toContain('charge.declined');
  },
);
