import { DISTURBANCES, KNOWN_OPEN, WEAKNESSES, WEATHER_NAMES } from './faults.ts';

/** Everything that a long enough run has to have reached: what never happens was never tested. */
export function marks(options: { readonly withKnown: boolean }): readonly string[] {
  const weather = WEATHER_NAMES.filter((name) => options.withKnown || !KNOWN_OPEN.includes(name));
  const faults = [...weather, ...DISTURBANCES, ...WEAKNESSES].map((name) => `fault ${name}`);
  return [...faults, ...STATES, ...TRANSITIONS, ...OUTCOMES, ...DECLINES];
}

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
