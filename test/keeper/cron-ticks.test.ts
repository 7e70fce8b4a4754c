import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { CronTicks } from '../../src/keeper/cron-ticks.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { runOn } from './a-running-keeper.ts';
import { SleepingHost } from './a-sleeping-host.ts';
import { stepUntil } from './clock-steps.ts';

/** Ticks when the test says so. */
function cronByHand() {
  const running = new Map<string, () => void>();
  const log: string[] = [];
  const cron: CronTicks = {
    start: ({ expression }, tick) => {
      log.push(`start ${expression}`);
      running.set(expression, tick);
      return () => {
        log.push(`stop ${expression}`);
        running.delete(expression);
      };
    },
  };
  return { cron, log, tick: (expression: string) => running.get(expression)?.() };
}

const DAILY = { schedule: '0 6 * * *' };
const RARER = { schedule: '0 7 * * 1' };

test('a reload stops no ticks that are wanted still, on their way or not; they are for whoever wants them then', async () => {
  const client = await startClient();
  const { cron, log, tick } = cronByHand();
  const { parts, keeper } = await runOn(
    client,
    { accounts: { 'agent-0001': DAILY, 'agent-0002': RARER } },
    cron,
  );
  const seenAt = (name: string) => parts.context.view.seenAt(parts.account(name).name);
  const until = (what: string, isSo: () => boolean) => stepUntil(client.clock, SECOND_MS, what, isSo);
  await until('both were seen', () => seenAt('agent-0001') !== null && seenAt('agent-0002') !== null);
  parts.respec({ accounts: { 'agent-0001': DAILY, 'agent-0002': DAILY } });
  await keeper.respec();
  expect(log).toEqual(['start 0 6 * * *', 'start 0 7 * * 1', 'stop 0 7 * * 1']);
  await until('time went by', () => client.clock.now() > (seenAt('agent-0002') ?? 0) + 5 * MINUTE_MS);
  const before = [seenAt('agent-0001'), seenAt('agent-0002')];
  tick(DAILY.schedule);
  await until(
    'both were seen again',
    () => seenAt('agent-0001') !== before[0] && seenAt('agent-0002') !== before[1],
  );
});

test('timers stand while the host sleeps, so a sleep has the next ticks reckoned anew', async () => {
  const host = await SleepingHost.start();
  const { cron, log } = cronByHand();
  await runOn(host.client, { clock: host.clock, accounts: { 'agent-0001': DAILY } }, cron);
  await host.pass(5 * MINUTE_MS);
  expect(log).toEqual(['start 0 6 * * *']);
  await host.sleep(HOUR_MS, null);
  await host.pass(MINUTE_MS);
  expect(log).toEqual(['start 0 6 * * *', 'stop 0 6 * * *', 'start 0 6 * * *']);
});
