import { createTask, parse, type ScheduledTask, schedule } from 'node-cron';
import { epochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { instantOfWall, wallAt } from '../domain/zoned-time.ts';
import type { CronTicks } from '../keeper/cron-ticks.ts';

/** All zones set their clocks forward at such a time. */
const HALF_HOURS = '0,30 * * * *';
const HALF_HOUR_MS = 30 * MINUTE_MS;

/**
 * Cron expressions by node-cron, which gives a tick up that is more than a second late, unless told otherwise; of several
 * that are late it gives up all but the last.
 */
const OPTIONS = {
  noOverlap: true,
  suppressMissedWarning: true,
  missedExecutionTolerance: Number.POSITIVE_INFINITY,
};

export const nodeCronTicks: CronTicks = {
  start: ({ expression, timezone }, tick) => {
    const task = schedule(expression, tick, { ...OPTIONS, timezone });
    const onWalls = createTask(expression, () => undefined, { timezone: 'UTC' });
    const [second = 0] = parse(expression).second;
    const made = { task, onWalls, second, timezone };
    const skips = schedule(
      HALF_HOURS,
      ({ date }) => {
        if (hasSkipped(made, date.getTime())) tick();
      },
      { ...OPTIONS, timezone: 'UTC' },
    );
    return () => {
      for (const one of [task, onWalls, skips]) void one.destroy();
    };
  },
};

type Made = {
  readonly task: ScheduledTask;
  /** The same expression by clocks that are never set. */
  readonly onWalls: ScheduledTask;
  /** The first one of a minute that it names. */
  readonly second: number;
  readonly timezone: string;
};

/** Whether the clocks were just set forward over one of its times, which node-cron leaves out, and no other comes soon instead. */
function hasSkipped({ task, onWalls, second, timezone }: Made, atMs: number): boolean {
  const from = wallAt(epochMs(atMs - HALF_HOUR_MS), timezone) + HALF_HOUR_MS;
  const to = wallAt(epochMs(atMs), timezone);
  for (let wall = from + second * SECOND_MS; wall < to; wall += MINUTE_MS)
    if (onWalls.match(new Date(wall)) && !task.match(new Date(instantOfWall(wall, timezone)))) return true;
  return false;
}
