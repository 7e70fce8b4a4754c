import { expect, onTestFinished, test, vi } from 'vitest';
import { nodeCronTicks } from '../../src/cli/node-cron-ticks.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';

/** The times of the ticks of an expression, from a time on, and what passes the time. */
function ticksFrom(start: string, expression: string, timezone = 'UTC') {
  vi.useFakeTimers({ now: Date.parse(start) });
  onTestFinished(() => void vi.useRealTimers());
  const ticks: string[] = [];
  const stop = nodeCronTicks.start({ expression, timezone }, () => {
    ticks.push(new Date().toISOString().slice(0, 19));
  });
  onTestFinished(stop);
  const pass = (durationMs: number) => vi.advanceTimersByTimeAsync(durationMs);
  /** Timers stand meanwhile, or the clock is set. */
  const jump = (durationMs: number) => vi.setSystemTime(Date.now() + durationMs);
  return { ticks, pass, jump, stop };
}

const DAILY = '0 6 * * *';

test('a tick that is seconds late comes, once, and the next one in time', async () => {
  const { ticks, pass, jump } = ticksFrom('2026-11-26T05:59:50Z', DAILY);
  jump(14 * SECOND_MS);
  await pass(DAY_MS - MINUTE_MS);
  expect(ticks).toEqual(['2026-11-26T06:00:14']);
  await pass(MINUTE_MS);
  expect(ticks.slice(1)).toEqual(['2026-11-27T06:00:00']);
});

test.each([
  ['daily, over three days', DAILY, 3 * DAY_MS, 1],
  ['every minute, over eight hours', '* * * * *', 8 * HOUR_MS, 1],
])('of many that are late, %s, one comes', async (_, expression, sleptMs, count) => {
  const { ticks, pass, jump } = ticksFrom('2026-11-26T05:59:30Z', expression);
  jump(sleptMs);
  await pass(40 * SECOND_MS); // the timer was set for 30 s
  expect(ticks).toHaveLength(count);
});

test('a clock that is set back makes no tick come again', async () => {
  const { ticks, pass, jump } = ticksFrom('2026-11-26T05:00:00Z', DAILY);
  await pass(HOUR_MS + MINUTE_MS);
  jump(-2 * HOUR_MS);
  await pass(20 * HOUR_MS);
  expect(ticks).toEqual(['2026-11-26T06:00:00']);
  await pass(6 * HOUR_MS);
  expect(ticks.slice(1)).toEqual(['2026-11-27T06:00:00']);
});

test.each([
  ['a day', 'Europe/Berlin', '30 2 * * *', '2027-03-28T00:00:00Z', ['2027-03-28T01:00:00']],
  ['a year', 'Europe/Berlin', '30 2 28 3 *', '2027-03-28T00:00:00Z', ['2027-03-28T01:00:00']],
  [
    'a day, at an odd second',
    'Europe/Berlin',
    '17 30 2 * * *',
    '2027-03-28T00:00:00Z',
    ['2027-03-28T01:00:00'],
  ],
  [
    'many a day, all left out',
    'Europe/Berlin',
    '*/20 2 * * *',
    '2027-03-28T00:00:00Z',
    ['2027-03-28T01:00:00'],
  ],
  [
    'an hour',
    'Europe/Berlin',
    '30 * * * *',
    '2027-03-28T00:00:00Z',
    ['2027-03-28T00:30:00', '2027-03-28T01:30:00'],
  ],
  ['another day', 'Europe/Berlin', '30 2 29 3 *', '2027-03-28T00:00:00Z', []],
  [
    'a day, by half an hour',
    'Australia/Lord_Howe',
    '15 2 * * *',
    '2027-10-02T15:00:00Z',
    ['2027-10-02T15:30:00'],
  ],
  [
    'a day, by half an hour that has it',
    'Australia/Lord_Howe',
    '45 2 * * *',
    '2027-10-02T15:00:00Z',
    ['2027-10-02T15:45:00'],
  ],
  ['a day, over midnight', 'Africa/Cairo', '30 0 * * *', '2027-04-29T21:30:00Z', ['2027-04-29T22:00:00']],
  [
    'a day, in the north of America',
    'America/New_York',
    '30 2 * * *',
    '2027-03-14T06:00:00Z',
    ['2027-03-14T07:00:00'],
  ],
  ['a day, clocks set back', 'Europe/Berlin', '30 2 * * *', '2026-10-25T00:00:00Z', ['2026-10-25T01:30:00']],
])(
  'a time that the clocks are set over comes when they are set, once (%s)',
  async (_, zone, expression, start, expected) => {
    const { ticks, pass } = ticksFrom(start, expression, zone);
    await pass(2 * HOUR_MS - SECOND_MS);
    expect(ticks).toEqual(expected);
  },
);

test('what is stopped ticks no more, nor when the clocks are set', async () => {
  const { ticks, pass, stop } = ticksFrom('2027-03-28T00:00:00Z', '30 2 * * *', 'Europe/Berlin');
  stop();
  await pass(2 * DAY_MS);
  expect(ticks).toEqual([]);
});
