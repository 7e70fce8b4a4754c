import { expect, test } from 'vitest';
import { liveThrough, SCENARIOS } from './crash-points.ts';

/*
 * Every single point, not a sample: before and after each commit, and before and after each money call, purser is killed
 * and started again. Whatever the point, it comes to the same charges, no alert is lost and no doubt is left.
 */
test.each(SCENARIOS)('$name: wherever purser dies, it is charged once', async (scenario) => {
  const { points, faults } = await liveThrough(scenario, null);
  expect(faults).toEqual([]);
  expect(points).toBeGreaterThan(POINTS_MIN);
  const found: string[] = [];
  for (let point = 1; point <= points; point += 1) {
    const crashed = await liveThrough(scenario, point);
    found.push(...crashed.faults.map((fault) => `at point ${point} of ${points}: ${fault}`));
  }
  expect(found).toEqual([]);
});

/** Two commits and a send, each with its two sides, are in every charge. */
const POINTS_MIN = 6;
