import type { EpochMs } from '../../domain/time.ts';
import type { Account } from './account.ts';
import type { Outcome } from './answer.ts';
import type { World } from './world.ts';

/** A request as the HTTP face hands it over: path below the base URL, body parsed where it was JSON. */
export type ProviderRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The bearer token. */
  readonly token: string | null;
  /** The Idempotency-Key. */
  readonly key: string | null;
  readonly bodyText: string;
  /** `undefined` where `bodyText` is not JSON. */
  readonly body: unknown;
};

/** What a handler works on: an account that is who it says it is, with time already passed for it. */
export type Call = {
  readonly world: World;
  readonly account: Account;
  readonly now: EpochMs;
  readonly token: string | null;
  readonly key: string | null;
  /** What stands for `{id}` in the path; empty where there is none. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
};

export type Handler = (call: Call) => Outcome;
