import { DISTURBANCES, WEAKNESSES, WEATHER_NAMES } from './faults.ts';

const STATES = ['armed', 'in_doubt', 'charged', 'action', 'declined', 'settled', 'released', 'rejected'].map(
  (state) => `state ${state}`,
);

/**
 * The edges of the drawing in `src/charge/intent.ts`, but for pages that people pay on, and for a payment that fails and
 * succeeds after all, which the sandbox cannot do.
 */
const TRANSITIONS = [
  'new -> armed',
  'armed -> charged',
  'armed -> declined',
  'armed -> action',
  'armed -> rejected',
  'armed -> in_doubt',
  'in_doubt -> charged',
  'in_doubt -> declined',
  'in_doubt -> action',
  'in_doubt -> settled',
  'in_doubt -> released',
  'charged -> settled',
  'declined -> released',
  'action -> charged',
  'action -> released',
];

const OUTCOMES = ['charged', 'declined', 'action', 'rejected', 'unclear'].map((kind) => `outcome ${kind}`);
const DECLINES = ['retry_later', 'retry_twice', 'next_card', 'never'].map((kind) => `decline ${kind}`);

/** Everything that a long enough run has to have reached: what never happens was never tested. */
export const MARKS: readonly string[] = [
  ...[...WEATHER_NAMES, ...DISTURBANCES, ...WEAKNESSES].map((name) => `fault ${name}`),
  ...STATES,
  ...TRANSITIONS,
  ...OUTCOMES,
  ...DECLINES,
];
