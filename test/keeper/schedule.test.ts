import { expect, test } from 'vitest';
import { Schedule } from '../../src/keeper/schedule.ts';
import { ManualClock } from '../sandbox/manual-clock.ts';

const never = new AbortController().signal;

/** Takes out everything that is due now. */
async function takeDue(schedule: Schedule<string>): Promise<readonly string[]> {
  const stop = new AbortController();
  const taken: string[] = [];
  const taking = (async () => {
    for (
      let name = await schedule.next(stop.signal);
      name !== null;
      name = await schedule.next(stop.signal)
    ) {
      taken.push(name);
    }
  })();
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await taking;
  return taken;
}

test('accounts come in the order in which they are due, and none before its time', async () => {
  const clock = new ManualClock();
  const schedule = new Schedule<string>(clock);
  const delays = Array.from({ length: 200 }, (_, index) => (index * 7_919) % 1_000);
  for (const [index, delayMs] of delays.entries()) schedule.set(`${delayMs}/${index}`, delayMs);
  expect((await takeDue(schedule)).every((name) => name.startsWith('0/'))).toBe(true);
  clock.advance(500);
  const first = (await takeDue(schedule)).map((name) => Number(name.split('/')[0]));
  expect(first).toEqual(first.toSorted((one, other) => one - other));
  expect(Math.max(...first)).toBeLessThanOrEqual(500);
  clock.advance(500);
  const rest = await takeDue(schedule);
  expect(first.length + rest.length).toBe(delays.filter((delayMs) => delayMs > 0).length);
});

test('an account that is hurried is due now, once', async () => {
  const clock = new ManualClock();
  const schedule = new Schedule<string>(clock);
  schedule.set('late', 60_000);
  schedule.hurry('late');
  schedule.hurry('late');
  expect(await takeDue(schedule)).toEqual(['late']);
  clock.advance(120_000);
  expect(await takeDue(schedule)).toEqual([]);
});

test('an account that is being worked on is not due before it is set again', async () => {
  const clock = new ManualClock();
  const schedule = new Schedule<string>(clock);
  schedule.set('one', 0);
  expect(await schedule.next(never)).toBe('one');
  clock.advance(60_000);
  expect(await takeDue(schedule)).toEqual([]);
  schedule.set('one', 10);
  clock.advance(10);
  expect(await takeDue(schedule)).toEqual(['one']);
});

test('a removed account never comes', async () => {
  const schedule = new Schedule<string>(new ManualClock());
  schedule.set('gone', 0);
  schedule.set('here', 0);
  schedule.remove('gone');
  expect(await takeDue(schedule)).toEqual(['here']);
});

test('who waits is woken by what becomes due sooner than expected', async () => {
  const clock = new ManualClock();
  const schedule = new Schedule<string>(clock);
  schedule.set('late', 60_000);
  const waiting = schedule.next(never);
  schedule.set('soon', 1_000);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1_000);
  expect(await waiting).toBe('soon');
});

test('a stop ends the wait of every worker', async () => {
  const schedule = new Schedule<string>(new ManualClock());
  const stop = new AbortController();
  const waiting = [schedule.next(stop.signal), schedule.next(stop.signal), schedule.next(stop.signal)];
  stop.abort();
  expect(await Promise.all(waiting)).toEqual([null, null, null]);
});

test('what becomes due together reaches every worker that waits', async () => {
  const clock = new ManualClock();
  const schedule = new Schedule<string>(clock);
  schedule.set('one', 1_000);
  const waiting = [schedule.next(never), schedule.next(never)];
  schedule.set('two', 1_000);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1_000);
  expect((await Promise.all(waiting)).toSorted()).toEqual(['one', 'two']);
});
