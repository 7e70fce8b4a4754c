import type { IntentKind } from '../../src/charge/intent.ts';
import { type Outcome, readOutcome } from '../../src/charge/outcome.ts';
import type { ProviderAnswer } from '../../src/domain/provider-answer.ts';

export function answered(status: number, body: unknown, retryAfterMs: number | null = null): ProviderAnswer {
  return { kind: 'answered', status, body, requestId: 'req_1', dateMs: null, retryAfterMs };
}

/** What an answer to a funding (or another money call) proves. */
export function outcomeOf(status: number, body: unknown, kind: IntentKind = 'fund'): Outcome {
  return readOutcome(answered(status, body), kind);
}

/** The provider's envelope of a success. */
export function success(data: unknown, meta: object = {}): object {
  return { data, error: null, meta: { request_id: 'req_1', ...meta } };
}

/** The provider's envelope of a failure. */
export function failure(code: string, details?: object): object {
  return { data: null, error: { code, message: 'no', details }, meta: { request_id: 'req_1' } };
}
