import type { Answer } from '../../src/sandbox/provider/answer.ts';
import type { WeatherName } from './faults.ts';

/** What stands in front of the provider may answer without it, before anything has had an effect. */
export const REFUSALS: Readonly<Partial<Record<WeatherName, Answer>>> = {
  error_before_effect: bare(500, 'Server Error'),
  unavailable_before: bare(503, 'Service Unavailable'),
  rate_limited: { ...bare(429, 'Too many requests'), headers: { 'Retry-After': '7' } },
  unauthorized: bare(401, 'Unauthenticated.'),
  conflict: enveloped(409, 'idempotency_key_in_use'),
  unprocessable: enveloped(422, 'validation_error'),
};

/** Or hide what it answered, after the effect. */
export const HIDINGS: Readonly<Partial<Record<WeatherName, Answer>>> = {
  error_after_effect: bare(500, 'Server Error'),
  unavailable_after: bare(503, 'Service Unavailable'),
  late_row_unavailable: bare(503, 'Service Unavailable'),
};

function bare(status: number, message: string): Answer {
  return { status, headers: {}, body: { message } };
}

function enveloped(status: number, code: string): Answer {
  return { status, headers: {}, body: { data: null, error: { code, message: code, details: {} }, meta: {} } };
}
