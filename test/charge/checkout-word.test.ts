import { expect, test } from 'vitest';
import { mayBeNotYet, mayBeUnknown, type PageAnswer, wordFor } from '../../src/charge/checkout-word.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';

const NOT_YET = '400 checkout_not_complete';

function refusal(text: string, isVague = false): PageAnswer {
  return { text, code: text.slice(4), isRefusal: true, isVague };
}

function said(...words: readonly string[]): PageAnswer {
  const text = words.join('/');
  return { text, code: text, isRefusal: false, isVague: false };
}

const LONG = 30 * MINUTE_MS;

test.each<[string, PageAnswer, string | null, Partial<{ isOver: boolean; first: string; forMs: number }>, string]>([
  ['its own not yet', refusal('409 payment_pending'), '409 payment_pending', {}, 'unpaid'],
  ['its own not yet, though vague', refusal('403 checkout_open', true), '403 checkout_open', {}, 'unpaid'],
  ['a paid word beside an unpaid one', said('complete', 'unpaid'), NOT_YET, {}, 'under_way'],
  ['that it is pending', said('pending'), NOT_YET, { isOver: true, forMs: LONG }, 'under_way'],
  ['that its payment is pending', refusal('409 payment_pending'), NOT_YET, { isOver: true, forMs: LONG }, 'under_way'],
  ['that it is pending, in other words than before', said('pending'), '409 payment_pending', {}, 'unclear'],
  ['an unpaid word beside another', said('incomplete', 'unpaid'), NOT_YET, { isOver: true }, 'unpaid'],
  ['that none is under way', refusal('400 payment_not_processing'), NOT_YET, {}, 'unclear'],
  ['that it is pending, where no more is known', said('pending'), null, {}, 'unclear'],
  ['that it is pending, where no more is known, for long', said('pending'), null, { forMs: LONG }, 'unclear'],
  ['that it is pending, where no more is known, for long behind its end', said('pending'), null, { isOver: true, forMs: LONG }, 'unpaid'],
  ['a complete page whose payment is pending', said('complete', 'pending'), null, { isOver: true, forMs: LONG }, 'under_way'],
  ['a payment under way', refusal('409 already_processing'), NOT_YET, { isOver: true, forMs: LONG }, 'under_way'],
  ['a payment under way, where no more is known', refusal('409 payment_processing'), null, { forMs: LONG }, 'under_way'],
  ['an error in it', refusal('400 processing_error'), NOT_YET, {}, 'unclear'],
  ['its end', refusal('410 session_expired'), NOT_YET, { isOver: true }, 'unpaid'],
  ['that its payment failed', refusal('402 payment_failed'), NOT_YET, { isOver: true }, 'unpaid'],
  ['a payment that is pending, and not paid', said('pending', 'unpaid'), NOT_YET, { isOver: true }, 'under_way'],
  ['its end beside a payment that is pending', said('expired', 'pending'), NOT_YET, { isOver: true }, 'unpaid'],
  ['that something failed', refusal('409 failed'), NOT_YET, { isOver: true }, 'unclear'],
  ['that confirming it failed', refusal('409 confirm_failed'), NOT_YET, { isOver: true }, 'unclear'],
  ['its end, before it', refusal('410 session_expired'), NOT_YET, { forMs: LONG }, 'unclear'],
  ['its end, in vague words', refusal('403 session_expired', true), NOT_YET, { isOver: true, forMs: LONG }, 'unclear'],
  ['that it is not paid, in vague words, for long', refusal('403 checkout_not_paid', true), null, { forMs: LONG }, 'unpaid'],
  ['that it is not paid or has ended, in vague words, for long', refusal('403 checkout_unpaid_or_expired', true), null, { forMs: LONG }, 'unpaid'],
  ['that it was done before', refusal('400 session_already_processed'), NOT_YET, {}, 'paid'],
  ['that it was done before, or has expired', refusal('400 expired_or_already_used'), NOT_YET, { isOver: true }, 'unclear'],
  ['that it was done before, or has expired, for long', refusal('400 expired_or_already_used'), NOT_YET, { isOver: true, forMs: LONG }, 'unpaid'],
  ['that it was done before, in an answer', said('already_paid'), NOT_YET, {}, 'unclear'],
  ['anything else', refusal('404 not_found'), NOT_YET, {}, 'unclear'],
  ['anything else, for long', refusal('404 not_found'), NOT_YET, { forMs: LONG }, 'unclear'],
  ['anything else, behind its end', refusal('404 not_found'), NOT_YET, { isOver: true }, 'unclear'],
  ['anything else, for long behind its end', refusal('404 not_found'), NOT_YET, { isOver: true, forMs: LONG }, 'unpaid'],
  ['anything else, where no more is known', refusal('404 not_found'), null, {}, 'unclear'],
  ['anything else, where no more is known, for long', refusal('404 not_found'), null, { forMs: LONG }, 'unpaid'],
  ['a word that is not known, behind another', said('open', 'awaiting_funds'), null, { first: '404 no_session', forMs: LONG }, 'unclear'],
  ['an unpaid word behind another', said('open', 'unpaid'), null, { first: '404 no_session', forMs: LONG }, 'unpaid'],
  ['a payment that is pending, behind another word', said('unpaid', 'pending'), null, { first: '404 no_session', isOver: true, forMs: LONG }, 'under_way'],
  ['a payment that is pending, behind one that was', said('unpaid', 'pending'), null, { first: '400 payment_pending', forMs: LONG }, 'unclear'],
  ['a payment that is pending, behind one that was, for long behind its end', said('unpaid', 'pending'), null, { first: '400 payment_pending', isOver: true, forMs: LONG }, 'unpaid'],
  ['the first word again', refusal('404 no_session'), null, { first: '404 no_session', forMs: LONG }, 'unpaid'],
  ['a complete page behind another word', said('completed', 'unpaid'), null, { first: '404 no_session', forMs: LONG }, 'unclear'],
  ['a word that is not known', said('queued'), NOT_YET, {}, 'unclear'],
])('%s means', (_what, answer, notYet, page, expected) => {
  expect(wordFor(answer, { notYet, first: null, isOver: false, forMs: 0, ...page })).toBe(expected);
}); // biome-ignore format: a table

