import { expect, test } from 'vitest';
import { mayBeNotYet, type PageAnswer, wordFor } from '../../src/charge/checkout-word.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';

const NOT_YET = '400 checkout_not_complete';

function refusal(text: string, isVague = false): PageAnswer {
  return { text, words: null, isVague };
}

function said(words: readonly string[]): PageAnswer {
  return { text: `200 ${words.join('/')}`, words, isVague: false };
}

test.each<[string, PageAnswer, string | null, number, string]>([
  ['its own not yet', refusal('409 payment_pending'), '409 payment_pending', 0, 'unpaid'],
  ['its own not yet, though vague', refusal('403 checkout_open', true), '403 checkout_open', 0, 'unpaid'],
  ['a word for it', said(['open', 'unpaid']), NOT_YET, 0, 'unpaid'],
  ['a word that is not known', said(['queued']), NOT_YET, 0, 'under_way'],
  ['a paid word beside an unpaid one', said(['complete', 'unpaid']), NOT_YET, 0, 'under_way'],
  ['a payment under way', refusal('409 already_processing'), NOT_YET, 40 * MINUTE_MS, 'under_way'],
  ['its end', refusal('410 session_expired'), NOT_YET, 0, 'unpaid'],
  ['its end, in vague words', refusal('403 session_expired', true), NOT_YET, 40 * MINUTE_MS, 'unclear'],
  ['that it was done before', refusal('400 session_already_processed'), NOT_YET, 0, 'paid'],
  ['that it was done before, or has expired', refusal('400 expired_or_already_used'), NOT_YET, 0, 'unpaid'],
  ['anything else', refusal('404 not_found'), NOT_YET, 0, 'unclear'],
  ['anything else, for half an hour', refusal('404 not_found'), NOT_YET, 30 * MINUTE_MS, 'unpaid'],
  ['anything else, where no more is known', refusal('404 not_found'), null, 0, 'unpaid'],
])('%s means', (_what, answer, notYet, forMs, expected) => {
  expect(wordFor(answer, { notYet, forMs })).toBe(expected);
});

test.each<[PageAnswer, boolean]>([
  [refusal(NOT_YET), true],
  [refusal('409 payment_pending'), true],
  [refusal('403 checkout_incomplete', true), true],
  [refusal('403 ', true), false],
  [refusal('400 session_already_processed'), false],
])('of a page that was just made, %o may be its not yet: %s', (answer, expected) => {
  expect(mayBeNotYet(answer)).toBe(expected);
});
