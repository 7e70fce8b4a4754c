import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { hostClock } from './off-clock.ts';
import { charges, requests } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

test.each([0, -2_000, 2_000])(
  'what the first page of a new journal lacked counts when the quarantine ends (host clock %i ms off)',
  async (offMs) => {
    const client = await startClient();
    await client.fund(35, 'made-before-the-journal-was-lost');
    const page = { isOld: true };
    const transport = new WatchedWire(
      (send) => send(),
      async (send, { url }) => {
        const reply = await send();
        if (!page.isOld || !url.includes('type=credit') || reply.kind !== 'answered') return reply;
        const body = JSON.parse(reply.bodyText);
        const items = body.data.items.filter(({ amount }: { amount: number }) => amount !== 35);
        Object.assign(body.data, { items, count: items.length, total: items.length });
        return { ...reply, bodyText: JSON.stringify(body) };
      },
    );
    const { off, clock } = hostClock(client.clock);
    off.ms = offMs;
    const wish = { quarantine: '30m', poll: '4h', fleetCaps: { day: 60 }, transport, clock };
    await client.patch({ balance: 5 }, 'agent-0002');
    const { parts } = await runOn(client, wish);
    const live = async (durationMs: number) => {
      const endAt = client.clock.now() + durationMs;
      await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
    };
    const looks = async () => {
      const seen = (await requests(client)).filter(({ account }) => account === 'agent-0001');
      return seen.filter(({ path }) => path.includes('/wallet/transactions')).length;
    };
    await live(5 * MINUTE_MS);
    page.isOld = false;
    const first = await looks();
    await live(2 * HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
    const view = parts.context.view.accounts().find(({ account }) => account === 'agent-0002');
    expect(view?.wallet).toMatchObject({ reason: 'cap_day' });
    expect((await looks()) - first).toBeLessThanOrEqual(2); // a page, and a complete one
  },
);
