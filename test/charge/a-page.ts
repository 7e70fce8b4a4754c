import { withSays } from '../../src/charge/checkout-step.ts';
import type { PageAnswer } from '../../src/charge/checkout-word.ts';
import { pageWord } from '../../src/charge/page-word.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { NOW } from '../domain/a-ledger.ts';
import { anIntent } from './an-intent.ts';

export type Heard = readonly [agoMs: number, said: string];

/** "404 no_session" is a refusal, "open/unpaid" the words of an answer. */
function anAnswer(said: string): PageAnswer {
  const [, status, code = said] = /^(\d{3}) (.*)$/.exec(said) ?? [];
  const isVague = status === '403' || status === '425';
  return { text: said, code, isRefusal: status !== undefined, isVague };
}

export const PAGE_MS = 24 * HOUR_MS;

/** What each answer means of a page that lives for a day. */
export function life(heard: readonly Heard[], isOlder?: true): readonly string[] {
  const link = { url: 'https://pay.example/1', sessionId: 'cs_1', expiresAt: addMs(NOW, PAGE_MS) };
  const older = isOlder === undefined ? {} : { isOlder };
  let page = anIntent({ kind: 'fund_link', state: { kind: 'link_open', since: NOW, ...older, ...link } });
  return heard.map(([ageMs, said]) => {
    if (page.state.kind !== 'link_open') throw new Error(`${page.state.kind}: no page any more`);
    const word = pageWord(anAnswer(said), page.state, addMs(NOW, ageMs));
    page = withSays(page, word);
    return word.kind;
  });
}
