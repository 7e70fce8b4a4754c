import type { HandAnswer } from '../domain/hand-order.ts';
import type { AccountName } from '../domain/ids.ts';
import { formatInstant } from '../domain/time.ts';

/** An answer as JSON, for commands and the API. */
export function answerView(account: AccountName, answer: HandAnswer) {
  return {
    account,
    outcome: answer.outcome,
    reason: answer.reason,
    sentence: answer.sentence,
    intent: answer.intent,
    request_id: answer.requestId,
    until: answer.until === null ? null : formatInstant(answer.until),
    payment_url: answer.link?.url ?? null,
    expires_at: answer.link === null ? null : formatInstant(answer.link.expiresAt),
  };
}
