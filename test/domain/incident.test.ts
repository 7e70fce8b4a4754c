import { expect, test } from 'vitest';
import {
  advanceIncident,
  type IncidentChange,
  type IncidentFact,
  type IncidentState,
} from '../../src/domain/incident.ts';
import { addMs, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { NOW } from './a-ledger.ts';

const REPEAT_MS = 4 * HOUR_MS;
const FACT: IncidentFact = {
  type: 'charge.declined',
  severity: 'critical',
  fingerprint: 'charge.declined/render-eu',
  account: null,
  intentId: null,
  amountCents: null,
  headline: 'render-eu: charge declined, $3.10 left (~2 h)',
  detail: 'Next try in 6 h.',
  requestId: null,
};
const fire: IncidentChange = { kind: 'fire', fact: FACT };
const resolve: IncidentChange = { kind: 'resolve', fingerprint: FACT.fingerprint, headline: null };

/** What people are told while the changes come in, and the state at the end. */
function told(changes: readonly (readonly [EpochMs, IncidentChange])[]) {
  let state: IncidentState | null = null;
  const messages: { at: number; tell: string; headline: string | undefined }[] = [];
  for (const [now, change] of changes) {
    const next = advanceIncident({ previous: state, change, now, repeatMs: REPEAT_MS });
    state = next.state ?? state;
    if (next.tell !== null)
      messages.push({ at: now - NOW, tell: next.tell, headline: next.state?.fact.headline });
  }
  return { messages, state };
}

const polls = (count: number, everyMs: number) =>
  Array.from({ length: count }, (_, index) => [addMs(NOW, index * everyMs), fire] as const);

test('a thousand polls of one incident make one message, and its end makes exactly two', () => {
  const changes = polls(1_000, 10_000);
  expect(told(changes).messages).toEqual([{ at: 0, tell: 'firing', headline: FACT.headline }]);
  const end = [addMs(NOW, 3 * HOUR_MS), { ...resolve, headline: 'render-eu funded: $53.10' }] as const;
  const { messages, state } = told([...changes, end]);
  expect(messages.map(({ tell }) => tell)).toEqual(['firing', 'resolved']);
  expect(messages[1]?.headline).toBe('render-eu funded: $53.10');
  expect(state).toMatchObject({ status: 'resolved', startedAt: NOW, resolvedAt: end[0] });
});

test('an incident that lasts is repeated every four hours, counted from the last message', () => {
  const { messages, state } = told(polls(13 * 60, MINUTE_MS));
  expect(messages.map(({ at }) => at / HOUR_MS)).toEqual([0, 4, 8, 12]);
  expect(state).toMatchObject({ startedAt: NOW, toldAt: addMs(NOW, 12 * HOUR_MS) });
  const almost = told([[NOW, fire], [addMs(NOW, REPEAT_MS - 1), fire]]); // biome-ignore format: two polls
  expect(almost.messages).toHaveLength(1);
});

test('a newer fact takes the place of the older one without a message of its own', () => {
  const worse: IncidentChange = { kind: 'fire', fact: { ...FACT, headline: '$1.00 left' } };
  const { messages, state } = told([[NOW, fire], [addMs(NOW, MINUTE_MS), worse]]); // biome-ignore format: two polls
  expect(messages).toHaveLength(1);
  expect(state?.fact.headline).toBe('$1.00 left');
});

test('the end of what never began is nothing, and so is a second end', () => {
  expect(told([[NOW, resolve]])).toEqual({ messages: [], state: null });
  const { messages } = told([[NOW, fire], [addMs(NOW, 1), resolve], [addMs(NOW, 2), resolve]]); // biome-ignore format: three polls
  expect(messages.map(({ tell }) => tell)).toEqual(['firing', 'resolved']);
});

test('an end without words of its own keeps the headline', () => {
  const { messages } = told([[NOW, fire], [addMs(NOW, 1), resolve]]); // biome-ignore format: two polls
  expect(messages[1]).toEqual({ at: 1, tell: 'resolved', headline: FACT.headline });
});

test('what comes back after its end is told at once, as a new incident', () => {
  const again = addMs(NOW, 2 * MINUTE_MS);
  const { messages, state } = told([[NOW, fire], [addMs(NOW, MINUTE_MS), resolve], [again, fire]]); // biome-ignore format: three polls
  expect(messages.map(({ tell }) => tell)).toEqual(['firing', 'resolved', 'firing']);
  expect(state).toMatchObject({ status: 'firing', startedAt: again, resolvedAt: null });
});

test('a notice is always a message and never an incident', () => {
  const notice: IncidentChange = { kind: 'notice', fact: FACT };
  const { messages, state } = told([[NOW, notice], [NOW, notice]]); // biome-ignore format: two notices
  expect(messages.map(({ tell }) => tell)).toEqual(['notice', 'notice']);
  expect(state).toBeNull();
});
