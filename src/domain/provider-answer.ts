/**
 * One HTTP exchange as the transport saw it, before anyone gives it a meaning. `charge/outcome.ts` reads it for
 * calls that move money; the client's decoders read it for everything else.
 */
export type ProviderAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Parsed JSON, or `undefined` where the body was not JSON. */
      readonly body: unknown;
      /** `meta.request_id`, which the vendor's support asks for. */
      readonly requestId: string | null;
      /** The `Date` header in milliseconds since 1970, where there was one. */
      readonly dateMs: number | null;
      /** From `Retry-After`, `retry_after` or `X-RateLimit-Reset`. */
      readonly retryAfterMs: number | null;
    }
  /** Nothing reached the provider: refused, unresolved, or never connected. */
  | { readonly kind: 'not_sent'; readonly reason: string }
  /** Bytes may have reached the provider and no whole answer came back: a timeout, a reset, a body cut or too large. */
  | { readonly kind: 'lost'; readonly reason: string };
