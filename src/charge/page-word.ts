import { addMs, type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { CheckoutWord, Says } from './checkout-step.ts';
import { mayBeNotYet, mayBePaying, mayBeUnknown, type PageAnswer, wordFor } from './checkout-word.ts';
import { type LinkOpen, linkEndsAt } from './intent.ts';

/** When nobody can have paid yet: people are only just told of the page. */
const YOUNG_MS = MINUTE_MS;
/** When a session may not be known everywhere yet: what may mean that is no "not yet" before it is heard again. */
const NEWBORN_MS = 10 * SECOND_MS;
/** The second question comes by then, where purser is up. */
const ASKED_TWICE_MS = 2 * MINUTE_MS;

/** What an answer that is no "paid" means of a page that said before what `page` keeps, and what is kept of it. */
export function pageWord(answer: PageAnswer, page: LinkOpen, now: EpochMs): CheckoutWord {
  const { text } = answer;
  if (isYoung(page, now) && mayBeNotYet(answer) && isFirstWord(page, text)) {
    const isUnsure = now - page.since < NEWBORN_MS && mayBeUnknown(answer);
    return { kind: 'unpaid', says: isUnsure ? { said: { text, since: now } } : { notYet: text } };
  }
  if (isHeardAgain(page, answer, now)) return { kind: 'unpaid', says: { notYet: text } };
  const says = withAnswer(page, answer, now);
  const { notYet = null, first = null, said } = says;
  const endsAt = linkEndsAt(page);
  const isOver = now >= endsAt;
  const forMs = now - (isOver ? addMs(endsAt, Math.max(0, said.since - endsAt)) : said.since);
  const isVague = answer.isVague && !(isAllItSaid(page, text) && mayBeNotYet(answer));
  const kind = wordFor({ ...answer, isVague }, { notYet, first, isOver, forMs });
  if (kind === 'paid') return { kind, paymentIntent: null };
  if (text === notYet || (kind === 'unpaid' && !isOver)) return { kind, says: { notYet: text } };
  return { kind, says };
}

/** What is kept of all that a page said, where this answer is no "not yet" at once. */
function withAnswer(page: LinkOpen, answer: PageAnswer, now: EpochMs): Says & Required<Pick<Says, 'said'>> {
  const { text } = answer;
  // Of two answers in its first minute one may be that of a session that was paid.
  const isSecond = isYoung(page, now) && page.notYet !== undefined && mayBeNotYet(answer);
  const notYet = isSecond ? undefined : page.notYet;
  const ofBirth =
    notYet === undefined && isOfBirth(page) && page.said?.text !== text ? page.said?.text : page.first;
  const first = isSecond ? page.notYet : ofBirth;
  const isBack = now >= linkEndsAt(page) && text === first && !mayBePaying(page.said?.text ?? '');
  const said = page.said?.text === text ? page.said : { text, since: isBack ? page.since : now };
  return { said, ...(notYet === undefined ? {} : { notYet }), ...(first === undefined ? {} : { first }) };
}

function isYoung({ since, isOlder }: LinkOpen, now: EpochMs): boolean {
  return now - since <= YOUNG_MS && isOlder === undefined;
}

function isFirstWord(page: LinkOpen, text: string): boolean {
  return page.notYet === text || (page.notYet === undefined && (page.said === undefined || isOfBirth(page)));
}

/** Nothing else was heard in between. */
function isHeardAgain(page: LinkOpen, answer: PageAnswer, now: EpochMs): boolean {
  const isSame = page.notYet === undefined && page.said?.text === answer.text && isOfBirth(page);
  return isSame && mayBeNotYet(answer) && now - page.since <= ASKED_TWICE_MS;
}

/** From its first moment on: so it is about the page, vague or not. */
function isAllItSaid(page: LinkOpen, text: string): boolean {
  return page.first === undefined && page.said?.text === text && isOfBirth(page);
}

/** Whether all that was heard of it, it said when it was made: a page that is older was made before. */
function isOfBirth({ said, since, isOlder }: LinkOpen): boolean {
  return said !== undefined && said.since - since < NEWBORN_MS && isOlder === undefined;
}
