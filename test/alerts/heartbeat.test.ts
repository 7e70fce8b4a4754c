import { expect, test } from 'vitest';
import { Heartbeat } from '../../src/alerts/heartbeat.ts';
import type { LogFields } from '../../src/domain/ports.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { HeartbeatSpec } from '../../src/domain/spec.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { LocalReceiver } from './local-receiver.ts';
import { evenRandom, VirtualClock } from './virtual-clock.ts';

function aHeartbeat(url: string, over: Partial<HeartbeatSpec> = {}) {
  const clock = new VirtualClock();
  const lines: { event: string; fields: LogFields }[] = [];
  const note = (event: string, fields: LogFields = {}) => void lines.push({ event, fields });
  const state: { spec: HeartbeatSpec | null; isWell: boolean } = {
    spec: { url: new Secret(url), everyMs: MINUTE_MS, method: 'GET', allowPrivate: true, ...over },
    isWell: true,
  };
  const heartbeat = new Heartbeat({
    spec: () => state.spec,
    isWell: () => state.isWell,
    clock,
    random: evenRandom,
    log: { debug: note, info: note, warn: note, error: note },
  });
  /** Runs for so many minutes of its time. */
  const run = async (minutes: number) => {
    const stop = new AbortController();
    const end = addMs(clock.now(), minutes * MINUTE_MS);
    const rest = clock.sleep.bind(clock);
    clock.sleep = async (durationMs, signal) => {
      await rest(durationMs, signal);
      if (clock.now() >= end) stop.abort();
    };
    await heartbeat.run(stop.signal);
    clock.sleep = rest;
  };
  return { run, state, lines };
}

test('pings at its interval while purser is well, and no more when it is not', async () => {
  await using switchboard = await LocalReceiver.open();
  const { run, state, lines } = aHeartbeat(switchboard.url('/ping/canary?from=purser'));
  await run(10);
  expect(switchboard.received).toHaveLength(10);
  expect(switchboard.received[0]).toMatchObject({ path: '/ping/canary?from=purser', body: '' });
  state.isWell = false;
  await run(10);
  expect(switchboard.received.length).toBeLessThanOrEqual(10);
  expect(lines.map(({ event }) => event)).toEqual(['heartbeat.held_back']);
  state.isWell = true;
  await run(10);
  expect(switchboard.received.length).toBeGreaterThanOrEqual(19);
});

test('a start is not told as a failure, and its ping comes once purser is well, not a whole interval later', async () => {
  await using switchboard = await LocalReceiver.open();
  const { run, state, lines } = aHeartbeat(switchboard.url(), { everyMs: 24 * 60 * MINUTE_MS });
  state.isWell = false;
  await run(0.05);
  state.isWell = true;
  await run(1);
  expect(switchboard.received).toHaveLength(1);
  expect(lines).toEqual([]);
});

test('pings by POST where the config says so, and another config at once', async () => {
  await using one = await LocalReceiver.open();
  await using other = await LocalReceiver.open();
  const { run, state } = aHeartbeat(one.url(), { method: 'POST', everyMs: 24 * 60 * MINUTE_MS });
  await run(5);
  expect(one.received).toMatchObject([{ body: '{}' }]);
  state.spec = { url: new Secret(other.url()), everyMs: MINUTE_MS, method: 'GET', allowPrivate: true };
  await run(2);
  expect(other.received).toHaveLength(2);
  state.spec = null;
  await run(5);
  expect([one.received.length, other.received.length]).toEqual([1, 2]);
});

test('a ping that fails is tried again at once, told in the log once, without its address', async () => {
  await using switchboard = await LocalReceiver.open();
  const { run, lines } = aHeartbeat(switchboard.url('/canary'));
  switchboard.answer = () => ({ status: switchboard.received.length === 0 ? 503 : 200 });
  await run(1);
  expect(switchboard.received.map(({ answered }) => answered)).toEqual([503, 200]);
  switchboard.answer = () => ({ status: 503 });
  await run(5);
  switchboard.answer = () => ({ status: 200 });
  await run(5);
  expect(lines.map(({ event }) => event)).toEqual(['heartbeat.failed', 'heartbeat.recovered']);
  expect(JSON.stringify(lines)).not.toContain('canary');
});

test('a private address is refused unless it is meant', async () => {
  const { run, lines } = aHeartbeat('https://10.0.0.7/ping', { allowPrivate: false });
  await run(1);
  expect(lines).toEqual([
    { event: 'heartbeat.failed', fields: { reason: 'target_refused', detail: 'not a public address' } },
  ]);
});
