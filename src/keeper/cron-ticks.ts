/** Ticks at the times of a cron expression; the keeper's view of node-cron. Ticks never pile up: a late one counts once. */
export interface CronTicks {
  /** Returns what stops it. */
  start(schedule: { readonly expression: string; readonly timezone: string }, tick: () => void): () => void;
}
