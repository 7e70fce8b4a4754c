import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { type Heard, life, PAGE_MS } from './a-page.ts';

const S = SECOND_MS;
const M = MINUTE_MS;
const H = HOUR_MS;
const END = PAGE_MS;

test.each<[string, readonly Heard[], readonly string[]]>([
  [
    'its first word means that nobody has paid, for as long as it lasts',
    [[15 * S, '400 not_complete'], [6 * H, '400 not_complete'], [END, '400 not_complete']],
    ['unpaid', 'unpaid', 'unpaid'],
  ],
  [
    'another word later may come behind a payment',
    [[15 * S, '400 not_complete'], [H, '400 invalid_session'], [3 * H, '400 invalid_session']],
    ['unpaid', 'unclear', 'unclear'],
  ],
  [
    'another word frees a card when it has stood for half an hour behind the end',
    [[15 * S, '400 not_complete'], [END, '400 invalid_session'], [END + 29 * M, '400 invalid_session'], [END + 30 * M, '400 invalid_session']],
    ['unpaid', 'unclear', 'unclear', 'unpaid'],
  ],
  [
    'what it said before its end counts from the end on',
    [[15 * S, '400 not_complete'], [END - 30 * M, '400 invalid_session'], [END, '400 invalid_session'], [END + 30 * M, '400 invalid_session']],
    ['unpaid', 'unclear', 'unclear', 'unpaid'],
  ],
  [
    'a refusal of its first moments is its "not yet" when the next question hears it too',
    [[S, '404 no_session'], [16 * S, '404 no_session'], [H, '404 no_session']],
    ['unpaid', 'unpaid', 'unpaid'],
  ],
  [
    'a refusal of its first moments is its "not yet" when it is heard again within two minutes',
    [[S, '404 no_session'], [90 * S, '404 no_session'], [H, '404 no_session']],
    ['unpaid', 'unpaid', 'unpaid'],
  ],
  [
    'a refusal of its first moments alone frees a card when it has stood for half an hour',
    [[S, '404 no_session'], [10 * M, '404 no_session'], [20 * M, '404 no_session'], [31 * M, '404 no_session']],
    ['unpaid', 'unclear', 'unclear', 'unpaid'],
  ],
  [
    'a refusal of its first moments that comes back behind its "not yet" is another word',
    [[S, '404 no_session'], [16 * S, 'open/unpaid'], [H, 'open/unpaid'], [2 * H, '404 no_session'], [3 * H, '404 no_session']],
    ['unpaid', 'unpaid', 'unpaid', 'unclear', 'unclear'],
  ],
  [
    'behind a refusal of its first moments a word that is not known frees no card before the end',
    [[S, '404 no_session'], [10 * M, 'open/awaiting_funds'], [2 * H, 'open/awaiting_funds']],
    ['unpaid', 'unclear', 'unclear'],
  ],
  [
    'behind a refusal of its first moments a payment that is pending frees no card',
    [[S, '423 session_locked'], [10 * M, 'unpaid/pending'], [END + 31 * M, 'unpaid/pending'], [END + 62 * M, 'unpaid/pending']],
    ['unpaid', 'under_way', 'under_way', 'under_way'],
  ],
  [
    'behind a refusal of its first moments that is pending too a pending one is no payment',
    [[S, '400 payment_pending'], [10 * M, 'unpaid/pending'], [END + 31 * M, 'unpaid/pending']],
    ['unpaid', 'unclear', 'unpaid'],
  ],
  [
    'behind a refusal of its first moments what was pending and has expired is over',
    [[S, '423 session_locked'], [10 * M, 'unpaid/pending'], [END, '409 pending_payment_expired']],
    ['unpaid', 'under_way', 'unpaid'],
  ],
  [
    'a word of an answer in its first moments is its "not yet" at once',
    [[S, 'open/unpaid'], [10 * M, 'open/unpaid']],
    ['unpaid', 'unpaid'],
  ],
  [
    'of two words in its first minute only one that says "unpaid" frees a card, when it has stood for half an hour',
    [[11 * S, '400 not_ready'], [50 * S, 'open/unpaid'], [10 * M, 'open/unpaid'], [31 * M, 'open/unpaid'], [H, '400 not_ready']],
    ['unpaid', 'unclear', 'unclear', 'unpaid', 'unclear'],
  ],
  [
    'of two words in its first minute the first one back before the end must stand anew',
    [[11 * S, '400 not_ready'], [50 * S, 'open/awaiting_funds'], [H, '400 not_ready'], [89 * M, '400 not_ready'], [90 * M, '400 not_ready']],
    ['unpaid', 'unclear', 'unclear', 'unclear', 'unpaid'],
  ],
  [
    'of two words in its first minute the first one back frees a card half an hour behind the end',
    [[11 * S, '400 not_ready'], [50 * S, 'open/awaiting_funds'], [END + 29 * M, '400 not_ready'], [END + 30 * M, '400 not_ready']],
    ['unpaid', 'unclear', 'unclear', 'unpaid'],
  ],
  [
    'of two words in its first minute the first one back behind a "pending" may be of a payment',
    [[11 * S, '400 not_ready'], [50 * S, 'open/pending'], [END + 30 * M, '400 not_ready']],
    ['unpaid', 'under_way', 'unclear'],
  ],
  [
    'a page whose first minute nobody asked in has the word that has stood for half an hour',
    [[5 * M, '400 not_complete'], [34 * M, '400 not_complete'], [35 * M, '400 not_complete'], [H, '400 invalid_session'], [2 * H, '400 not_complete']],
    ['unclear', 'unclear', 'unpaid', 'unclear', 'unpaid'],
  ],
  [
    'a vague refusal of its first moments that is all it said frees a card when it has stood for half an hour',
    [[S, '403 invalid_session'], [10 * M, '403 invalid_session'], [31 * M, '403 invalid_session']],
    ['unpaid', 'unclear', 'unpaid'],
  ],
  [
    'a vague refusal of its first moments behind other words says nothing',
    [[S, '403 invalid_session'], [10 * M, 'open/awaiting_funds'], [END, '403 invalid_session'], [END + 30 * M, '403 invalid_session']],
    ['unpaid', 'unclear', 'unclear', 'unclear'],
  ],
  [
    'a vague refusal that it did not begin with says nothing',
    [[15 * S, 'open/unpaid'], [H, '403 invalid_session'], [END + 31 * M, '403 invalid_session'], [END + 62 * M, '403 invalid_session']],
    ['unpaid', 'unclear', 'unclear', 'unclear'],
  ],
  [
    'a payment that takes days is no "not yet", in its first minute too',
    [[S, 'complete/pending'], [10 * M, 'complete/pending'], [END + 31 * M, 'complete/pending']],
    ['under_way', 'under_way', 'under_way'],
  ],
  [
    'what it says in its first minute behind such a payment is no "not yet"',
    [[15 * S, 'complete/pending'], [50 * S, '404 no_session']],
    ['under_way', 'unclear'],
  ],
  [
    'that it was done before is a payment, in its first minute too',
    [[15 * S, '409 session_already_processed']],
    ['paid'],
  ],
])('%s', (_, heard, means) => {
  expect(life(heard)).toEqual(means);
}); // biome-ignore format: a table

