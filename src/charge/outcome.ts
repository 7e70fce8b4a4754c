import { type PaymentIntentId, parseProviderId } from '../domain/ids.ts';
import { type MicroUsd, microUsdFromJson } from '../domain/money.ts';
import type { ProviderAnswer } from '../domain/provider-answer.ts';
import { parseInstant } from '../domain/time.ts';
import { type CheckoutLink, type IntentKind, isLinkKind } from './intent.ts';

/** What the answer to a money call proves (charging.md, "States of an intent"). */
export type Outcome =
  | {
      readonly kind: 'charged';
      readonly paymentIntent: PaymentIntentId | null;
      readonly balanceMicroUsd: MicroUsd | null;
      readonly isReplay: boolean;
    }
  | {
      readonly kind: 'declined';
      readonly code: string;
      readonly paymentIntent: PaymentIntentId | null;
      readonly isReplay: boolean;
    }
  /** A page for a person to pay on; nothing is charged yet. */
  | { readonly kind: 'link'; readonly link: CheckoutLink; readonly isReplay: boolean }
  | { readonly kind: 'action'; readonly paymentIntent: PaymentIntentId | null; readonly isReplay: boolean }
  /** The provider says that it did nothing. `isCertain` is false for 503: a proxy may say so after the effect. */
  | {
      readonly kind: 'no_effect';
      readonly why: 'rate_limited' | 'unauthorized' | 'unavailable' | 'not_sent';
      readonly isCertain: boolean;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'rejected'; readonly code: string }
  | {
      readonly kind: 'unclear';
      readonly why: string;
      /** The key was used with another body: a replay can only fail, another purser may have charged. */
      readonly isKeyConflict: boolean;
    };

/** The provider's word that a request of somebody else, with another body, has our key. */
export const KEY_CONFLICT = 'key_used_with_another_body';

/** Gives a money call's answer its meaning. Whatever is not plain proof is `unclear`. */
export function readOutcome(answer: ProviderAnswer, kind: IntentKind): Outcome {
  if (answer.kind === 'not_sent') {
    return { kind: 'no_effect', why: 'not_sent', isCertain: true, retryAfterMs: null };
  }
  if (answer.kind === 'lost') return unclear(answer.reason);
  const { status, body } = answer;
  const code = errorCode(body);
  if (code?.includes('idempotency') === true && status !== 409) {
    return { kind: 'unclear', why: KEY_CONFLICT, isKeyConflict: true };
  }
  if (status >= 200 && status < 300) return readSuccess(answer.body, kind, status);
  switch (status) {
    case 401:
      return { kind: 'no_effect', why: 'unauthorized', isCertain: true, retryAfterMs: null };
    case 402:
      return {
        kind: 'declined',
        code: declineCode(body),
        paymentIntent: findPaymentIntent(body),
        isReplay: isReplay(body),
      };
    case 429:
      return { kind: 'no_effect', why: 'rate_limited', isCertain: true, retryAfterMs: answer.retryAfterMs };
    case 503:
      return { kind: 'no_effect', why: 'unavailable', isCertain: false, retryAfterMs: answer.retryAfterMs };
    case 408:
    case 409:
    case 425:
      return unclear(`http_${status}`);
    default:
      if (status >= 400 && status < 500) return { kind: 'rejected', code: code ?? `http_${status}` };
      return unclear(`http_${status}`);
  }
}

function readSuccess(body: unknown, kind: IntentKind, status: number): Outcome {
  if (!isRecord(body)) return unclear('unparsable_body');
  if (errorCode(body) === 'payment_declined') {
    const paymentIntent = findPaymentIntent(body);
    return { kind: 'declined', code: declineCode(body), paymentIntent, isReplay: isReplay(body) };
  }
  const data = isRecord(body['data']) ? body['data'] : body;
  if ([body, data].some(saysError)) return unclear('error_in_success');
  if (isLinkKind(kind)) {
    const link = readLink(data);
    return link === null
      ? unclear('success_without_evidence')
      : { kind: 'link', link, isReplay: isReplay(body) };
  }
  const paymentIntent = findPaymentIntent(body);
  const payment = isRecord(data['payment']) ? data['payment'] : data;
  if (payment['status'] === 'requires_action' || status === 202) {
    return { kind: 'action', paymentIntent, isReplay: isReplay(body) };
  }
  const balanceMicroUsd = readBalance(data);
  const hasEvidence =
    kind === 'fund'
      ? paymentIntent !== null || balanceMicroUsd !== null
      : hasWords(body) && !asksForCheckout(body);
  if (!hasEvidence) return unclear('success_without_evidence');
  return { kind: 'charged', paymentIntent, balanceMicroUsd, isReplay: isReplay(body) };
}

