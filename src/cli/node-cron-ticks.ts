import { schedule } from 'node-cron';
import type { CronTicks } from '../keeper/cron-ticks.ts';

/** Cron expressions by node-cron: a tick that finds the last one still running is left out. */
export const nodeCronTicks: CronTicks = {
  start: ({ expression, timezone }, tick) => {
    const task = schedule(expression, tick, { timezone, noOverlap: true, suppressMissedWarning: true });
    return () => void task.destroy();
  },
};
