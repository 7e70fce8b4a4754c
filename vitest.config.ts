import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Measured on 2 cores, 24 files with node:sqlite: forks without isolation 1.3 s, threads without 1.5 s,
    // threads 6 s, forks 7.4 s. Our modules hold no state of their own, so there is nothing to isolate.
    pool: 'forks',
    isolate: false,
    // Much of the time is waiting for real processes: both cores, where the default leaves one idle.
    maxWorkers: 2,
    // Days of virtual time over real HTTP take seconds, and a minute on a machine with other work.
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
