import { expect, test } from 'vitest';
import type { HandAnswer } from '../../src/domain/hand-order.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { type SandboxClient, startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { hostClock } from './off-clock.ts';
import { charges, requests } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

async function live(client: SandboxClient, durationMs: number, stepMs = 5 * SECOND_MS): Promise<void> {
  const endAt = client.clock.now() + durationMs;
  await stepUntil(client.clock, stepMs, 'time went by', () => client.clock.now() >= endAt);
}

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
    const wish = {
      quarantine: '30m',
      poll: '4h',
      fleetCaps: { day: 60 },
      transport,
      clock,
      beside: 'beside',
    } as const;
    await client.patch({ balance: 5 }, 'agent-0002');
    const { parts } = await runOn(client, wish);
    const looks = async () => {
      const seen = (await requests(client)).filter(({ account }) => account === 'agent-0001');
      return seen.filter(({ path }) => path.includes('/wallet/transactions')).length;
    };
    await live(client, 5 * MINUTE_MS);
    page.isOld = false;
    const first = await looks();
    await live(client, 2 * HOUR_MS);
    expect(await charges(client)).toHaveLength(1);
    const view = parts.context.view.accounts().find(({ account }) => account === 'agent-0002');
    expect(view?.wallet).toMatchObject({ reason: 'cap_day' });
    expect((await looks()) - first).toBeLessThanOrEqual(2); // a page, and a complete one
  },
);

test('two clocks that do not agree on the end of a quarantine make no storm', async () => {
  const client = await startClient();
  const { off, clock } = hostClock(client.clock);
  off.ms = -302 * SECOND_MS;
  await runOn(client, { quarantine: '15m', poll: '1m', clock, beside: 'beside' });
  await live(client, 10 * MINUTE_MS, SECOND_MS);
  const before = (await requests(client)).length;
  await live(client, 5 * MINUTE_MS, SECOND_MS);
  const accounts = client.sandbox.accounts.length;
  expect((await requests(client)).length - before).toBeLessThan(accounts * 10); // a look or two a minute each
});

test('money that is ordered by hand without a daemon is there when the quarantine ends', async () => {
  const client = await startClient();
  const wish = { quarantine: '15m', fleetCaps: { day: 5_000 } };
  const noCron = { cron: { start: () => () => undefined }, onToken: () => undefined };
  const first = await AKeeper.open(client, wish);
  await new Keeper(first.context, noCron).passOverAll();
  const until = first.context.quarantineUntil() ?? client.clock.now();
  first.close();
  client.clock.advance(until - 8 * SECOND_MS - client.clock.now());
  const parts = await AKeeper.open(client, { ...wish, folder: first.folder, clock: client.clock });
  const order = { kind: 'fund', amountCents: cents(5_000), card: null, coupon: null } as const;
  const options = { timeoutMs: MINUTE_MS, signal: new AbortController().signal };
  const answers: HandAnswer[] = [];
  const asked = new Keeper(parts.context, noCron).orderAlone('agent-0001' as AccountName, order, options); // the name
  void asked.then((one) => answers.push(one));
  await stepUntil(client.clock, SECOND_MS / 2, 'it was answered', () => answers.length > 0);
  expect(answers).toMatchObject([{ outcome: 'done' }]);
  expect(client.clock.now() - until).toBeLessThan(20 * SECOND_MS);
});