test.each<[PageAnswer, boolean]>([
  [refusal(NOT_YET), true],
  [refusal('409 payment_pending'), true],
  [refusal('409 payment_processing'), false],
  [said('complete', 'unpaid'), false],
  [refusal('403 checkout_incomplete', true), true],
  [refusal('403 ', true), false],
  [refusal('400 session_already_processed'), false],
])('of a page that was just made, %o may be its not yet: %s', (answer, expected) => {
  expect(mayBeNotYet(answer)).toBe(expected);
});

test.each<[PageAnswer, boolean]>([
  [refusal('400 invalid_session'), true],
  [refusal('403 session_not_found', true), true],
  [refusal('404 checkout_session_expired'), true],
  [refusal('410 session_expired'), true],
  [refusal('200 session_not_found'), true],
  [refusal('400 checkout_unpaid_or_expired'), true],
  [refusal('400 checkout_unknown_or_unpaid'), true],
  [refusal('402 session_not_found'), true],
  [refusal('402 payment_required'), true],
  [refusal('409 session_not_found'), true],
  [refusal('412 session_invalid'), true],
  [refusal('423 session_locked'), true],
  [refusal('425 checkout_not_ready', true), true],
  [refusal('425 checkout_pending', true), true],
  [refusal('400 checkout_not_paid'), false],
  [refusal('403 checkout_not_complete', true), false],
  [refusal('400 payment_pending'), true],
  [refusal('404 session_pending'), true],
  [refusal('409 payment_pending'), false],
  [refusal('402 session_pending'), false],
  [said('open'), false],
])('of a page that was just made, %o may be that nobody knows it: %s', (answer, expected) => {
  expect(mayBeUnknown(answer)).toBe(expected);
});
