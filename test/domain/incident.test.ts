import { expect, test } from 'vitest';
import { advanceIncident } from '../../src/domain/advance-incident.ts';
import type { IncidentChange, IncidentFact, IncidentState } from '../../src/domain/incident.ts';
import { addMs, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { NOW } from './a-ledger.ts';

const REPEAT_MS = 4 * HOUR_MS;
const MINUTE = addMs(NOW, MINUTE_MS);
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

test('an incident that began while the clock was a month ahead is repeated all the same', () => {
  const ahead = [addMs(NOW, 30 * DAY_MS), fire] as const;
  const { messages } = told([ahead, ...polls(13 * 60, MINUTE_MS)]);
  expect(messages.slice(1).map(({ at }) => at / HOUR_MS)).toEqual([0, 4, 8, 12]);
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

const acknowledge = (note: string | null = null): IncidentChange => ({
  kind: 'acknowledge',
  fingerprint: FACT.fingerprint,
  note,
});
const hours = (count: number) => addMs(NOW, count * HOUR_MS);
const tells = (changes: Parameters<typeof told>[0]) => told(changes).messages.map(({ tell }) => tell);

test('an incident that is acknowledged is told once and repeated no more, until its end', () => {
  const word: IncidentChange = acknowledge('Ann is on it');
  const before = [[NOW, fire], [hours(1), word], [hours(1), word]] as const; // biome-ignore format: one line
  expect(told(before).state).toMatchObject({
    status: 'acknowledged',
    acknowledgement: { at: hours(1), note: 'Ann is on it' },
  });
  const later = polls(48, HOUR_MS).slice(2);
  expect(tells([...before, ...later])).toEqual(['firing', 'acknowledged']);
  const { messages, state } = told([...before, ...later, [hours(60), resolve]]);
  expect(messages.map(({ tell }) => tell)).toEqual(['firing', 'acknowledged', 'resolved']);
  expect(state).toMatchObject({ status: 'resolved', acknowledgement: null });
});

test('an acknowledgement ends with its incident: what comes back fires and is repeated', () => {
  const again = [[hours(3), fire], [hours(7), fire]] as const; // biome-ignore format: one line
  expect(tells([[NOW, fire], [hours(1), acknowledge()], [hours(2), resolve], ...again])).toEqual([
    'firing',
    'acknowledged',
    'resolved',
    'firing',
    'firing',
  ]);
});

test('nobody acknowledges what never began or is over', () => {
  expect(told([[NOW, acknowledge()]])).toEqual({ messages: [], state: null });
  expect(tells([[NOW, fire], [hours(1), resolve], [hours(2), acknowledge()]])).toEqual(['firing', 'resolved']); // biome-ignore format: one line
});

test('what grows graver than people know is told at once, and once, also where it was acknowledged', () => {
  const of = (severity: 'warning' | 'critical'): IncidentChange => ({
    kind: 'fire',
    fact: { ...FACT, severity },
  });
  const wavering = Array.from(
    { length: 20 },
    (_, index) => [addMs(hours(1), index * MINUTE_MS), of(index % 2 === 0 ? 'critical' : 'warning')] as const,
  );
  expect(tells([[NOW, of('warning')], ...wavering])).toEqual(['firing', 'firing']);
  const { messages, state } = told([[NOW, of('warning')], [MINUTE, acknowledge()], ...wavering]);
  expect(messages.map(({ tell }) => tell)).toEqual(['firing', 'acknowledged', 'firing']);
  expect(state).toMatchObject({ status: 'firing', acknowledgement: null, toldSeverity: 'critical' });
});

test('another address to pay at is told, also where the incident was acknowledged', () => {
  const pay = (url: string): IncidentChange => ({
    kind: 'fire',
    fact: { ...FACT, pay: { url, expiresAt: hours(9) } },
  });
  const changes = [[NOW, pay('a')], [MINUTE, acknowledge()], [hours(1), pay('a')], [hours(2), pay('b')]] as const; // biome-ignore format: one line
  expect(tells(changes)).toEqual(['firing', 'acknowledged', 'firing']);
});
