import type { ProviderAnswer } from '../domain/provider-answer.ts';
import type { Secret } from '../domain/secret.ts';
import { RATE_BUDGET_REASON, TOKEN_MALFORMED_REASON } from './provider-client.ts';
import { isRecord } from './rows.ts';
import { safeText, withoutSecrets } from './secret-fields.ts';

export type FailureReason =
  /** 401: the token is not valid (any more). */
  | 'unauthorized'
  | 'not_found'
  /** 429, or no room under the limit we keep ourselves. */
  | 'rate_limited'
  /** Any other 4xx, a redirect, or a 2xx that says it is an error. */
  | 'refused'
  | 'server_error'
  /** Nothing reached the provider. */
  | 'unreachable'
  /** It may have reached the provider; no whole answer came back. For a write this is doubt, not failure. */
  | 'lost'
  /** An answer that does not have the documented shape. */
  | 'malformed'
  /** Pages of a ledger that do not fit each other (`takeLedgerLook` only). */
  | 'torn'
  /** Our own signal. */
  | 'aborted';

/** Fit for logs and alerts: holds no secret and no whole body. */
export type Failure = {
  readonly reason: FailureReason;
  readonly status: number | null;
  /** The provider's error code ("payment_declined"), or the transport's ("ECONNREFUSED"). */
  readonly code: string | null;
  readonly message: string;
  /** The provider's `error.details`, secrets masked. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
};

type Answered = Extract<ProviderAnswer, { kind: 'answered' }>;

/**
 * Why an answer is not a success; `null` where it is one. Knows the three error shapes of API sheet 1: the envelope's
 * `error`, Laravel's bare `{message}`, and `{status: "error", message}`.
 */
export function failureOf(answer: ProviderAnswer, secrets: readonly Secret[]): Failure | null {
  if (answer.kind !== 'answered') return wireFailure(answer);
  const isSuccess = answer.status >= 200 && answer.status < 300;
  if (isSuccess && !saysError(answer.body)) return null;
  const error = errorPart(answer.body);
  const said = typeof error['message'] === 'string' ? error['message'] : '';
  return failure(answer, {
    reason: reasonOf(answer.status),
    code: typeof error['code'] === 'string' ? safeText(error['code'], secrets) : null,
    message: safeText(said, secrets) || `the provider answered ${answer.status}`,
    details: detailsOf(error, secrets),
  });
}

/** A 2xx whose content is not what the documents promise. `problem` must not quote the content. */
export function malformed(answer: Answered, problem: string): Failure {
  return failure(answer, { reason: 'malformed', code: null, message: safeText(problem), details: {} });
}

function failure(answer: Answered, told: Pick<Failure, 'reason' | 'code' | 'message' | 'details'>): Failure {
  return { ...told, status: answer.status, requestId: answer.requestId, retryAfterMs: answer.retryAfterMs };
}

function wireFailure(answer: Exclude<ProviderAnswer, Answered>): Failure {
  return {
    reason: wireReason(answer),
    status: null,
    code: answer.reason,
    message: wireWords(answer),
    details: {},
    requestId: null,
    retryAfterMs: null,
  };
}

function wireWords({ kind, reason }: Exclude<ProviderAnswer, Answered>): string {
  if (reason === RATE_BUDGET_REASON)
    return 'nothing was sent to the provider: its rate limit for the account has no room now';
  if (reason === TOKEN_MALFORMED_REASON)
    return 'nothing was sent to the provider: the token has a blank, a tab or a letter that none has, or is too long';
  return kind === 'not_sent'
    ? `nothing was sent to the provider (${reason})`
    : `no whole answer came back from the provider (${reason})`;
}

function wireReason(answer: Exclude<ProviderAnswer, Answered>): FailureReason {
  if (answer.kind === 'lost') return 'lost';
  switch (answer.reason) {
    case RATE_BUDGET_REASON:
      return 'rate_limited';
    case TOKEN_MALFORMED_REASON:
      return 'unauthorized';
    case 'aborted':
      return 'aborted';
    default:
      return 'unreachable';
  }
}

function reasonOf(status: number): FailureReason {
  if (status === 401) return 'unauthorized';
  if (status === 404) return 'not_found';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'refused';
}

function saysError(body: unknown): boolean {
  return (
    isRecord(body) && (isRecord(body['error']) || (body['status'] === 'error' && !isRecord(body['data'])))
  );
}

function errorPart(body: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(body)) return {};
  return isRecord(body['error']) ? body['error'] : body;
}

/** `errors` is Laravel's own name for the fields of a 422. */
function detailsOf(error: Readonly<Record<string, unknown>>, secrets: readonly Secret[]) {
  const own = error['details'] ?? error['errors'] ?? {};
  const decline = error['decline_code']; // Stripe has it beside the code
  const details = withoutSecrets(decline === undefined ? own : { decline_code: decline }, secrets);
  if (!isRecord(details)) return {};
  return JSON.stringify(details).length <= 4_096 ? details : { note: 'details were too long and left out' };
}
