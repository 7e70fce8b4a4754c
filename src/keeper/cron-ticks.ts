/** Ticks at the times of a cron expression; the keeper's view of node-cron. */
export interface CronTicks {
  /**
   * Returns what stops it. Ticks never pile up: those that are late count once, however late, and so do the times that the
   * clocks are set forward over.
   */
  start(schedule: { readonly expression: string; readonly timezone: string }, tick: () => void): () => void;
}
