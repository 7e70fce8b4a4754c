export type StripeForm = Readonly<Record<string, string>>;

export type StripeAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** Stripe API reference, "Errors": `{"error": {type, code, decline_code, message, param}}`. */
export function invalidRequest(
  status: number,
  error: { readonly message: string; readonly code?: string; readonly param?: string },
): StripeAnswer {
  return { status, body: { error: { type: 'invalid_request_error', ...error } } };
}

/** What is wrong with a card is a 402 of type `card_error`. */
export function cardError(
  status: number,
  error: {
    readonly code: string;
    readonly message: string;
    readonly param?: string;
    readonly declineCode?: string;
  },
): StripeAnswer {
  const { declineCode, ...rest } = error;
  const decline = declineCode === undefined ? {} : { decline_code: declineCode };
  return { status, body: { error: { type: 'card_error', ...rest, ...decline } } };
}
