import type { ProviderAnswer } from '../domain/provider-answer.ts';
import { SECOND_MS } from '../domain/time.ts';
import { isRecord } from './rows.ts';
import type { TransportReply } from './transport.ts';

const RETRY_AFTER_MAX_MS = 24 * 3_600_000;
/** Below this an `X-RateLimit-Reset` cannot be a date: it is read as seconds from now. */
const UNIX_SECONDS_MIN = 1_000_000_000;

/** What the provider's rate headers said (API sheet, "Rate limits"); `null` where they were absent or not numbers. */
export type RateHeaders = { readonly remaining: number | null; readonly resetInMs: number | null };

/** A reply of the wire as the domain's answer: JSON parsed, headers read, nothing interpreted. */
export function answerOf(reply: TransportReply, nowMs: number, dates = new DateHeaders()): ProviderAnswer {
  if (reply.kind !== 'answered') return { kind: reply.kind, reason: reply.reason };
  const body = parseJson(reply.bodyText);
  const dateMs = dates.read(reply.headers['date']);
  return {
    kind: 'answered',
    status: reply.status,
    body,
    // `request-id` is Stripe's.
    requestId: requestIdOf(body) ?? shortText(reply.headers['x-request-id'] ?? reply.headers['request-id']),
    dateMs,
    retryAfterMs: retryAfterMs({ reply, body, nowMs: dateMs ?? nowMs }),
  };
}

/** `fromMs` is the answer's `Date`, or our wall clock where it has none. */
export function rateHeadersOf(reply: TransportReply, fromMs: number): RateHeaders {
  if (reply.kind !== 'answered') return { remaining: null, resetInMs: null };
  const remaining = wholeNumber(reply.headers['x-ratelimit-remaining']);
  const reset = wholeNumber(reply.headers['x-ratelimit-reset']);
  if (reset === null) return { remaining, resetInMs: null };
  const resetInMs = reset < UNIX_SECONDS_MIN ? reset * SECOND_MS : reset * SECOND_MS - fromMs;
  return { remaining, resetInMs: Math.max(0, resetInMs) };
}

/** The `Date` of answers: all those of a second have the same text, which is read once. */
export class DateHeaders {
  #text: string | undefined;
  #ms: number | null = null;

  read(text: string | undefined): number | null {
    if (text !== this.#text) this.#ms = httpDateMs(text);
    this.#text = text;
    return this.#ms;
  }
}

function retryAfterMs(options: {
  reply: Extract<TransportReply, { kind: 'answered' }>;
  body: unknown;
  nowMs: number;
}): number | null {
  const { reply, body, nowMs } = options;
  const header = reply.headers['retry-after'];
  const seconds = wholeNumber(header) ?? (isRecord(body) ? wholeNumber(body['retry_after']) : null);
  if (seconds !== null) return Math.min(seconds * SECOND_MS, RETRY_AFTER_MAX_MS);
  const untilMs = httpDateMs(header);
  if (untilMs !== null) return Math.min(Math.max(0, untilMs - nowMs), RETRY_AFTER_MAX_MS);
  return reply.status === 429 ? rateHeadersOf(reply, nowMs).resetInMs : null;
}

/** `undefined` where the text is not JSON: the domain's word for it. */
function parseJson(text: string): unknown {
  try {
    // An empty 2xx body is "no JSON" too, which the decoders of calls without an answer accept.
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requestIdOf(body: unknown): string | null {
  if (!isRecord(body) || !isRecord(body['meta'])) return null;
  return shortText(body['meta']['request_id']);
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' && /^[\w.:-]{1,128}$/.test(value) ? value : null;
}

function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^\s*\d{1,12}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** HTTP dates only ("Mon, 23 Nov 2026 15:04:05 GMT"): `Date.parse` alone accepts nearly anything. */
function httpDateMs(value: string | undefined): number | null {
  if (value === undefined || !/^[A-Z][a-z]{2}, .{11,15} \d\d:\d\d:\d\d GMT$/.test(value)) return null;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed;
}
