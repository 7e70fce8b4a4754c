import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { lower } from './a-low-wallet.ts';
import { hostClock } from './off-clock.ts';
import { PassingClock } from './passing-clock.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

/** The only charge was taken back; debits stand still from before it, while the wallet is low and in use. */
async function refundBehindStillDebits({ isUndated }: { isUndated: boolean }) {
  const client = await startClient();
  const debits = { areOld: false, kept: '' };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url }) => {
      const reply = await send();
      if (reply.kind !== 'answered') return reply;
      const { date, ...others } = reply.headers;
      const headers = isUndated || date === undefined ? others : reply.headers;
      if (!url.includes('type=debit')) return { ...reply, headers };
      if (!debits.areOld) debits.kept = reply.bodyText;
      return { ...reply, headers, bodyText: debits.kept };
    },
  );
  const { off, clock } = hostClock(new PassingClock(client.clock));
  const keeper = await AKeeper.open(client, { transport, clock, caps: { per_charge: 50, day: 500 } });
  await keeper.pass();
  await lower(client);
  await keeper.live(140 * MINUTE_MS);
  debits.areOld = true;
  const [own] = await keeper.intents();
  await client.patch({ refund: own?.payment_intent });
  await lower(client);
  await keeper.live(10 * MINUTE_MS);
  await client.patch({ balance: 11 });
  await keeper.live(40 * MINUTE_MS);
  /** Nothing was charged behind the refund, which is told as soon as debits show it. */
  const expectNoCharge = async () => {
    await keeper.live(HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
    debits.areOld = false;
    await keeper.live(HOUR_MS);
    const { name } = keeper.account('agent-0001');
    expect(await keeper.store.journal.holds(name)).toMatchObject([
      { kind: 'freeze', reason: expect.stringContaining('took back a charge') },
    ]);
  };
  return { client, keeper, off, expectNoCharge };
}

test.each([
  ['dated', false],
  ['undated', true],
])('are believed by no clock that jumps ahead for two minutes (answers %s)', async (_, isUndated) => {
  const { keeper, off, expectNoCharge } = await refundBehindStillDebits({ isUndated });
  off.ms = 7 * HOUR_MS;
  await keeper.passes(4, MINUTE_MS / 2);
  off.ms = 0;
  await expectNoCharge();
});

test('are not believed because nobody looked for six hours', async () => {
  const { client, expectNoCharge } = await refundBehindStillDebits({ isUndated: false });
  client.clock.advance(6 * HOUR_MS);
  await expectNoCharge();
});
