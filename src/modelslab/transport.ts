import type { Method } from '../contract/endpoints.ts';

/** One HTTP request as the client wants it on the wire. Headers and body may hold secrets: never log a request. */
export type TransportRequest = {
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** One deadline for everything: waiting for a connection, sending, headers and the whole body. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
};

/** `reason` is a short stable word or a Node error code ("ECONNREFUSED", "timeout", "too_large"), never prose. */
export type TransportReply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Names in lower case; repeated headers joined with ", ". */
      readonly headers: Readonly<Record<string, string>>;
      readonly bodyText: string;
    }
  /** Not one byte of the request was written. */
  | { readonly kind: 'not_sent'; readonly reason: string }
  /** Bytes may have reached the other side and no whole answer came back. */
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * The wire. An implementation writes each request at most once, follows no redirect, never retries, and never
 * rejects: what goes wrong is a reply. The simulator puts its own in place of `UndiciTransport`.
 */
export interface Transport {
  request(request: TransportRequest): Promise<TransportReply>;
  /** Waits for what is in flight (each has its own deadline), then closes every socket. */
  close(): Promise<void>;
}
