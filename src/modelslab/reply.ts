import type { Failure } from './failure.ts';

/** What a typed call gives back: a decoded value, or why there is none. */
export type Reply<T> =
  | {
      readonly kind: 'ok';
      readonly value: T;
      readonly requestId: string | null;
      /** True where the provider said that it repeated an earlier answer to the same idempotency key. */
      readonly replay: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: Failure };