/** API sheet #4. The address goes to people as a button, so only what looks like one of a web page is taken. */
function readLink(data: Readonly<Record<string, unknown>>): CheckoutLink | null {
  const { payment_url: url, session_id: sessionId, expires_at: expires } = data;
  if (typeof url !== 'string' || !LINK_URL.test(url)) return null;
  if (typeof sessionId !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(sessionId)) return null;
  const isInstant = typeof expires === 'string' || typeof expires === 'number';
  return { url, sessionId, expiresAt: isInstant ? parseInstant(expires) : null };
}

/** https, or http on this machine (a sandbox). */
const LINK_URL =
  /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?=[:/]))[\w.:[\]-]+\/?[\w./?=&%#:@!$'()*+,;~-]{0,2000}$/;

/** A 2xx that says of itself that it is none: the vendor has several ways (API sheet 1). */
function saysError(part: Readonly<Record<string, unknown>>): boolean {
  const { error, status, success } = part;
  return (error !== undefined && error !== null) || status === 'error' || success === false;
}

/** What answers a subscription call is not documented; that something was done it must at least say. */
function hasWords(body: Readonly<Record<string, unknown>>): boolean {
  const data = 'data' in body ? body['data'] : body;
  return isRecord(data) && Object.values(data).some((value) => value !== null && value !== '');
}

/** Not a charge but a page for a person to pay on (API sheet #26). */
function asksForCheckout(body: Readonly<Record<string, unknown>>): boolean {
  return [body, body['data']].some((part) => isRecord(part) && 'checkout_url' in part);
}

function unclear(why: string): Outcome {
  return { kind: 'unclear', why, isKeyConflict: false };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function errorCode(body: unknown): string | null {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : null;
  const code = error?.['code'];
  // The provider's word goes into the journal and into alerts: only what looks like a code may.
  return typeof code === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(code) ? code : null;
}

function declineCode(body: unknown): string {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const details = isRecord(error['details']) ? error['details'] : {};
  const code = details['decline_code'] ?? error['decline_code'] ?? error['code'];
  return typeof code === 'string' && /^[a-z0-9_]{1,64}$/.test(code) ? code : 'unknown';
}

function readBalance(data: Readonly<Record<string, unknown>>): MicroUsd | null {
  const wallet = isRecord(data['wallet']) ? data['wallet'] : {};
  const value = data['balance'] ?? data['new_balance'] ?? data['wallet_balance'] ?? wallet['balance'];
  return typeof value === 'number' || typeof value === 'string' ? microUsdFromJson(value) : null;
}

/** API sheet, "Idempotency": where the flag sits is not documented. */
function isReplay(body: unknown): boolean {
  if (!isRecord(body)) return false;
  return [body, body['data'], body['meta']].some(
    (part) => isRecord(part) && part['idempotency_replay'] === true,
  );
}

/** The one PaymentIntent id that an answer names, wherever it stands; `null` where it names none or several. */
function findPaymentIntent(body: unknown): PaymentIntentId | null {
  const found = new Set<string>();
  collectPaymentIntents(body, 5, found);
  const [only] = found;
  return found.size === 1 && only !== undefined ? parseProviderId<PaymentIntentId>(only) : null;
}

function collectPaymentIntents(value: unknown, depth: number, found: Set<string>): void {
  if (typeof value === 'string' && /^pi_[A-Za-z0-9]{1,200}$/.test(value)) found.add(value);
  if (depth === 0 || typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value).slice(0, 50)) collectPaymentIntents(part, depth - 1, found);
}
