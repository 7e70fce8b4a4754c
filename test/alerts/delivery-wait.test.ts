import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deliveryWaitMs } from '../../src/alerts/delivery-wait.ts';
import type { DeliveryFailure } from '../../src/alerts/receiver.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';

const failure = (kind: DeliveryFailure['kind'], retryAfterMs: number | null = null): DeliveryFailure => ({
  kind,
  reason: 'server_error',
  detail: '503',
  retryAfterMs,
});

test.each([
  ['the first wait is five seconds', failure('brief'), 0, 5 * SECOND_MS],
  ['waits double', failure('brief'), 3, 40 * SECOND_MS],
  ['waits end at a quarter of an hour', failure('brief'), 12, 15 * MINUTE_MS],
  ['what a person has to mend starts at a minute', failure('wrong'), 0, MINUTE_MS],
  ['what a person has to mend ends at an hour', failure('rejected'), 12, HOUR_MS],
  ['Retry-After beats a shorter wait', failure('busy', 10 * MINUTE_MS), 0, 10 * MINUTE_MS],
  ['Retry-After does not shorten a longer wait', failure('busy', SECOND_MS), 12, 15 * MINUTE_MS],
  ['Retry-After of a day is an hour', failure('busy', 24 * HOUR_MS), 0, HOUR_MS],
] as const)('%s', (_title, failed, failures, expected) => {
  expect(deliveryWaitMs({ failure: failed, failures, uniform: 1 })).toBe(expected);
});

test('a wait is always positive, never past an hour, and jitter takes at most half of it', () => {
  const kinds = fc.constantFrom<DeliveryFailure['kind']>('brief', 'busy', 'rejected', 'wrong', 'gone');
  const asked = fc.option(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
  fc.assert(
    fc.property(
      kinds,
      asked,
      fc.nat({ max: 1e9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (kind, after, failures, uniform) => {
        const wait = deliveryWaitMs({ failure: failure(kind, after), failures, uniform });
        const whole = deliveryWaitMs({ failure: failure(kind, after), failures, uniform: 1 });
        expect(wait).toBeGreaterThan(0);
        expect(whole).toBeLessThanOrEqual(HOUR_MS);
        expect(wait).toBeGreaterThanOrEqual(Math.floor(whole / 2));
      },
    ),
  );
});
