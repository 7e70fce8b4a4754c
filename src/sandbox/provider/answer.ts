/**
 * What a handler says, before it becomes a body. API sheet §1, "success envelope", "error envelope", "bare success":
 * - `data`: `{"data": …, "error": null, "meta": {"request_id"}}`
 * - `error`: `{"data": null, "error": {code, message, details}, "meta": {"request_id"}}`
 * - `bare`: as it is; Laravel's own middleware answers so.
 * - `both`: where sources disagree which of the two it is, whoever wrote after either can read it.
 */
export type Outcome =
  | { readonly kind: 'data'; readonly status: number; readonly data: unknown }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'bare'; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'both'; readonly status: number; readonly data: Readonly<Record<string, unknown>> };

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
};

export function ok(data: unknown, status = 200): Outcome {
  return { kind: 'data', status, data };
}

export function bare(body: Readonly<Record<string, unknown>>, status: number): Outcome {
  return { kind: 'bare', status, body };
}

export function okBothWays(data: Readonly<Record<string, unknown>>): Outcome {
  return { kind: 'both', status: 200, data };
}

export function fail(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): Outcome {
  return { kind: 'error', status, code, message, details };
}

/** Laravel's validation answer in the vendor's envelope: 422, one list of sentences per field. */
export function invalid(field: string, sentence: string): Outcome {
  return fail(422, 'validation_error', sentence, { [field]: [sentence] });
}

export function notFound(what: string): Outcome {
  return fail(404, 'not_found', `${what} not found.`);
}

export function bodyOf(outcome: Outcome, requestId: string): Readonly<Record<string, unknown>> {
  const meta = { request_id: requestId };
  switch (outcome.kind) {
    case 'data':
      return { data: outcome.data, error: null, meta };
    case 'error': {
      const { code, message, details } = outcome;
      return { data: null, error: { code, message, details }, meta };
    }
    case 'bare':
      return outcome.body;
    case 'both':
      return { ...outcome.data, data: outcome.data, error: null, meta };
  }
}
