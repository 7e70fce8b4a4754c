import { expect, test } from 'vitest';
import type { Clock } from '../../src/domain/ports.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { ManualClock } from '../sandbox/manual-clock.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';
import { WatchedWire } from './watched-wire.ts';

const CAPPED = { wallet: { foreign_credits: 'allow' }, fleetCaps: { day: 80 } };

test('a host that sleeps in the middle of a pass charges nothing beside what a person paid meanwhile', async () => {
  const client = await startClient();
  const timers = new ManualClock();
  const clock: Clock = {
    now: () => client.clock.now(),
    monotonicMs: () => timers.monotonicMs(),
    sleep: (durationMs, signal) => timers.sleep(durationMs, signal),
  };
  const [one = '', two = ''] = client.sandbox.accounts.map(({ token }) => token);
  const host: { state: 'awake' | 'tired' | 'slept'; looks: number } = { state: 'awake', looks: 0 };
  const { promise: awaited, resolve: answer } = Promise.withResolvers<void>();
  const transport = new WatchedWire(
    (send) => send(),
    async (send, { url, headers }) => {
      const { authorization = '' } = headers;
      if (host.state !== 'awake' && authorization.endsWith(two)) await awaited;
      const isLook = authorization.endsWith(one) && url.includes('type=credit');
      if (isLook && host.state === 'slept') host.looks += 1;
      if (isLook && host.state === 'tired') {
        host.state = 'slept';
        client.clock.advance(HOUR_MS); // its timers stood
      }
      return await send();
    },
  );
  const before = await AKeeper.open(client, { ...CAPPED, clock });
  before.close();
  await runOn(client, { ...CAPPED, transport, clock, folder: before.folder });
  const both = {
    advance(ms: number): void {
      timers.advance(ms);
      client.clock.advance(ms);
    },
  };
  const until = async (what: string, isSo: () => boolean) => await stepUntil(both, SECOND_MS, what, isSo);
  const calmUntil = timers.monotonicMs() + 4 * MINUTE_MS;
  await until('both were seen', () => timers.monotonicMs() >= calmUntil);
  host.state = 'tired';
  const body = { amount: 40, payment_method_id: 'pm_agent_0002_visa' };
  await client.ask('/wallet/fund', { body, key: 'a-person', token: two });
  await client.patch({ balance: 12 });
  await until('it slept', () => host.state === 'slept');
  await until('the next passes looked', () => host.looks >= 2);
  answer();
  expect((await charges(client)).map(({ key }) => key)).toEqual(['a-person']);
});
