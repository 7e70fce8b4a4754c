import { expect, test } from 'vitest';
import { withDoneBefore } from '../../src/modelslab/confirmed-checkout.ts';
import type { Failure } from '../../src/modelslab/failure.ts';

const REFUSED: Failure = {
  reason: 'refused',
  status: 400,
  code: null,
  message: '',
  details: {},
  requestId: 'req_1',
  retryAfterMs: null,
};

function isPaid(changes: Partial<Failure>): boolean {
  const reply = withDoneBefore({ kind: 'failed', failure: { ...REFUSED, ...changes } });
  return reply.kind === 'ok' && reply.value.word === 'paid';
}

test.each<Partial<Failure>>([
  { code: 'session_already_processed' },
  { code: 'already_confirmed', status: 409 },
  { code: 'ALREADY_COMPLETE' },
  { message: 'This checkout session has already been paid.' },
  { code: 'invalid_session', message: 'Session was already credited', status: 422 },
])('a session that was confirmed before is a paid one: %o', (changes) => {
  expect(isPaid(changes)).toBe(true);
});

test.each<Partial<Failure>>([
  { code: 'checkout_not_complete', message: 'The session was not paid yet.' },
  { code: 'session_already_expired' },
  { message: 'The session has already been canceled.' },
  { code: 'session_already_processed', status: 503, reason: 'server_error' },
  { code: 'ECONNRESET', message: 'already processed', status: null, reason: 'lost' },
])('any other refusal says nothing of the kind: %o', (changes) => {
  expect(isPaid(changes)).toBe(false);
});