test('the first word to this journal of a page that was made for another may come behind a payment', () => {
  const heard: readonly Heard[] = [
    [S, '400 invalid_session'],
    [16 * S, '400 invalid_session'],
    [31 * M, '400 invalid_session'],
  ];
  expect(life(heard, true)).toEqual(['unclear', 'unclear', 'unpaid']);
});

/** A page with one "not yet", maybe not known everywhere at first, and what it says when somebody has paid. */
const aLife = (saidThen: readonly string[]) =>
  fc
    .record({
      notYet: fc.constantFrom('400 not_complete', 'open/unpaid', '404 no_session', '409 checkout_open', 'open/awaiting_payment'),
      unknown: fc.constantFrom(null, '404 session_not_found', '423 session_locked', '400 invalid_session', '404 no_session'),
      knownMs: fc.integer({ min: 0, max: 9 * S }),
      paid: fc.constantFrom(...saidThen),
      paidMs: fc.oneof(fc.integer({ min: 61 * S, max: H }), fc.integer({ min: 61 * S, max: END })),
      // Somebody asked in its first minute.
      asked: fc.integer({ min: S, max: M }),
      askedAgain: fc.array(
        fc.oneof(fc.integer({ min: S, max: 2 * H }), fc.integer({ min: S, max: END + 3 * H })),
        { minLength: 1, maxLength: 12 },
      ),
    })
    .map(({ notYet, unknown, knownMs, paid, paidMs, asked, askedAgain }) => {
      const heard = [asked, ...askedAgain]
        .toSorted((one, other) => one - other)
        .map((ageMs): Heard => [
          ageMs,
          ageMs >= paidMs ? paid : ageMs < knownMs ? (unknown ?? notYet) : notYet,
        ]);
      return { heard, paid, paidMs, wasSaidBefore: heard.some(([ageMs, text]) => ageMs < paidMs && text === paid) };
    }); // biome-ignore format: a table

const RUNS = { numRuns: 2_000 };

test('a debit of days, whatever the page said before and whenever it is asked, frees no card', () => {
  const debits = ['unpaid/pending', 'complete/pending', 'open/pending', '400 payment_pending', '409 payment_processing'];
  fc.assert(
    fc.property(aLife(debits), ({ heard, paidMs }) => {
      const words = life(heard);
      expect(words.filter((word, nr) => word === 'unpaid' && (heard[nr]?.[0] ?? 0) >= paidMs)).toEqual([]);
    }),
    RUNS,
  );
}); // biome-ignore format: a table

test('a refusal behind a "paid" that was lost frees no card before it has stood for half an hour behind the end', () => {
  const refusals = [
    '400 invalid_session',
    '404 session_gone',
    '410 gone',
    '409 conflict',
    '400 session_locked',
  ];
  fc.assert(
    fc.property(aLife(refusals), ({ heard, paid, paidMs, wasSaidBefore }) => {
      fc.pre(!wasSaidBefore);
      const words = life(heard);
      const sinceMs = Math.max(END, heard.find(([, text]) => text === paid)?.[0] ?? 0);
      const early = heard.filter(
        ([ageMs], nr) => words[nr] === 'unpaid' && ageMs >= paidMs && ageMs < sinceMs + 30 * M,
      );
      expect(early).toEqual([]);
    }),
    RUNS,
  );
});
