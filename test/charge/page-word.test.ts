import { expect, test } from 'vitest';
import { withSays } from '../../src/charge/checkout-step.ts';
import type { PageAnswer } from '../../src/charge/checkout-word.ts';
import { pageWord } from '../../src/charge/page-word.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import { NOW } from '../domain/a-ledger.ts';
import { anIntent } from './an-intent.ts';

type Heard = readonly [agoMs: number, said: string];

/** "404 no_session" is a refusal, "open/unpaid" the words of an answer. */
function anAnswer(said: string): PageAnswer {
  const [, status, code = said] = /^(\d{3}) (.*)$/.exec(said) ?? [];
  const isVague = status === '403' || status === '425';
  return { text: said, code, isRefusal: status !== undefined, isVague };
}

/** What each answer means of a page that lives for a day. */
function life(heard: readonly Heard[], isOlder?: true): readonly string[] {
  const link = { url: 'https://pay.example/1', sessionId: 'cs_1', expiresAt: addMs(NOW, 24 * HOUR_MS) };
  const older = isOlder === undefined ? {} : { isOlder };
  let page = anIntent({ kind: 'fund_link', state: { kind: 'link_open', since: NOW, ...older, ...link } });
  return heard.map(([ageMs, said]) => {
    if (page.state.kind !== 'link_open') throw new Error(`${page.state.kind}: no page any more`);
    const word = pageWord(anAnswer(said), page.state, addMs(NOW, ageMs));
    page = withSays(page, word);
    return word.kind;
  });
}

const S = SECOND_MS;
const M = MINUTE_MS;
const H = HOUR_MS;
const END = 24 * HOUR_MS;

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
